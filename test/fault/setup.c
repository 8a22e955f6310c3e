/*
 * Linked before libc (--wrap): SIGCHLD comes at the end of each system call
 * that the pipe tier makes, from the set-up of its handler to the yield; of
 * sigaction(2) when the kernel has done it and libc has not yet given the old
 * one back. The host's handler has to see each, and nothing may wait for what
 * was interrupted.
 */
#include "../reap/wrap.h"
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int raised;
static volatile sig_atomic_t seen;
static pid_t parent;

int __real_pipe2(int ends[2], int flags);
int __real_sigaction(int number, const struct sigaction *now,
		     struct sigaction *before);

static void interrupt(void)
{
	if (getpid() != parent)
		return;
	raised++;
	raise(SIGCHLD);
}

static int told_in_forks;

/* Whether the child of a fork is told of a child of its own. */
static void fork_here(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int status = 1;

	if (getpid() != parent)
		return;
	pid_t pid = fork();
	if (!pid) {
		if (!reap_fork(&child))
			_exit(3);
		struct pollfd fd = {child.fd, POLLIN, 0};
		while (poll(&fd, 1, 10000) < 0)
			;
		_exit(!fd.revents || reap_yield(&child, &record));
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	told_in_forks += !status;
}

int __wrap_sigaction(int number, const struct sigaction *now,
		     struct sigaction *before)
{
	struct sigaction old;

	/* As another thread may do, before the handler is set and after. */
	if (now)
		fork_here();
	int result = __real_sigaction(number, now, &old);
	if (now)
		fork_here();
	interrupt();
	if (before)
		*before = old;
	return result;
}

int __wrap_pipe2(int ends[2], int flags)
{
	int result = __real_pipe2(ends, flags);

	interrupt();
	return result;
}

/* The handler itself waits, masks, looks for SIGPIPE and writes, with SIGCHLD
 * blocked. */
static long wrapped(long number, const long *words)
{
	long result = pass(number, words);

	if (number != SYS_waitid && number != SYS_write &&
	    number != SYS_rt_sigprocmask && number != SYS_rt_sigpending)
		interrupt();
	return result;
}

static void host(int number)
{
	(void)number;
	seen++;
}

int main(void)
{
	const struct sigaction own = {.sa_handler = host};
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int ends[2];
	char byte;

	parent = getpid();
	__real_sigaction(SIGCHLD, &own, NULL);
	if (__real_pipe2(ends, O_CLOEXEC))
		return 2;
	pid_t pid = reap_fork(&child);
	if (!pid) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) ? 1 : 7);
	}
	printf("told in forks %d, raised %d seen %d, ", told_in_forks, raised,
	       (int)seen);
	close(ends[1]);
	while (poll(&(struct pollfd){child.fd, POLLIN, 0}, 1, 10000) < 0)
		;
	int error = reap_yield(&child, &record);
	printf("raised %d seen %d, error %d status %d\n", raised, (int)seen,
	       error, record.status);
	return 0;
}
