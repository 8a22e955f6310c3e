/*
 * libreap under load, in a pid namespace of its own or as a subreaper:
 *   stress cycles N       N spawns, each taken to its end
 *   stress alive COUNT N  COUNT children alive, and N more that end, then N
 *                         orphans: microseconds of each. waitid(P_ALL), which
 *                         orphans need, walks all children in the kernel; a
 *                         descriptor does not.
 * Prints one line; exits 1 when a descriptor, memory or a child is left.
 */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 2000, MORE_PAGES = 64 };

static struct reap_child children[MOST];

static long pages(void)
{
	long size, resident = -1;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = -1;
	if (file)
		fclose(file);
	return resident;
}

static int open_count(void)
{
	int count = 0;

	for (int i = 0; i < 4096; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void spawn(struct reap_child *child)
{
	static char *const argv[] = {(char *)"true", NULL};
	static char *const envp[] = {NULL};
	static const int same[] = {0, 1, 2};
	const struct reap_spec spec = {
		.path = getenv("TRUE"),
		.argv = argv,
		.envp = envp,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};

	int error = reap_spawn(child, &spec);
	if (error) {
		printf("spawn: %s\n", strerror(-error));
		exit(1);
	}
}

static void yield(struct reap_child *child)
{
	struct reap_record record;
	struct pollfd fd = {child->fd, POLLIN, 0};

	while (poll(&fd, 1, 60000) < 0 && errno == EINTR)
		;
	if (reap_yield(child, &record) || record.end != REAP_EXITED ||
	    record.status) {
		puts("a record is wrong");
		exit(1);
	}
}

static void cycles(long count)
{
	for (long i = 0; i < count; i++) {
		struct reap_child child;

		spawn(&child);
		yield(&child);
	}
}

/* The child leaves an orphan, and both come by the collector. */
static void one_orphan(void)
{
	struct reap_child child;
	struct reap_record record;
	int result, left = 2;
	pid_t pid = reap_fork(&child);

	if (!pid)
		_exit(fork() < 0);
	if (pid < 0) {
		puts("fork");
		exit(1);
	}
	while (left && (result = reap_collect(&record)) >= 0) {
		left -= result;
		if (!result)
			poll(&(struct pollfd){child.fd, POLLIN, 0}, 1, 1);
	}
	if (left) {
		puts("an exit was lost");
		exit(1);
	}
	reap_close(&child);
}

static void alive(int living, long count)
{
	for (int i = 0; i < living; i++) {
		pid_t pid = reap_fork(&children[i]);
		if (!pid) {
			pause();
			_exit(0);
		}
		if (pid < 0) {
			puts("fork");
			exit(1);
		}
	}
	double start = now_us();
	cycles(count);
	double middle = now_us();
	for (long i = 0; i < count; i++)
		one_orphan();
	printf("%d alive: %.1f us a child, %.1f us an orphan and its parent; ",
	       living, (middle - start) / (double)count,
	       (now_us() - middle) / (double)count);
	for (int i = 0; i < living; i++) {
		struct reap_record record;

		reap_kill(&children[i], SIGKILL);
		poll(&(struct pollfd){children[i].fd, POLLIN, 0}, 1, 60000);
		if (reap_yield(&children[i], &record) ||
		    record.status != SIGKILL) {
			puts("a child was lost");
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	cycles(10);
	int before = open_count();
	long memory = pages();
	double start = now_us();

	if (!strcmp(argv[1], "cycles"))
		cycles(atol(argv[2]));
	else
		alive(atoi(argv[2]), atol(argv[3]));
	long more = pages() - memory;
	printf("%.1f s; descriptors %d to %d, pages %+ld\n",
	       (now_us() - start) / 1e6, before, open_count(), more);
	return before != open_count() || more > MORE_PAGES ||
	       waitpid(-1, NULL, WNOHANG) != -1;
}
