#include "child.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * By libc's clone(2) with a stack of its own, and not by vfork(2): that gives
 * no descriptor with the child. CLONE_VFORK holds this thread until the child
 * has left the memory, so the stack and errno have one user at a time; signals
 * are blocked by the callers.
 */

enum {
	STACK_BYTES = 64 * 1024,
	SMALL_STACK_BYTES = 8 * 1024,
	/* Below a stack in somebody's program: what grows out of it is to end
	 * there, and not in the host's memory. A page, of the largest there
	 * are. */
	GUARD_BYTES = 64 * 1024,
};

int way_run_spec(void *spec)
{
	child_run(spec);
}

/* PID 1 has one thread, and nothing that can fail at the last moment. */
static char *get_stack(void)
{
	static char stack[SMALL_STACK_BYTES] __attribute__((aligned(16)));

	if (!IS_ENABLED(CONFIG_REAP_HOSTED))
		return stack + sizeof(stack);
	const int kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK;
	char *guard =
		mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_NONE, kind, -1, 0);
	if (guard == MAP_FAILED)
		return NULL;
	char *bottom = mmap(guard + GUARD_BYTES, STACK_BYTES,
			    PROT_READ | PROT_WRITE, kind | MAP_FIXED, -1, 0);
	if (bottom != MAP_FAILED)
		return bottom + STACK_BYTES;
	unmap_memory(guard, GUARD_BYTES + STACK_BYTES);
	return NULL;
}

static void give_stack(char *top)
{
	if (IS_ENABLED(CONFIG_REAP_HOSTED))
		unmap_memory(top - STACK_BYTES - GUARD_BYTES,
			     GUARD_BYTES + STACK_BYTES);
}

pid_t way_vfork(int (*run)(void *), void *context, int *descriptor)
{
	int written = -1;
	char *top = get_stack();

	if (!top)
		return -ENOMEM;
	pid_t pid = clone(run, top,
			  (descriptor ? CLONE_PIDFD : 0) | CLONE_VM |
				  CLONE_VFORK | SIGCHLD,
			  context, &written);
	int error = errno;
	give_stack(top);
	if (pid < 0)
		return -error;
	if (descriptor)
		*descriptor = written;
	return pid;
}
