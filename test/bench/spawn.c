/*
 * What a spawn costs the parent, and when its child has ended: the median of
 * many, in microseconds. spawn PROGRAM, by the way that the library was built
 * with; all take the same steps.
 */
#include "reap.h"
#include "share.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 2000 };

static char *const argv[] = {(char *)"true", NULL};
static char *const envp[] = {NULL};
static const char *program;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
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

static int spawn(struct reap_child *child)
{
	static const int same[] = {0, 1, 2};
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

int main(int argc, char **words)
{
	static double back[RUNS], ended[RUNS];

	if (argc != 2)
		return 2;
	program = words[1];
	for (int i = 0; i < RUNS; i++) {
		struct reap_child child = {.fd = -1};
		struct reap_record record;
		double start = now_us();

		if (spawn(&child))
			return 1;
		back[i] = now_us() - start;
		struct pollfd fd = {child.fd, POLLIN, 0};
		poll(&fd, 1, -1);
		ended[i] = now_us() - start;
		if (reap_yield(&child, &record) || record.status)
			return 1;
	}
	qsort(back, RUNS, sizeof(*back), by_doubles);
	qsort(ended, RUNS, sizeof(*ended), by_doubles);
	printf("%8.1f %8.1f\n", back[RUNS / 2], ended[RUNS / 2]);
	return 0;
}
