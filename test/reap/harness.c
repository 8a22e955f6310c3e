#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int failures;
char *const no_environment[] = {NULL};

void check(bool holds, const char *text, int line)
{
	if (holds)
		return;
	failures++;
	printf("# line %d: not so: %s\n", line, text);
}

void check_is(long value, long wanted, const char *text, int line)
{
	if (value == wanted)
		return;
	failures++;
	printf("# line %d: %s is %ld, not %ld\n", line, text, value, wanted);
}

bool piped(void)
{
	const char *tier = getenv("EXPECT_TIER");

	if (!tier)
		tier = getenv("REAP_TIER");
	return tier && !strcmp(tier, "pipe");
}

void descriptors(char *text, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < 256; i++)
		if (fcntl(i, F_GETFD) >= 0)
			used += (size_t)snprintf(text + used, size - used,
						 "%d ", i);
}

bool ended(const struct reap_child *child)
{
	struct pollfd fd = {child->fd, POLLIN, 0};
	int ready;

	do
		ready = poll(&fd, 1, PATIENCE_MS);
	while (ready < 0 && errno == EINTR);
	return ready == 1 && fd.revents & POLLIN;
}

struct reap_record record_of(struct reap_child *child)
{
	struct reap_record record = {.status = -1};

	CHECK(ended(child));
	CHECK_IS(reap_yield(child, &record), 0);
	return record;
}

char *shell_argv[] = {(char *)"sh", (char *)"-c", NULL, NULL};

struct reap_spec shell(const char *script)
{
	static const int same[] = {0, 1, 2};

	shell_argv[2] = (char *)script;
	return (struct reap_spec){
		.path = "/bin/sh",
		.argv = shell_argv,
		.envp = no_environment,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};
}

struct reap_record run(const struct reap_spec *spec)
{
	struct reap_child child = {.fd = -1};

	CHECK_IS(reap_spawn(&child, spec), 0);
	return record_of(&child);
}

struct reap_record run_shell(const char *script)
{
	struct reap_spec spec = shell(script);

	return run(&spec);
}

void spawn_held(struct reap_child *child, int *hold)
{
	struct reap_spec spec = shell("read line; exit 4");
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {ends[0], 1, 2};
	spec.fds = fds;
	CHECK_IS(reap_spawn(child, &spec), 0);
	close(ends[0]);
	*hold = ends[1];
}

pid_t wait_for(pid_t pid, int *status)
{
	pid_t result;

	do
		result = waitpid(pid, status, 0);
	while (result < 0 && errno == EINTR);
	return result;
}

const char *read_to_end(int descriptor)
{
	static char text[512];
	size_t used = 0;
	ssize_t bytes;

	while ((bytes = read(descriptor, text + used,
			     sizeof(text) - used - 1)) > 0)
		used += (size_t)bytes;
	text[used] = '\0';
	close(descriptor);
	return text;
}

const char *output(struct reap_spec *spec)
{
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {0, ends[1], 2};
	if (!spec->tty) {
		spec->fds = fds;
		spec->fds_count = 3;
	}
	struct reap_child child = {.fd = -1};
	CHECK_IS(reap_spawn(&child, spec), 0);
	close(ends[1]);
	const char *text = read_to_end(ends[0]);
	CHECK_IS(record_of(&child).end, REAP_EXITED);
	return text;
}

void fails_at(const struct reap_spec *spec, enum reap_step step, int error)
{
	struct reap_record record = run(spec);

	CHECK_IS(record.end, REAP_NOT_STARTED);
	CHECK_IS(record.step, step);
	CHECK_IS(record.status, error);
}

_Atomic int host_saw, atfork_calls;

void host_handler(int number)
{
	(void)number;
	host_saw++;
}

static void count_atfork(void)
{
	atfork_calls++;
}

static const char *const needs[] = {"proc",       "users",      "threads",
				    "terminals",  "namespaces", "filters",
				    "4096-tasks", "madvise"};

/* The first thing that the kernel is said to lack, or NULL. */
static const char *lacking(const struct test *test)
{
	const char *lacks = getenv("KERNEL_LACKS");

	for (unsigned i = 0; lacks && i < sizeof(needs) / sizeof(*needs); i++)
		if (test->needs & 1u << i && strstr(lacks, needs[i]))
			return needs[i];
	return NULL;
}

static void take(const struct test *test, int number)
{
	char before[1024] = "", after[1024] = "";

	if (lacking(test)) {
		printf("ok %d - %s # SKIP the kernel has no %s\n", number,
		       test->name, lacking(test));
		return;
	}
	descriptors(before, sizeof(before));
	test->run();
	descriptors(after, sizeof(after));
	CHECK(!strcmp(before, after));
	printf("%sok %d - %s\n", failures ? "not " : "", number, test->name);
}

/* Has one of the words, and none of those behind a "-". */
static bool is_wanted(const char *name, char **words)
{
	bool has_one = false, any_does = true;

	for (; *words; words++) {
		bool leaves_out = **words == '-';
		bool has = strstr(name, *words + leaves_out);

		if (has && leaves_out)
			return false;
		any_does = any_does && leaves_out;
		has_one = has_one || has;
	}
	return has_one || any_does;
}

int main(int argc, char **argv)
{
	const struct test *const all[] = {tests_of_use, tests_of_errors};
	int failed = 0, count = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setpgid(0, 0);
	signal(SIGCHLD, host_handler);
	pthread_atfork(count_atfork, NULL, NULL);
	for (unsigned i = 0; i < 2; i++)
		for (const struct test *test = all[i]; test->name; test++) {
			if (!is_wanted(test->name, argc ? argv + 1 : argv))
				continue;
			failures = 0;
			take(test, ++count);
			failed += failures != 0;
		}
	printf("1..%d\n", count);
	return failed || !count;
}
