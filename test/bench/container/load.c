/*
 * What the inits are measured with.
 *
 * load storm N: N orphans, from parents that end at once; "done"; then waits.
 * load signals N: N times a signal to the parent, and the time until the own
 * handler runs, in ns, a line each.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BROOD = 50 };

static volatile long long heard;

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void hear(int number)
{
	(void)number;
	heard = now();
}

static int storm(long count)
{
	for (; count > 0; count -= BROOD) {
		pid_t parent = fork();

		if (parent < 0)
			return 1;
		if (!parent) {
			for (int i = 0; i < BROOD; i++) {
				pid_t child = fork();

				if (child <= 0)
					_exit(child < 0);
			}
			_exit(0);
		}
		int status;
		if (waitpid(parent, &status, 0) != parent || status)
			return 2;
	}
	if (write(1, "done\n", 5) != 5)
		return 3;
	pause();
	return 0;
}

static int signals(long count)
{
	struct sigaction action = {.sa_handler = hear};
	sigset_t one, before;

	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	sigprocmask(SIG_BLOCK, &one, &before);
	while (count-- > 0) {
		/* Both are to be asleep when it is sent, as in life. */
		struct timespec pause_time = {.tv_nsec = 200000};

		nanosleep(&pause_time, NULL);
		heard = 0;
		long long sent = now();
		kill(getppid(), SIGUSR1);
		while (!heard)
			sigsuspend(&before);
		printf("%lld\n", heard - sent);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 9;
	long count = atol(argv[2]);
	return strcmp(argv[1], "storm") ? signals(count) : storm(count);
}
