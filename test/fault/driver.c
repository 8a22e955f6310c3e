/*
 * What the fault sweep runs: one spawn of each kind, each taken to its end
 * whatever is refused. Exits 0 with one line that says how it went, or 1 with
 * what is wrong.
 *
 *   ok N refused M    N children yielded as wanted, M refused with an errno
 */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, DESCRIPTORS = 64 };

static int fine, refused;

/* Without a system call of its own that could be refused: in the gap between
 * the marks (see sweep.py) none is. */
static unsigned long long open_ones(void)
{
	unsigned long long set = 0;

	for (int i = 0; i < DESCRIPTORS; i++)
		if (fcntl(i, F_GETFD) >= 0)
			set |= 1ull << i;
	return set;
}

static void wrong(const char *what, long value)
{
	printf("wrong: %s (%ld)\n", what, value);
	exit(1);
}

static void finish(struct reap_child *child, int error, int status)
{
	struct reap_record record;

	if (error) {
		if (error > 0 || error < -4095)
			wrong("no errno", error);
		refused++;
		return;
	}
	struct pollfd fd = {child->fd, POLLIN, 0};
	int ready;
	do
		ready = poll(&fd, 1, PATIENCE_MS);
	while (ready < 0 && errno == EINTR);
	if (ready != 1)
		wrong("its end never came", ready);
	/* As it was on an error: what was refused once is yielded then. */
	int yields_refused = 0;
	while ((error = reap_yield(child, &record)) == -EAGAIN ||
	       (error == -EINVAL && !yields_refused++))
		;
	if (error)
		wrong("yield", error);
	refused += yields_refused;
	/* A step refused in the child is in the record. */
	if (record.end == REAP_NOT_STARTED)
		refused++;
	else if (record.end == REAP_EXITED && record.status == status)
		fine++;
	else
		wrong("record", record.status);
}

static int run_in_vfork(void *context)
{
	(void)context;
	return 6;
}

static int prepare(void *context)
{
	(void)context;
	return 0;
}

static void all_kinds(void)
{
	static char *const argv[] = {(char *)"true", NULL};
	static char *const envp[] = {NULL};
	static const int same[] = {0, 1, 2};
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = {
		.path = getenv("TRUE"),
		.argv = argv,
		.envp = envp,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};

	finish(&child, reap_spawn(&child, &spec), 0);
	spec.prepare = prepare;
	finish(&child, reap_spawn(&child, &spec), 0);
	pid_t pid = reap_fork(&child);
	if (!pid)
		_exit(5);
	finish(&child, pid < 0 ? pid : 0, 5);
	finish(&child, reap_vfork(&child, run_in_vfork, NULL), 6);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned long long before = open_ones();

	for (int i = 0; i < rounds; i++)
		all_kinds();
	unsigned long long after = open_ones();
	if (before != after)
		wrong("descriptors left", (long)(after & ~before));
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		wrong("a child left", 0);
	printf("ok %d refused %d\n", fine, refused);
	return 0;
}
