#include "reap.h"

#include "child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A fork by the raw system call: libc's fork(2) takes locks and runs handlers
 * that a PID 1 with one thread does not have. With a null stack the child goes
 * on on a copy of the parent's; the third argument is where CLONE_PIDFD puts
 * the descriptor, on every architecture.
 */
static pid_t fork_with_descriptor(int *descriptor)
{
	return (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL,
			      descriptor, NULL, NULL);
}

/* 32-bit machines count the offset, which is 0 here, in pages. */
#ifdef SYS_mmap2
#define MMAP SYS_mmap2
#else
#define MMAP SYS_mmap
#endif

void *reap_shared_memory(size_t size)
{
	long address = syscall(MMAP, NULL, size, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return address == -1 ? NULL : (void *)address;
}

int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	/* A clone that fails may have written it all the same (seen on 6.1
	 * and 6.18 with pids.max hit): it holds only when a pid is returned.
	 * A kernel before 5.2 ignores the flag and leaves it as it is. */
	int descriptor = -1;

	if (spec->report)
		spec->report->step = REAP_STEP_NONE;
	pid_t pid = fork_with_descriptor(&descriptor);
	if (!pid)
		child_run(spec);
	if (pid < 0)
		return -errno;
	child->pid = pid;
	child->fd = descriptor;
	return 0;
}
