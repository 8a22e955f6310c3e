/*
 * Linked with the library's tests (--wrap=reap_spawn): what may starts in the
 * caller's own memory (share.h), as PID 1's sysinit and wait lines do. There
 * foster's start code gives the child a thread pointer; here musl's has started
 * the program, so it is a copy of musl's.
 */
#include "share.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHARES = 64 };

/* musl's struct pthread begins at the thread pointer on x86, and its map may
 * end with it; elsewhere it lies before. */
#if defined(__x86_64__)
enum { BEHIND_BYTES = 192 };
#else
enum { BEHIND_BYTES = 16 };
#endif

/* musl's, as in libc/start.c. */
int __set_thread_area(void *thread_pointer);
int __real_reap_spawn(struct reap_child *child, const struct reap_spec *spec);
int __wrap_reap_spawn(struct reap_child *child, const struct reap_spec *spec);

static struct reap_share shares[SHARES];
static atomic_bool taken[SHARES];
static atomic_int shared, by_fork;
static pid_t tester;

void thread_copy(union thread *thread)
{
	const char *own = __builtin_thread_pointer();

	memcpy(thread->bytes, own - THREAD_BYTES, THREAD_BYTES + BEHIND_BYTES);
}

void thread_enter(union thread *thread)
{
	char *pointer = thread->bytes + THREAD_BYTES;

	*(void **)(void *)pointer = pointer;
	__set_thread_area(pointer);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = {.si_pid = 0};

	/* Not libc's: a thread is cancelled there. Refused, it says nothing. */
	return syscall(SYS_waitid, P_PID, pid, &info,
		       WEXITED | WNOHANG | WNOWAIT, NULL)
		       ? errno == ECHILD
		       : info.si_pid != 0;
}

/* PID 1 keeps what its spec points to until the memory is left; a test changes
 * it as soon as this returns, so this waits. */
static int start(struct reap_child *child, struct reap_spec *spec)
{
	unsigned i = 0;

	while (atomic_exchange(&taken[i], true))
		i = (i + 1) % SHARES;
	spec->share = &shares[i];
	int error = __real_reap_spawn(child, spec);
	shared += !error;
	while (!error && shares[i].in_use && !has_ended(child->pid))
		sched_yield();
	shares[i].in_use = 0;
	taken[i] = false;
	return error;
}

int __wrap_reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	/* The exceptions, see share.h; limits it could take here. */
	if (!child || !spec || spec->prepare || spec->flags & REAP_SET_OOM) {
		by_fork++;
		return __real_reap_spawn(child, spec);
	}
	struct reap_spec own = *spec;
	return start(child, &own);
}

static void tell(void)
{
	if (getpid() == tester)
		printf("# %d started in shared memory, %d by fork\n", shared,
		       by_fork);
}

__attribute__((constructor)) static void begin(void)
{
	tester = getpid();
	if (getenv("TELL_SHARED"))
		atexit(tell);
}
