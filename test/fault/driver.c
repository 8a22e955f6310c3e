/*
 * What the fault sweep runs: one spawn of each kind, each taken to its end
 * whatever is refused. Exits 0 with one line that says how it went, or 1 with
 * what is wrong.
 *
 *   ok N refused M    N children yielded as wanted, M refused with an errno
 *
 * REFUSED: the numbers of the errnos that it may be refused with; any other is
 * wrong. CLOSED: with none of the descriptors 0 to 2.
 *
 * What it asks for itself (statx, writev, poll, wait4, dup3) the library does
 * not, in the process that the sweep looks at: so it can tell the two apart.
 */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, DESCRIPTORS = 64, YIELDS = 4 };

static int fine, refused;
static int output = STDOUT_FILENO;

/* Of struct statx, as 32-bit words (musl has had it since 1.2.4): st_mode, both
 * halves of st_ino, st_dev. All zero: not open. */
static const unsigned char told[] = {7, 8, 9, 34, 35};

struct file {
	uint32_t words[sizeof(told)];
};

static void look(struct file *files)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		uint32_t info[64] = {0};

		syscall(SYS_statx, i, "", AT_EMPTY_PATH, 0x7ff, info);
		for (unsigned word = 0; word < sizeof(told); word++)
			files[i].words[word] = info[told[word]];
	}
}

static struct file before[DESCRIPTORS];

/* The number of one that is not as it was before, or -1. */
static int changed(void)
{
	static struct file now[DESCRIPTORS];

	look(now);
	for (int i = 0; i < DESCRIPTORS; i++)
		if (memcmp(&before[i], &now[i], sizeof(*now)))
			return i;
	return -1;
}

static void say(const char *pattern, long first, long second)
{
	char line[80];
	struct iovec part = {line, 0};

	part.iov_len =
		(size_t)snprintf(line, sizeof(line), pattern, first, second);
	if (writev(output, &part, 1) < 0)
		exit(2);
}

static void wrong(const char *pattern, long value)
{
	say(pattern, value, 0);
	exit(1);
}

static bool may_be(int error)
{
	const char *list = getenv("REFUSED");
	char *end;

	for (; list && *list; list = *end ? end + 1 : end)
		if (strtol(list, &end, 10) == error)
			return true;
	return false;
}

static int yield(struct reap_child *child, struct reap_record *record)
{
	struct pollfd fd = {child->fd, POLLIN, 0};
	int tries = 0, ready, error;

	do
		ready = poll(&fd, 1, PATIENCE_MS);
	while (ready < 0 && errno == EINTR);
	if (ready != 1)
		wrong("wrong: its end never came (%ld)\n", ready);
	/* As it was on an error: what was refused is yielded then. EAGAIN: a
	 * look that was refused has told the end too early. */
	while ((error = reap_yield(child, record)) == -EAGAIN ||
	       (error && may_be(-error) && tries++ < YIELDS))
		;
	refused += tries;
	return error;
}

static void finish(struct reap_child *child, int error, int status)
{
	struct reap_record record;

	if (error && may_be(-error)) {
		refused++;
		return;
	}
	if (error)
		wrong("wrong: start %ld\n", error);
	error = yield(child, &record);
	if (error)
		wrong("wrong: yield %ld\n", error);
	/* A step refused in the child is in the record. */
	if (record.end == REAP_NOT_STARTED && may_be(record.status))
		refused++;
	else if (record.end == REAP_EXITED && record.status == status)
		fine++;
	else
		wrong("wrong: record %ld\n", record.status);
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
		.fds_count = output == STDOUT_FILENO ? 3 : 0,
		.cgroup = -1,
	};

	finish(&child, reap_spawn(&child, &spec), 0);
	spec.prepare = prepare;
	finish(&child, reap_spawn(&child, &spec), 0);
	pid_t pid = reap_fork(&child);
	if (!pid)
		_exit(changed() < 0 ? 5 : 4);
	finish(&child, pid < 0 ? pid : 0, 5);
	finish(&child, reap_vfork(&child, run_in_vfork, NULL), 6);
}

static void close_the_first(void)
{
	output = dup3(STDOUT_FILENO, DESCRIPTORS, O_CLOEXEC);
	for (int number = 0; number < 3; number++)
		close(number);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;

	if (getenv("CLOSED"))
		close_the_first();
	look(before);
	for (int i = 0; i < rounds; i++)
		all_kinds();
	if (changed() >= 0)
		wrong("wrong: descriptor %ld is another\n", changed());
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		wrong("wrong: a child left\n", 0);
	say("ok %ld refused %ld\n", fine, refused);
	return 0;
}
