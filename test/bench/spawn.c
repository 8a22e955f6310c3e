/*
 * What a spawn costs the parent, and when its child has ended: the median of
 * many, in microseconds. spawn WAY: library (as it was built), vm.
 */
#include "reap.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 2000, STACK_BYTES = 65536 };

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

static int exec_it(void *unused)
{
	(void)unused;
	execve(program, argv, envp);
	_exit(127);
}

/* CLONE_VM, and nobody waits: the way that was dropped (doc/spawn.md). */
static int spawn_vm(struct reap_child *child)
{
	static char *stack;

	if (!stack)
		stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	child->pid = clone(exec_it, stack + STACK_BYTES,
			   CLONE_VM | CLONE_PIDFD | SIGCHLD, NULL, &child->fd);
	return child->pid < 0 ? -1 : 0;
}

static int spawn_library(struct reap_child *child)
{
	static const int same[] = {0, 1, 2};
	const struct reap_spec spec = {
		.path = program,
		.argv = argv,
		.envp = envp,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};

	return reap_spawn(child, &spec);
}

int main(int argc, char **words)
{
	static double back[RUNS], ended[RUNS];

	if (argc != 3)
		return 2;
	program = words[2];
	int (*spawn)(struct reap_child *) =
		strcmp(words[1], "vm") ? spawn_library : spawn_vm;
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
