/* What asking costs, beside what a spawn costs: medians in nanoseconds.
 * "plenty": enough is free; "cache": /proc/meminfo has to be read. */
#include "admission.h"
#include "reap.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 2000 };

static long times[RUNS];

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	return *(const long *)a < *(const long *)b ? -1 : 1;
}

static long median(void)
{
	qsort(times, RUNS, sizeof(*times), ascending);
	return times[RUNS / 2];
}

static long ask(uint32_t resume_kib)
{
	struct admission a = {.sensors.folders = {-1, -1}};
	struct admission_wanted wanted = {0};

	admission_init(&a, &wanted);
	a.marks.of[ADMISSION_MEMORY].resume = resume_kib;
	for (unsigned i = 0; i < RUNS; i++) {
		struct admission_request request = {.class = ADMISSION_NORMAL};
		struct admission_reason reason;
		long before = now_ns();

		admission_ask(&a, &request, 1000, &reason);
		times[i] = now_ns() - before;
		admission_cancel(&a, &request);
	}
	return median();
}

static long spawn(void)
{
	char *argv[] = {"/bin/true", NULL};
	char *envp[] = {NULL};
	static const int fds[] = {0, 1, 2};
	struct reap_spec spec = {
		.path = argv[0],
		.argv = argv,
		.envp = envp,
		.flags = REAP_NEW_SESSION,
		.fds = fds,
		.fds_count = 3,
		.cgroup = -1,
	};

	for (unsigned i = 0; i < RUNS; i++) {
		struct reap_child child;
		struct reap_record record;
		long before = now_ns();

		if (reap_spawn(&child, &spec))
			exit(1);
		poll(&(struct pollfd){.fd = child.fd, .events = POLLIN}, 1, -1);
		reap_collect(&record);
		times[i] = now_ns() - before;
		reap_close(&child);
	}
	return median();
}

int main(void)
{
	printf("%ld %ld %ld\n", ask(1), ask(UINT32_MAX), spawn());
	return 0;
}
