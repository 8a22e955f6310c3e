/*
 * When a parent goes on from a spawn, when the child's program runs and when it
 * has ended: the median of many, in microseconds. spawn PROGRAM, by the way
 * that the library was built with; all take the same steps. The program writes
 * to its standard output what the monotonic clock says.
 */
#include "reap.h"
#include "share.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 400 };

static char *const argv[] = {(char *)"true", NULL};
static char *const envp[] = {NULL};
static const char *program;

static double us(const struct timespec *time)
{
	return (double)time->tv_sec * 1e6 + (double)time->tv_nsec / 1e3;
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return us(&now);
}

static int by_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Linked with test/reap/sharing.c, whose wrapper waits until the memory is
 * left: past it. One child at a time, so one share serves. */
#ifdef OWN_LIBC
static struct reap_share memory, *share = &memory;
int __real_reap_spawn(struct reap_child *child, const struct reap_spec *spec);
#define START __real_reap_spawn
#else
static struct reap_share *share;
#define START reap_spawn
#endif

static int spawn(struct reap_child *child, int output)
{
	const int same[] = {0, output, 2};
	const struct reap_spec spec = {
		.path = program,
		.argv = argv,
		.envp = envp,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
		.share = share,
	};

	return START(child, &spec);
}

static double median(double *values)
{
	qsort(values, RUNS, sizeof(*values), by_doubles);
	return values[RUNS / 2];
}

int main(int argc, char **words)
{
	static double back[RUNS], ran[RUNS], ended[RUNS];
	int ends[2];

	if (argc != 2 || pipe2(ends, O_CLOEXEC))
		return 2;
	program = words[1];
	for (int i = 0; i < RUNS; i++) {
		struct reap_child child = {.fd = -1};
		struct reap_record record;
		struct timespec time;
		double start = now_us();

		if (spawn(&child, ends[1]))
			return 1;
		back[i] = now_us() - start;
		struct pollfd fd = {child.fd, POLLIN, 0};
		poll(&fd, 1, -1);
		ended[i] = now_us() - start;
		if (reap_yield(&child, &record) || record.status ||
		    read(ends[0], &time, sizeof(time)) != sizeof(time))
			return 1;
		ran[i] = us(&time) - start;
	}
	printf("%.1f %.1f %.1f\n", median(back), median(ran), median(ended));
	return 0;
}
