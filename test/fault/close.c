/*
 * Linked before libc (--wrap), with driver.c: each close of the library's says
 * EINTR, although the descriptor is gone, as Linux does it (close(2)); and
 * another thread has its number before the library goes on. A close that is
 * tried again takes it from that one. That thread forks, too: in the child the
 * library's own atfork handler has to leave it alone as well.
 */
#include "../reap/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>

enum { DESCRIPTORS = 64 };

static pid_t parent;
static unsigned long closed, lost, lost_by_fork;
static int is_strangers[DESCRIPTORS];

/* Not through libc's: the library calls that, too, or may one day. */
static long plainly(long number, long first, long second, long third)
{
	return __real_syscall(number, first, second, third, 0, 0, 0);
}

static bool has_after_fork(int stranger)
{
	siginfo_t info = {.si_status = 1};
	pid_t pid = fork();

	if (!pid)
		_exit(plainly(SYS_fcntl, stranger, F_GETFD, 0) < 0);
	__real_syscall(SYS_waitid, P_PID, pid, &info, WEXITED, NULL, 0);
	return pid > 0 && !info.si_status;
}

static long close_it(int descriptor)
{
	if (getpid() != parent)
		return plainly(SYS_close, descriptor, 0, 0);
	if (descriptor >= 0 && descriptor < DESCRIPTORS &&
	    is_strangers[descriptor]) {
		lost++;
		return 0;
	}
	closed++;
	long result = plainly(SYS_close, descriptor, 0, 0);
	long stranger = plainly(SYS_fcntl, 0, F_DUPFD_CLOEXEC, descriptor);
	if (stranger >= 0 && stranger < DESCRIPTORS)
		is_strangers[stranger] = 1;
	lost_by_fork += stranger >= 0 && !has_after_fork((int)stranger);
	errno = EINTR;
	return result ? result : -1;
}

static long wrapped(long number, const long *words)
{
	if (number == SYS_close)
		return close_it((int)words[0]);
	/* The driver compares what was open before with what is after. */
	if (number == SYS_statx && words[0] < DESCRIPTORS &&
	    is_strangers[words[0]])
		return -1;
	return pass(number, words);
}

int __wrap_close(int descriptor)
{
	return (int)close_it(descriptor);
}

__attribute__((constructor)) static void begin(void)
{
	parent = getpid();
}

__attribute__((destructor)) static void end(void)
{
	if (getpid() == parent)
		fprintf(stderr, "closed %lu lost %lu, by fork %lu\n", closed,
			lost, lost_by_fork);
}
