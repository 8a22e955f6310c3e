/*
 * What libreap leaves as it found it in a host that asks the kernel to reap its
 * children, or that has a handler of its own. Exits 1 where one is "not ok".
 *
 * A host whose children the kernel reaps gets no record (-ECHILD), in each
 * tier; but it hears of each end, and none of its own children stays a zombie.
 */
#include "reap.h"

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

enum { PATIENCE_MS = 20000 };

static volatile sig_atomic_t seen, on_own_stack, masked_as_asked;
static bool asks_for_deferral;
static char own_stack[64 * 1024];
static bool all_well = true;

static void ok(bool is_well, const char *host, const char *what)
{
	all_well = all_well && is_well;
	printf("%sok - %s: %s\n", is_well ? "" : "not ", host, what);
}

static void note(int signal_number)
{
	const char *here = (const char *)&signal_number;
	sigset_t mask;

	seen++;
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	masked_as_asked = sigismember(&mask, SIGUSR1) &&
			  !sigismember(&mask, SIGSEGV) &&
			  sigismember(&mask, SIGCHLD) == asks_for_deferral;
	on_own_stack =
		here >= own_stack && here < own_stack + sizeof(own_stack);
}

static const struct host {
	const char *name;
	void (*handler)(int);
	int flags;
	bool reaps; /* the kernel does */
} hosts[] = {
	{"the default", SIG_DFL, 0, false},
	{"SIGCHLD ignored", SIG_IGN, 0, true},
	{"the default, SA_NOCLDWAIT", SIG_DFL, SA_NOCLDWAIT, true},
	{"a handler", note, 0, false},
	{"a handler, SA_RESTART", note, SA_RESTART, false},
	{"a handler, SA_NOCLDWAIT", note, SA_NOCLDWAIT, true},
	{"a handler, SA_NODEFER", note, SA_NODEFER, false},
	{"a handler with a stack of its own", note, SA_ONSTACK, false},
};

static bool is_told(const struct reap_child *child)
{
	struct pollfd fd = {child->fd, POLLIN, 0};
	int ready;

	do
		ready = poll(&fd, 1, PATIENCE_MS);
	while (ready < 0 && errno == EINTR);
	return ready == 1;
}

static int spawn(struct reap_child *child)
{
	static const int same[] = {0, 1, 2};
	static char *argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 5",
			       NULL};
	static char *envp[] = {NULL};
	const struct reap_spec spec = {
		.path = "/bin/sh",
		.argv = argv,
		.envp = envp,
		.fds = same,
		.fds_count = 3,
		.cgroup = -1,
	};

	return reap_spawn(child, &spec);
}

/* No descriptor at the first look for a pidfd says nothing of the kernel. */
static void refused_once(const struct host *host)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct rlimit before, none;
	struct sigaction now;

	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	int error = spawn(&child);
	setrlimit(RLIMIT_NOFILE, &before);
	ok(error == -EMFILE, host->name, "refused at first: it is said");
	error = spawn(&child);
	sigaction(SIGCHLD, NULL, &now);
	ok(!error && !child.slot && now.sa_handler == host->handler, host->name,
	   "refused at first: nobody needs a handler");
	is_told(&child);
	while (reap_yield(&child, &record) == -EAGAIN)
		;
	reap_close(&child);
}

static void record_as_wanted(const struct host *host)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record = {.status = -1};

	ok(!spawn(&child), host->name, "a child is started");
	ok(is_told(&child), host->name, "its end is told");
	int error;
	/* The kernel tells of the end first, and reaps then. */
	while ((error = reap_yield(&child, &record)) == -EAGAIN)
		;
	ok(host->reaps ? error == -ECHILD : !error && record.status == 5,
	   host->name, host->reaps ? "no record of it" : "its record");
	reap_close(&child);
}

/* SIGCHLD comes while this reads, a byte some time after it. */
static bool is_read_interrupted(void)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC))
		exit(2);
	pid_t writer = fork();
	if (!writer) {
		usleep(100000);
		kill(getppid(), SIGCHLD);
		usleep(100000);
		_exit(write(ends[1], "", 1) != 1);
	}
	bool is_interrupted = read(ends[0], &byte, 1) < 0 && errno == EINTR;
	while (is_interrupted && read(ends[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ends[0]), close(ends[1]);
	waitpid(writer, NULL, 0);
	return is_interrupted;
}

static bool is_awaited;

/* In the parent, before fork returns: its child is gone by then where the
 * kernel reaps it, and has no descriptor to give. */
static void wait_in_fork(void)
{
	while (is_awaited && (waitpid(-1, NULL, 0) >= 0 || errno != ECHILD))
		;
}

static void gone_before_its_descriptor(const struct host *host)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct sigaction now;

	is_awaited = true;
	pid_t pid = reap_fork(&child);
	is_awaited = false;
	if (!pid)
		_exit(5);
	ok(pid > 0 && is_told(&child), host->name, "gone at once: it is told");
	ok(reap_yield(&child, &record) == -ECHILD, host->name,
	   "gone at once: no record");
	reap_close(&child);
	sigaction(SIGCHLD, NULL, &now);
	ok(now.sa_handler == host->handler, host->name,
	   "gone at once: nobody needs a handler");
}

static void own_child_as_before(const struct host *host)
{
	siginfo_t info;
	pid_t own = fork();

	if (!own)
		_exit(9);
	int error = waitid(P_PID, (id_t)own, &info, WEXITED);
	ok(host->reaps ? error && errno == ECHILD : !error, host->name,
	   host->reaps ? "no zombie of its own"
		       : "its own child is left to it");
	bool wants = host->handler == note && !(host->flags & SA_RESTART);
	ok(is_read_interrupted() == wants, host->name,
	   wants ? "its calls are interrupted"
		 : "its calls are taken up again");
}

static void be(const struct host *host)
{
	struct sigaction action = {.sa_handler = host->handler,
				   .sa_flags = host->flags};

	sigaltstack(
		&(stack_t){.ss_sp = own_stack, .ss_size = sizeof(own_stack)},
		NULL);
	sigaddset(&action.sa_mask, SIGUSR1);
	asks_for_deferral = !(host->flags & SA_NODEFER);
	sigaction(SIGCHLD, &action, NULL);
	const char *tier = getenv("REAP_TIER");
	if (!tier || strcmp(tier, "pipe"))
		refused_once(host);
	if (host->reaps)
		gone_before_its_descriptor(host);
	record_as_wanted(host);
	own_child_as_before(host);
	ok(waitpid(-1, NULL, WNOHANG) == -1, host->name, "no child is left");
	if (host->handler == note) {
		ok(seen && on_own_stack == !!(host->flags & SA_ONSTACK),
		   host->name, "the stack that it asked for");
		ok(masked_as_asked, host->name, "the mask that it asked for");
	}
	fflush(stdout);
	_exit(!all_well);
}

/* Each in a process of its own: the library looks at its host once. */
int main(void)
{
	int bad = 0;

	pthread_atfork(NULL, wait_in_fork, NULL);

	for (unsigned i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		int status = -1;
		pid_t pid = fork();

		if (!pid)
			be(&hosts[i]);
		waitpid(pid, &status, 0);
		bad += status != 0;
	}
	return bad != 0;
}
