/*
 * What the inits are measured with.
 *
 * load storm N: N orphans, from parents that end at once; "done"; then waits.
 * load signals N: N times a signal to the parent, and the time until the own
 * handler runs, in ns, a line each.
 * load exits N INIT...: N times INIT as PID 1 of a namespace, whose words start
 * load leave N, and the time from the program's end to that the init's is seen,
 * in ns, a line each.
 */
#define _GNU_SOURCE
#include <sched.h>
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

static int exits(long count, char **init)
{
	int told[2];

	if (pipe(told))
		return 4;
	while (count-- > 0) {
		long long left;
		int status;
		/* A namespace for the next child alone. */
		pid_t parent = fork();

		if (parent < 0)
			return 5;
		if (!parent) {
			if (unshare(CLONE_NEWPID))
				_exit(6);
			pid_t pid = fork();
			if (!pid) {
				dup2(told[1], 1);
				execv(init[0], init);
				_exit(7);
			}
			if (pid < 0 || waitpid(pid, &status, 0) != pid)
				_exit(8);
			long long seen = now();
			if (status ||
			    read(told[0], &left, sizeof(left)) != sizeof(left))
				_exit(9);
			printf("%lld\n", seen - left);
			fflush(stdout);
			_exit(0);
		}
		if (waitpid(parent, &status, 0) != parent || status)
			return 10;
	}
	return 0;
}

static int leave(void)
{
	long long left = now();

	return write(1, &left, sizeof(left)) != sizeof(left);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 9;
	long count = atol(argv[2]);
	if (!strcmp(argv[1], "storm"))
		return storm(count);
	if (!strcmp(argv[1], "exits"))
		return exits(count, argv + 3);
	return strcmp(argv[1], "leave") ? signals(count) : leave();
}
