/*
 * The pipe tier takes over SIGCHLD while children of the host's end. Linked
 * before libc (--wrap): at the end of each sigaction, when the kernel has done
 * it and libc has not yet given the old one back, the signal comes. The host's
 * handler has to see each of them.
 */
#include "reap.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int raised;
static volatile sig_atomic_t seen;

int __real_sigaction(int number, const struct sigaction *now,
		     struct sigaction *before);

int __wrap_sigaction(int number, const struct sigaction *now,
		     struct sigaction *before)
{
	struct sigaction old;
	int result = __real_sigaction(number, now, &old);

	raised++;
	raise(SIGCHLD);
	if (before)
		*before = old;
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

	__real_sigaction(SIGCHLD, &own, NULL);
	if (pipe(ends))
		return 2;
	pid_t pid = reap_fork(&child);
	if (!pid) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) ? 1 : 7);
	}
	printf("raised %d seen %d, ", raised, (int)seen);
	fflush(stdout);
	close(ends[1]);
	while (poll(&(struct pollfd){child.fd, POLLIN, 0}, 1, 10000) < 0)
		;
	int error = reap_yield(&child, &record);
	printf("error %d status %d\n", error, record.status);
	return 0;
}
