/*
 * timeout SECONDS PROGRAM [ARGUMENT...]: ends the program when its time is
 * over; 0 seconds are no limit. One poll waits for both, and no signal handler
 * is needed. Exits as timeout(1): with the program's status; 124 when its time
 * was over, 125 when this failed, 126 when the program can not be run, 127 when
 * there is none. What it is sent itself it does not pass on.
 */
#include <reap.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMED_OUT = 124, FAILED = 125, NOT_RUN = 126, NOT_FOUND = 127 };

static const long long NEVER = LLONG_MAX;

extern char **environ;

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Whether the child has ended by then. */
static int ended_by(const struct reap_child *child, long long deadline)
{
	struct pollfd fd = {child->fd, POLLIN, 0};

	for (;;) {
		long long left = deadline - now_ms();
		int wait = deadline == NEVER ? -1 : left > 0 ? (int)left : 0;
		int ready = poll(&fd, 1, wait);

		if (ready >= 0 || errno != EINTR)
			return ready == 1;
	}
}

static int exit_code(const struct reap_record *record, const char *program)
{
	switch (record->end) {
	case REAP_EXITED:
		return record->status;
	case REAP_NOT_STARTED:
		fprintf(stderr, "timeout: %s: %s: %s\n", program,
			reap_step_name(record->step), strerror(record->status));
		return record->status == ENOENT ? NOT_FOUND : NOT_RUN;
	default:
		return 128 + record->status;
	}
}

int main(int argc, char **argv)
{
	char *end = NULL;
	double seconds = argc > 2 ? strtod(argv[1], &end) : -1;

	if (argc < 3 || end == argv[1] || *end ||
	    !(seconds >= 0 && seconds < 1e6)) {
		fprintf(stderr, "usage: timeout SECONDS PROGRAM...\n");
		return FAILED;
	}
	struct reap_spec spec = {
		.path = argv[2],
		.argv = argv + 2,
		.envp = environ,
		.flags = REAP_SEARCH_PATH | REAP_KEEP_DESCRIPTORS,
		.cgroup = -1,
	};
	struct reap_child child;
	struct reap_record record;

	/* Whoever started this may have it ignored, which costs the record. */
	signal(SIGCHLD, SIG_DFL);
	int error = reap_spawn(&child, &spec);

	if (error) {
		fprintf(stderr, "timeout: fork: %s\n", strerror(-error));
		return FAILED;
	}
	int in_time = ended_by(
		&child,
		seconds > 0 ? now_ms() + (long long)(seconds * 1e3) : NEVER);
	if (!in_time) {
		reap_kill(&child, SIGTERM);
		if (!ended_by(&child, now_ms() + 1000))
			reap_kill(&child, SIGKILL);
	}
	while ((error = reap_yield(&child, &record)) == -EAGAIN)
		ended_by(&child, now_ms() + 1000);
	if (error) {
		fprintf(stderr, "timeout: its end: %s\n", strerror(-error));
		return FAILED;
	}
	return in_time ? exit_code(&record, argv[2]) : TIMED_OUT;
}
