/*
 * parallel N: runs each line of its input by the shell, N at a time. Its exit
 * code is the number of commands that failed, 100 at most; an input that can
 * not be read to its end counts as one.
 */
#include <reap.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 256 };

extern char **environ;

static struct reap_child children[MOST];
static unsigned running;
static int failed;

static void finish(struct reap_child *child)
{
	struct reap_record record;
	int error = reap_yield(child, &record);

	if (error == -EAGAIN)
		return;
	if (error)
		fprintf(stderr, "parallel: the end of process %d: %s\n",
			(int)child->pid, strerror(-error));
	else if (record.end == REAP_NOT_STARTED)
		fprintf(stderr, "parallel: process %d: %s: %s\n",
			(int)record.pid, reap_step_name(record.step),
			strerror(record.status));
	if (error || record.end != REAP_EXITED || record.status)
		failed++;
	if (error)
		reap_close(child);
	*child = children[--running];
}

/* Waits for one child at least. */
static void wait_for_some(void)
{
	struct pollfd fds[MOST];

	for (unsigned i = 0; i < running; i++)
		fds[i] = (struct pollfd){children[i].fd, POLLIN, 0};
	if (poll(fds, running, -1) < 0)
		return;
	/* From above: the last one takes the place of one that is done. */
	for (unsigned i = running; i-- > 0;)
		if (fds[i].revents)
			finish(&children[i]);
}

static void start(char *line)
{
	static const int same[] = {-1, 1, 2};
	char *argv[] = {"sh", "-c", line, NULL};
	struct reap_spec spec = {
		.path = "/bin/sh",
		.argv = argv,
		.envp = environ,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};
	int error;

	/* Short of something that a child of ours holds: it comes back. */
	while ((error = reap_spawn(&children[running], &spec)) &&
	       reap_classify(error) == REAP_RETRY && running)
		wait_for_some();
	if (!error) {
		running++;
		return;
	}
	fprintf(stderr, "parallel: %s: %s\n", line, strerror(-error));
	failed++;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	char *end = NULL;
	long most = argc == 2 ? strtol(argv[1], &end, 10) : 0;

	if (most < 1 || most > MOST || *end) {
		fprintf(stderr, "usage: parallel N <COMMANDS, N 1 to %d\n",
			MOST);
		return 125;
	}
	/* Whoever started this may have it ignored, which costs the records. */
	signal(SIGCHLD, SIG_DFL);
	/* Of any length: the rest of one is never a command of its own. */
	while (getline(&line, &room, stdin) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		while (running == (unsigned)most)
			wait_for_some();
		start(line);
	}
	if (!feof(stdin)) {
		perror("parallel: its input");
		failed++;
	}
	free(line);
	while (running)
		wait_for_some();
	return failed < 100 ? failed : 100;
}
