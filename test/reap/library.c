/* libreap as a program uses it. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void test_status(void)
{
	struct reap_record record = {.step = REAP_STEP_EXEC};
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 0");

	/* One that is used again. */
	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK(ended(&child));
	CHECK_IS(reap_yield(&child, &record), 0);
	CHECK_IS(record.step, REAP_STEP_NONE);
	record = run_shell("exit 3");

	CHECK_IS(record.end, REAP_EXITED);
	CHECK_IS(record.status, 3);
	CHECK_IS(record.step, REAP_STEP_NONE);
	CHECK(record.pid > 1);
	CHECK(record.usage.ru_maxrss > 0);
	record = run_shell("kill -9 $$");
	CHECK_IS(record.end, REAP_KILLED);
	CHECK_IS(record.status, 9);
	record = run_shell("exit 127");
	CHECK_IS(record.end, REAP_EXITED);
	CHECK_IS(record.status, 127);
}

static void test_usage(void)
{
	struct reap_record record =
		run_shell("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done");
	long spent = record.usage.ru_utime.tv_sec * 1000000L +
		     record.usage.ru_utime.tv_usec +
		     record.usage.ru_stime.tv_sec * 1000000L +
		     record.usage.ru_stime.tv_usec;

	CHECK(spent > 1000 && spent < 20000000);
	CHECK(record.usage.ru_maxrss > 100 && record.usage.ru_maxrss < 1000000);
}

static int refuse(void *context)
{
	return *(int *)context;
}

static void test_failed_steps(void)
{
	struct reap_spec spec = shell("exit 0");
	static const int bad[] = {0, 199, 2};
	static const struct reap_limit limit = {99, {1, 1}};
	int refusal = -EDOM;

	spec.path = "/nowhere/at/all";
	fails_at(&spec, REAP_STEP_EXEC, ENOENT);
	spec.path = "/etc/passwd";
	fails_at(&spec, REAP_STEP_EXEC, EACCES);
	spec = shell("exit 0");
	spec.cwd = "/nowhere";
	fails_at(&spec, REAP_STEP_CWD, ENOENT);
	spec = shell("exit 0");
	spec.tty = "/dev/nowhere";
	fails_at(&spec, REAP_STEP_TTY, ENOENT);
	spec.tty = "/dev/null";
	spec.flags = REAP_CONTROLLING_TTY;
	fails_at(&spec, REAP_STEP_TTY, ENOTTY);
	spec.tty = NULL;
	spec.flags = 0;
	spec.fds = bad;
	fails_at(&spec, REAP_STEP_DESCRIPTOR, EBADF);
	spec = shell("exit 0");
	spec.limits = &limit;
	spec.limits_count = 1;
	fails_at(&spec, REAP_STEP_LIMIT, EINVAL);
	spec = shell("exit 0");
	spec.flags = REAP_SET_OOM;
	spec.oom_score_adj = 2000;
	fails_at(&spec, REAP_STEP_OOM, EINVAL);
	spec.oom_score_adj = INT_MIN;
	fails_at(&spec, REAP_STEP_OOM, EINVAL);
	spec.oom_score_adj = INT_MAX;
	fails_at(&spec, REAP_STEP_OOM, EINVAL);
	spec = shell("exit 0");
	spec.flags = REAP_SET_USER;
	spec.uid = (uid_t)-1;
	fails_at(&spec, REAP_STEP_USER, EINVAL);
	spec = shell("exit 0");
	spec.cgroup = open("/", O_DIRECTORY | O_CLOEXEC); /* not to write to */
	fails_at(&spec, REAP_STEP_CGROUP, EBADF);
	close(spec.cgroup);
	spec = shell("exit 0");
	spec.prepare = refuse;
	spec.context = &refusal;
	fails_at(&spec, REAP_STEP_PREPARE, EDOM);
}

/* Only from someone else than root. */
static void test_failed_nice(void)
{
	struct reap_spec spec = shell("exit 0");
	int status;
	pid_t pid = fork();

	if (!pid) {
		failures = 0;
		CHECK_IS(setgroups(0, NULL) | setuid(61234), 0);
		spec.flags = REAP_SET_NICE;
		spec.nice = -5;
		fails_at(&spec, REAP_STEP_NICE, EACCES);
		fflush(stdout);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(status, 0);
}

static void test_own_report(void)
{
	struct reap_report *report = reap_shared_memory(sizeof(*report));
	struct reap_spec spec = shell("exit 0");

	CHECK(report);
	spec.report = report;
	spec.path = "/nowhere";
	fails_at(&spec, REAP_STEP_EXEC, ENOENT);
	CHECK_IS(report->error, ENOENT);
	/* The report of the last one is not the next one's. */
	spec.path = "/bin/sh";
	CHECK_IS(run(&spec).end, REAP_EXITED);
	munmap(report, sizeof(*report));
}

static void test_close_only(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("read line; exit 4");
	int ends[2], status;

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {ends[0], 1, 2};
	spec.fds = fds;
	CHECK_IS(reap_spawn(&child, &spec), 0);
	pid_t pid = child.pid;
	close(ends[0]);
	reap_close(&child);
	reap_close(&child);
	close(ends[1]);
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(WEXITSTATUS(status), 4);
}

static void test_strangers_child(void)
{
	int status;
	pid_t stranger = fork();

	if (!stranger)
		_exit(9);
	for (int i = 0; i < 5; i++)
		CHECK_IS(run_shell("exit 0").status, 0);
	CHECK_IS(wait_for(stranger, &status), stranger);
	CHECK_IS(WEXITSTATUS(status), 9);
}

static void test_descriptors(void)
{
	struct reap_spec spec = shell("echo to5 >&5; echo to1 >&4");
	int ends[2], extra = open("/dev/null", O_RDWR);
	char text[64] = "";

	/* 4 and 5 the other way round, and what is in the way of both. */
	CHECK_IS(pipe(ends), 0);
	CHECK_IS(dup2(ends[1], 6), 6);
	const int fds[] = {0, 1, 2, -1, 6, 6};
	spec.fds = fds;
	spec.fds_count = 6;
	CHECK_IS(run(&spec).status, 0);
	CHECK(read(ends[0], text, sizeof(text) - 1) > 0);
	CHECK(!strncmp(text, "to5\n", 4));
	close(6);
	close(ends[0]);
	close(ends[1]);

	spec = shell("echo err >&1; echo out >&2");
	int out[2], err[2];
	CHECK_IS(pipe2(out, O_CLOEXEC), 0);
	CHECK_IS(pipe2(err, O_CLOEXEC), 0);
	dup2(out[1], 1 + 30);
	dup2(err[1], 2 + 30);
	const int crossed[] = {0, 32, 31};
	spec.fds = crossed;
	CHECK_IS(run(&spec).status, 0);
	CHECK_IS(read(err[0], text, 4), 4);
	CHECK(!memcmp(text, "err\n", 4));
	CHECK_IS(read(out[0], text, 4), 4);
	CHECK(!memcmp(text, "out\n", 4));
	close(31), close(32), close(out[0]), close(out[1]), close(err[0]);
	close(err[1]);

	spec = shell("ls /proc/self/fd | tr '\\n' ' '");
	CHECK(!strcmp(output(&spec), "0 1 2 3 "));
	close(extra);
}

/* One that stays where it is, and was not to outlive an exec. */
static void test_same_descriptor(void)
{
	char script[32], letter = 0;
	int ends[2], fds[16];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	CHECK(ends[1] < 10);
	for (int i = 0; i < 16; i++)
		fds[i] = i < 3 || i == ends[1] ? i : -1;
	snprintf(script, sizeof(script), "echo A >&%d", ends[1]);
	struct reap_spec spec = shell(script);
	spec.fds = fds;
	spec.fds_count = 16;
	CHECK_IS(run(&spec).status, 0);
	CHECK(fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	CHECK_IS(read(ends[0], &letter, 1), 1);
	CHECK_IS(letter, 'A');
	close(ends[0]), close(ends[1]);
}

static void test_swapped_descriptors(void)
{
	char script[64], letter;
	int a[2], b[2], fds[16];

	CHECK_IS(pipe2(a, O_CLOEXEC), 0);
	CHECK_IS(pipe2(b, O_CLOEXEC), 0);
	CHECK(a[1] < 10 && b[1] < 10);
	for (int i = 0; i < 16; i++)
		fds[i] = i < 3 ? i : -1;
	fds[a[1]] = b[1];
	fds[b[1]] = a[1];
	snprintf(script, sizeof(script), "echo A >&%d; echo B >&%d", a[1],
		 b[1]);
	struct reap_spec spec = shell(script);
	spec.fds = fds;
	spec.fds_count = 16;
	CHECK_IS(run(&spec).status, 0);
	fcntl(a[0], F_SETFL, O_NONBLOCK);
	fcntl(b[0], F_SETFL, O_NONBLOCK);
	CHECK_IS(read(b[0], &letter, 1), 1);
	CHECK_IS(letter, 'A');
	CHECK_IS(read(a[0], &letter, 1), 1);
	CHECK_IS(letter, 'B');
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

static void test_attributes(void)
{
	static const gid_t groups[] = {12, 13};
	static const struct reap_limit limit = {RLIMIT_NOFILE, {77, 78}};
	struct reap_spec spec =
		shell("umask; ulimit -n; pwd; nice; id -u; id -G;"
		      " cat /proc/self/oom_score_adj; read pid name state "
		      "parent group session rest </proc/$$/stat;"
		      " [ $$ = $session ] && echo leads");

	spec.envp = (char *[]){(char *)"PATH=/usr/bin:/bin", NULL};
	spec.flags = REAP_SET_UMASK | REAP_SET_NICE | REAP_SET_USER |
		     REAP_SET_OOM | REAP_NEW_SESSION;
	spec.umask = 027;
	spec.limits = &limit;
	spec.limits_count = 1;
	spec.cwd = "/usr";
	spec.nice = 3;
	spec.uid = 11;
	spec.gid = 12;
	spec.groups = groups;
	spec.groups_count = 2;
	spec.oom_score_adj = 321;
	const char *text = output(&spec);
	CHECK(!strcmp(text, "0027\n77\n/usr\n3\n11\n12 13\n321\nleads\n"));
	if (failures)
		printf("# got %s\n", text);
	/* Nothing of it became this process's. */
	CHECK_IS(getuid(), 0);
	char own[16] = "";
	int file = open("/proc/self/oom_score_adj", O_RDONLY);
	CHECK(read(file, own, sizeof(own) - 1) > 0);
	close(file);
	CHECK(strcmp(own, "321\n"));
}

static void test_path_and_scripts(void)
{
	char *argv[] = {(char *)"true", NULL};
	struct reap_spec spec = shell("");
	char name[] = "/tmp/reap-script-XXXXXX";
	int file = mkstemp(name);

	spec.argv = argv;
	spec.path = "true";
	spec.flags = REAP_SEARCH_PATH;
	spec.envp = (char *[]){(char *)"PATH=/nowhere:/bin:/usr/bin", NULL};
	CHECK_IS(run(&spec).end, REAP_EXITED);
	spec.envp = (char *[]){(char *)"PATH=/nowhere", NULL};
	fails_at(&spec, REAP_STEP_EXEC, ENOENT);
	CHECK_IS(write(file, "exit 6\n", 7), 7);
	fchmod(file, 0755);
	close(file);
	spec.path = argv[0] = name;
	fails_at(&spec, REAP_STEP_EXEC, ENOEXEC);
	spec.flags = REAP_SCRIPT_BY_SHELL;
	CHECK_IS(run(&spec).status, 6);
	/* With /bin/sh and the file, as many as reap.h says. */
	char *words[66];
	for (int i = 0; i < 65; i++)
		words[i] = name;
	words[65] = NULL;
	spec.argv = words;
	fails_at(&spec, REAP_STEP_EXEC, E2BIG);
	words[63] = NULL;
	CHECK_IS(run(&spec).status, 6);
	unlink(name);
}

/* What may not be run is passed over, and says more than what is missing. */
static void test_path_without_permission(void)
{
	char *argv[] = {(char *)"true", NULL};
	char folder[] = "/tmp/reap-path-XXXXXX", file[64], path[128];
	struct reap_spec spec = shell("");

	CHECK(mkdtemp(folder) != NULL);
	snprintf(file, sizeof(file), "%s/true", folder);
	close(open(file, O_CREAT | O_WRONLY, 0644));
	spec.argv = argv;
	spec.path = "true";
	spec.flags = REAP_SEARCH_PATH;
	spec.envp = (char *[]){path, NULL};
	snprintf(path, sizeof(path), "PATH=%s:/nowhere", folder);
	fails_at(&spec, REAP_STEP_EXEC, EACCES);
	snprintf(path, sizeof(path), "PATH=%s:/bin:/usr/bin", folder);
	CHECK_IS(run(&spec).end, REAP_EXITED);
	/* A file in the place of a folder. */
	snprintf(path, sizeof(path), "PATH=%s:/bin:/usr/bin", file);
	CHECK_IS(run(&spec).end, REAP_EXITED);
	/* An empty folder is the current one. */
	chmod(file, 0755);
	spec.cwd = folder;
	spec.path = "true";
	spec.flags |= REAP_SCRIPT_BY_SHELL;
	snprintf(path, sizeof(path), "PATH=:/nowhere");
	CHECK_IS(run(&spec).end, REAP_EXITED);
	unlink(file);
	rmdir(folder);
}

static void ignore_it(int number)
{
	(void)number;
}

/* reap_exec in a fork. */
static const char *output_of_exec(struct reap_spec *spec)
{
	struct reap_child child = {.fd = -1};
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	if (!reap_fork(&child)) {
		dup2(ends[1], STDOUT_FILENO);
		_exit(-reap_exec(spec));
	}
	close(ends[1]);
	const char *text = read_to_end(ends[0]);
	CHECK_IS(record_of(&child).status, 0);
	return text;
}

static void signals_start_clean(const char *(*start)(struct reap_spec *spec))
{
	struct reap_spec spec =
		shell("grep -E 'Sig(Blk|Ign|Cgt)' /proc/$$/status | tr -d "
		      "'\\t\\n'");
	sigset_t set, before;
	sigset_t ignored;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, ignore_it);
	signal(SIGRTMIN + 3, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	spec.envp = (char *[]){(char *)"PATH=/usr/bin:/bin", NULL};
	const char *text = start(&spec);
	CHECK(!strncmp(text, "SigBlk:0000000000000000SigIgn:0000000000000000",
		       46));
	CHECK(!strncmp(text + 46, "SigCgt:00000000", 15));
	/* The caller's are as they were. */
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	CHECK_IS(sigismember(&set, SIGHUP), 1);
	CHECK_IS(sigismember(&set, SIGTERM), 0);
	CHECK(signal(SIGUSR1, SIG_IGN) == SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	spec.flags = REAP_KEEP_SIGNALS;
	spec.mask = &set;
	spec.ignored = &ignored;
	text = start(&spec);
	CHECK(!strncmp(text, "SigBlk:0000000000004000SigIgn:0000000000001000",
		       46));
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	signal(SIGRTMIN + 3, SIG_DFL);
}

static void test_signals_start_clean(void)
{
	signals_start_clean(output);
}

static void test_signals_of_exec(void)
{
	signals_start_clean(output_of_exec);
}

/* The master of one that nobody has; its name is by ptsname(3). */
static int new_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	CHECK(master >= 0 && !grantpt(master) && !unlockpt(master));
	return master;
}

static void test_terminal(void)
{
	int master = new_terminal();
	char name[64], text[64] = "";
	struct reap_spec spec = shell("echo got >/dev/tty");

	snprintf(name, sizeof(name), "%s", ptsname(master));
	spec.tty = name;
	spec.flags = REAP_NEW_SESSION | REAP_CONTROLLING_TTY | REAP_FOREGROUND;
	CHECK_IS(run(&spec).status, 0);
	CHECK(read(master, text, sizeof(text) - 1) > 0);
	CHECK(!strncmp(text, "got", 3));
	spec.flags = REAP_CONTROLLING_TTY; /* leads no session */
	fails_at(&spec, REAP_STEP_TTY, EPERM);
	spec.flags |= REAP_TTY_IF_FREE;
	shell_argv[2] = (char *)"exit 0";
	CHECK_IS(run(&spec).end, REAP_EXITED);
	close(master);
}

/* A terminal is only opened: whoever leads a session does not get it. */
static void test_terminal_not_taken(void)
{
	int master = new_terminal();
	char name[64];
	struct reap_spec spec =
		shell("(: </dev/tty) 2>/dev/null && exit 1; exit 8");

	snprintf(name, sizeof(name), "%s", ptsname(master));
	spec.tty = name;
	spec.flags = REAP_NEW_SESSION;
	CHECK_IS(run(&spec).status, 8);
	close(master);
}

/* Of a program that has no standard input of its own. */
static void test_terminal_alone(void)
{
	int master = new_terminal(), status;

	pid_t pid = fork();
	if (!pid) {
		failures = 0;
		struct reap_spec spec =
			shell("[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && exit 8");
		spec.tty = ptsname(master);
		spec.flags = REAP_NEW_SESSION;
		close(STDIN_FILENO);
		CHECK_IS(run(&spec).status, 8);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(status, 0);
	close(master);
}

/* As a shell starts a job: a group of its own takes the terminal, from the
 * background. */
static void test_foreground(void)
{
	int master = new_terminal(), status;

	pid_t pid = fork();
	if (!pid) {
		failures = 0;
		CHECK(setsid() > 0);
		int tty = open(ptsname(master), O_RDWR);
		CHECK_IS(ioctl(tty, TIOCSCTTY, 0), 0);
		const int fds[] = {tty, 1, 2};
		struct reap_spec spec = shell(
			"while read name value; do [ $name = SigBlk: ] && "
			"[ $value = 0000000000000000 ] && exit 8; done "
			"</proc/$$/status");
		spec.fds = fds;
		spec.flags = REAP_NEW_GROUP | REAP_FOREGROUND;
		CHECK_IS(run(&spec).status, 8);
		signal(SIGTTOU, SIG_IGN);
		CHECK_IS(tcsetpgrp(tty, getpid()), 0);
		/* Without a group of its own it is the caller's. */
		spec = shell("read pid name state parent group session tty "
			     "foreground rest </proc/$$/stat; "
			     "[ $group = $foreground ] && exit 9");
		spec.fds = fds;
		spec.flags = REAP_FOREGROUND;
		CHECK_IS(run(&spec).status, 9);
		CHECK_IS(tcgetpgrp(tty), getpgrp());
		fflush(stdout);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(status, 0);
	close(master);
}

static void test_fork(void)
{
	struct reap_child child = {.fd = -1};
	int before = atfork_calls;
	pid_t pid = reap_fork(&child);

	if (!pid)
		_exit(child.fd == -1 && !child.pid &&
				      atfork_calls == before + 1 &&
				      (pid_t)syscall(SYS_gettid) == getpid()
			      ? 7
			      : 8);
	CHECK(pid > 1);
	CHECK_IS(child.pid, pid);
	struct reap_record record = record_of(&child);
	CHECK_IS(record.pid, pid);
	CHECK_IS(record.status, 7);
}

static int prepare_fine(void *context)
{
	/* Memory of its own, whatever the way. */
	*(int *)context = 99;
	return 0;
}

static int prepare_with_a_child(void *context)
{
	(void)context;
	failures = 0;
	for (int i = 0; i < 2; i++)
		CHECK_IS(run_shell("exit 6").status, 6);
	fflush(stdout);
	return failures ? -EPROTO : 0;
}

static void test_prepare_with_a_child(void)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)"exit 3", NULL};
	struct reap_spec spec = shell("exit 5");

	/* By this the host has the handler that the child has not. */
	CHECK_IS(run(&spec).status, 5);
	spec.prepare = prepare_with_a_child;
	spec.argv = argv;
	for (int i = 0; i < 2; i++) {
		struct reap_record record = run(&spec);
		CHECK_IS(record.end, REAP_EXITED);
		CHECK_IS(record.status, 3);
	}
}

static void test_prepare(void)
{
	struct reap_spec spec = shell("exit 0");
	int value = 1, before = atfork_calls;

	spec.prepare = prepare_fine;
	spec.context = &value;
	CHECK_IS(run(&spec).status, 0);
	CHECK_IS(value, 1);
	CHECK_IS(atfork_calls, before + 1);
	/* No error, if it is not below zero. */
	spec.prepare = refuse;
	value = 5;
	shell_argv[2] = (char *)"exit 3";
	CHECK_IS(run(&spec).status, 3);
}

static int in_vfork(void *context)
{
	*(int *)context = 5;
	return 11;
}

static int exec_in_vfork(void *context)
{
	(void)context;
	execl("/bin/sh", "sh", "-c", "exit 12", (char *)NULL);
	return 1;
}

static int count_in_vfork(void *context)
{
	++*(int *)context;
	return 13;
}

/* Whatever comes in the way of its descriptor. */
static void test_started_once(void)
{
	struct reap_child child = {.fd = -1};
	int count = 0;

	CHECK_IS(reap_vfork(&child, count_in_vfork, &count), 0);
	CHECK_IS(record_of(&child).status, 13);
	CHECK_IS(count, 1);
}

/* The caller's mask; ignored signals stay so, and no handler is left. */
static int signals_in_vfork(void *context)
{
	struct sigaction ignored, handled, realtime;
	sigset_t mask;

	(void)context;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGUSR1, NULL, &ignored);
	sigaction(SIGUSR2, NULL, &handled);
	sigaction(SIGRTMIN + 3, NULL, &realtime);
	return sigismember(&mask, SIGHUP) != 1 || sigismember(&mask, SIGTERM)
		       ? 1
	       : ignored.sa_handler != SIG_IGN  ? 2
	       : handled.sa_handler != SIG_DFL  ? 3
	       : realtime.sa_handler != SIG_DFL ? 4
						: 9;
}

static void test_vfork_signals(void)
{
	struct reap_child child = {.fd = -1};
	sigset_t set, before;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, ignore_it);
	signal(SIGRTMIN + 3, ignore_it);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	CHECK_IS(reap_vfork(&child, signals_in_vfork, NULL), 0);
	CHECK_IS(record_of(&child).status, 9);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	signal(SIGRTMIN + 3, SIG_DFL);
}

static void test_vfork(void)
{
	struct reap_child child = {.fd = -1};
	int value = 0;

	CHECK_IS(reap_vfork(&child, in_vfork, &value), 0);
	CHECK_IS(value, 5);
	CHECK_IS(record_of(&child).status, 11);
	CHECK_IS(reap_vfork(&child, exec_in_vfork, NULL), 0);
	CHECK_IS(record_of(&child).status, 12);
}

static void test_host_handler(void)
{
	struct reap_child child = {.fd = -1};
	struct sigaction now;
	int before = host_saw, hold;

	/* One that has ended by then needs no handler. */
	spawn_held(&child, &hold);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
	sigaction(SIGCHLD, NULL, &now);
	CHECK_IS(now.sa_handler == host_handler, !piped());
	/* Set by main before the first spawn, and called in both tiers. */
	CHECK(host_saw > before);
}

/* A handler that is set after the library's, and SIGCHLD blocked: the host
 * says when it came. */
static void test_notice(void)
{
	struct sigaction before, own = {.sa_handler = host_handler};
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 2");
	sigset_t set, mask;
	siginfo_t info;

	sigaction(SIGCHLD, &own, &before);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, &mask);
	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT), 0);
	reap_notice();
	CHECK_IS(record_of(&child).status, 2);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGCHLD, &before, NULL);
}

/* Signals of one number do not add up (signal(7)): one may stand for many. */
static void test_ends_at_once(void)
{
	enum { COUNT = 5 };
	struct reap_child children[COUNT];
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < COUNT; i++) {
		pid_t pid = reap_fork(&children[i]);

		if (!pid)
			_exit(30 + i);
	}
	for (int i = 0; i < COUNT; i++)
		CHECK_IS(waitid(P_PID, (id_t)children[i].pid, &info,
				WEXITED | WNOWAIT),
			 0);
	int before = host_saw;
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	CHECK_IS(host_saw, before + 1);
	for (int i = 0; i < COUNT; i++)
		CHECK_IS(record_of(&children[i]).status, 30 + i);
}

static bool waits_in_fork;

/* In the parent, before fork returns. */
static void wait_for_its_end(void)
{
	siginfo_t info;

	while (waits_in_fork &&
	       waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
}

/* What ends before it is armed has had its signal. */
static void test_already_ended(void)
{
	pthread_atfork(NULL, wait_for_its_end, NULL);
	for (int i = 0; i < 100 && !failures; i++) {
		waits_in_fork = i % 2;
		struct reap_child child = {.fd = -1};
		pid_t pid = reap_fork(&child);

		if (!pid)
			_exit(i % 100);
		CHECK_IS(record_of(&child).status, i % 100);
	}
	waits_in_fork = false;
}

/* A child of a plain fork has the library's handler, and children of its own:
 * it tells the parent nothing. */
static void test_forked_host(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("kill -STOP $$; exit 1");
	struct reap_record record;
	siginfo_t info;
	int status;

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(waitid(P_PID, (id_t)child.pid, &info, WSTOPPED | WNOWAIT), 0);
	pid_t forked = fork();
	if (!forked) {
		failures = 0;
		/* reap_yield: -ECHILD */
		CHECK_IS(reap_yield(&child, &record), -ECHILD);
		/* reap_kill: -ESRCH */
		CHECK_IS(reap_kill(&child, SIGKILL), -ESRCH);
		CHECK_IS(reap_kill_group(&child, SIGKILL), -ESRCH);
		for (int i = 0; i < 3; i++) {
			pid_t own = fork();
			if (!own)
				_exit(0);
			wait_for(own, NULL);
		}
		CHECK_IS(run_shell("exit 6").status, 6);
		/* The parent's is let go of, and nothing else with it: its slot
		 * and its report's address are the own child's by now. */
		struct reap_spec other = shell("exit 7");
		struct reap_child mine = {.fd = -1};
		CHECK_IS(reap_spawn(&mine, &other), 0);
		reap_close(&child);
		CHECK_IS(record_of(&mine).status, 7);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(forked, &status), forked);
	CHECK_IS(status, 0);
	struct pollfd fd = {child.fd, POLLIN, 0};
	CHECK_IS(poll(&fd, 1, 0), 0);
	CHECK_IS(reap_yield(&child, &record), -EAGAIN);
	CHECK_IS(reap_kill(&child, SIGKILL), 0);
	CHECK_IS(record_of(&child).status, SIGKILL);
}

static void test_empty_close(void)
{
	struct reap_child child = {0};

	reap_close(&child);
	CHECK(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	CHECK_IS(child.fd, -1);
	reap_close(&child);
	CHECK(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

/* No group of the host's goes with the user, and no folder that is the host's
 * alone. */
static void test_less_than_the_host(void)
{
	static const gid_t group = 12;
	char folder[] = "/tmp/reap-folder-XXXXXX";
	struct reap_spec spec = shell("id -G");

	spec.envp = (char *[]){(char *)"PATH=/usr/bin:/bin", NULL};
	spec.flags = REAP_SET_USER;
	spec.uid = spec.gid = 11;
	CHECK_IS(setgroups(1, &group), 0);
	CHECK(!strcmp(output(&spec), "11\n"));
	CHECK_IS(setgroups(0, NULL), 0);
	CHECK(mkdtemp(folder) != NULL);
	spec.fds = shell("").fds;
	spec.cwd = folder;
	fails_at(&spec, REAP_STEP_CWD, EACCES);
	rmdir(folder);
}

/* With room for what the library itself needs, and for nothing more. */
static void test_last_descriptor(void)
{
	struct rlimit before, low;
	int next = dup(STDIN_FILENO);

	close(next);
	CHECK_IS(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = (rlim_t)next + (piped() ? 2 : 1);
	CHECK_IS(setrlimit(RLIMIT_NOFILE, &low), 0);
	CHECK_IS(run_shell("exit 3").status, 3);
	CHECK_IS(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* None of the library's own is a program's standard input or output. */
static void test_closed_standard(void)
{
	int status;
	pid_t forked = fork();

	if (!forked) {
		struct reap_spec spec = shell("exit 0");

		failures = 0;
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		fails_at(&spec, REAP_STEP_DESCRIPTOR, EBADF);
		struct reap_child child = {.fd = -1};
		if (!reap_fork(&child))
			_exit(7);
		CHECK(child.fd > STDERR_FILENO);
		CHECK(fcntl(STDIN_FILENO, F_GETFD) < 0);
		CHECK(fcntl(STDOUT_FILENO, F_GETFD) < 0);
		CHECK_IS(record_of(&child).status, 7);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(forked, &status), forked);
	CHECK_IS(status, 0);
}

static void put_last_pid(pid_t pid)
{
	char text[16];
	int file = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
	int length = snprintf(text, sizeof(text), "%d", (int)pid);

	CHECK_IS(write(file, text, (size_t)length), length);
	close(file);
}

/* The number of a child that somebody else has reaped is a stranger's. */
static void test_number_used_again(void)
{
	struct reap_spec spec = shell("exit 0");
	struct reap_child child = {.fd = -1};
	int status;

	spec.flags = REAP_NEW_GROUP;
	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(wait_for(child.pid, &status), child.pid);
	put_last_pid(child.pid - 1);
	pid_t stranger = fork();
	if (!stranger) {
		setsid();
		/* One of nobody's whom a wait of this process finds. */
		if (fork())
			_exit(0);
		for (;;)
			pause();
	}
	CHECK_IS(stranger, child.pid);
	CHECK_IS(wait_for(stranger, &status), stranger);
	/* The group is still there, by its second member. */
	CHECK_IS(kill(-stranger, 0), 0);
	CHECK_IS(reap_kill_group(&child, SIGKILL), -ESRCH);
	CHECK_IS(reap_kill(&child, SIGKILL), -ESRCH);
	CHECK_IS(kill(-stranger, SIGKILL), 0);
	/* Its second member is this one's where this is PID 1. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	reap_close(&child);
}

/* The same, of a stranger that is a child of the program's own, and lives. */
static void test_number_of_another_child(void)
{
	struct reap_spec spec = shell("exit 0");
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int status;

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(wait_for(child.pid, &status), child.pid);
	put_last_pid(child.pid - 1);
	pid_t another = fork();
	if (!another)
		for (;;)
			pause();
	CHECK_IS(another, child.pid);
	setpgid(another, another);
	CHECK_IS(reap_kill(&child, SIGKILL), -ESRCH);
	CHECK_IS(reap_kill_group(&child, SIGKILL), -ESRCH);
	CHECK_IS(reap_yield(&child, &record), -ECHILD);
	CHECK_IS(waitpid(another, &status, WNOHANG), 0);
	reap_close(&child);
	CHECK_IS(kill(another, SIGTERM), 0);
	CHECK_IS(wait_for(another, &status), another);
	CHECK_IS(WTERMSIG(status), SIGTERM);
}

/* A child that asks to be traced, and has stopped. */
static pid_t fork_traced(struct reap_child *child, int number)
{
	siginfo_t info;
	pid_t pid = reap_fork(child);

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(number);
		_exit(9);
	}
	CHECK_IS(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
	return pid;
}

/* It is its tracer's, which waits for it. */
static void test_traced(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	siginfo_t info;
	pid_t pid = fork_traced(&child, SIGSTOP);

	CHECK_IS(reap_yield(&child, &record), -EAGAIN);
	info.si_pid = 0;
	CHECK_IS(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG), 0);
	CHECK_IS(info.si_pid, pid);
	CHECK_IS(reap_kill(&child, SIGKILL), 0);
	CHECK_IS(record_of(&child).status, SIGKILL);
}

/* What collects everything has no tracer: nobody else would let go of it. The
 * signal that it stopped for takes its effect, or it goes on. */
static void test_traced_and_collected(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int result;

	for (int i = 0; i < 4; i++) {
		bool by_peek = i % 2;
		int number = i < 2 ? SIGTRAP : SIGTERM;
		pid_t pid = fork_traced(&child, number);

		/* Both look again by themselves. */
		result = by_peek ? reap_peek() : reap_collect(&record);
		CHECK(!result || result == (by_peek ? pid : 1));
		CHECK(ended(&child));
		CHECK_IS(reap_peek(), result == 1 ? -ECHILD : pid);
		if (result != 1)
			CHECK_IS(reap_collect(&record), 1);
		CHECK_IS(record.pid, pid);
		CHECK_IS(record.end, i < 2 ? REAP_EXITED : REAP_KILLED);
		CHECK_IS(record.status, i < 2 ? 9 : SIGTERM);
		reap_close(&child);
	}
}

/* In memory that is shared with all children. */
static struct {
	pid_t stray;
	_Atomic unsigned handled;
} * noted;
static pid_t self;

static void note_stray(int number)
{
	if (getpid() != self)
		noted->stray = getpid();
	else if (number != SIGUSR1)
		noted->handled++;
}

/* As many as the host can take: real-time signals queue up. */
static void storm(void)
{
	unsigned handled;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGRTMIN + 3, SIG_IGN);
	do {
		handled = noted->handled;
		if (kill(0, SIGUSR1) || kill(0, SIGRTMIN + 3))
			_exit(1);
		while (noted->handled == handled)
			;
	} while (true);
}

/* Handlers of the host never run in a spawned child. */
static void test_no_stray_handler(void)
{
	noted = reap_shared_memory(sizeof(*noted));
	self = getpid();
	signal(SIGUSR1, note_stray);
	signal(SIGRTMIN + 3, note_stray);
	pid_t sender = fork();
	if (!sender)
		storm();
	for (int i = 0; i < 40; i++) {
		struct reap_child child = {.fd = -1};
		struct reap_spec spec = shell("exit 0");
		int error;

		do
			error = reap_spawn(&child, &spec);
		while (error == -EINTR);
		CHECK_IS(error, 0);
		if (!error)
			record_of(&child); /* USR1 kills it, or not */
	}
	kill(sender, SIGKILL);
	wait_for(sender, NULL);
	CHECK_IS(noted->stray, 0);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGRTMIN + 3, SIG_DFL);
	munmap(noted, sizeof(*noted));
}

static bool is_right(struct reap_child *child, int error, int status)
{
	struct reap_record record = {.pid = 0};
	bool ready = !error && ended(child);

	if (ready)
		error = reap_yield(child, &record);
	if (ready && !error && record.status == status)
		return true;
	printf("# error %d, ready %d, end %d, status %d, not %d\n", error,
	       ready, (int)record.end, record.status, status);
	return false;
}

static int exit_with(void *context)
{
	return *(int *)context;
}

/* One that ends by its signal alone. */
static bool kills(int number)
{
	struct reap_child child = {.fd = -1};
	char *argv[] = {(char *)"sleep", (char *)"1000", NULL};
	struct reap_spec spec = {.path = "/bin/sleep",
				 .argv = argv,
				 .envp = no_environment,
				 .cgroup = -1};
	struct reap_record record;

	return !reap_spawn(&child, &spec) &&
	       reap_collect_pid(child.pid, &record) == 0 &&
	       reap_yield(&child, &record) == -EAGAIN &&
	       !reap_kill(&child, number) && is_right(&child, 0, number);
}

/* Collected by its pid, and let go of. */
static bool is_collected(struct reap_child *child, int status)
{
	struct reap_record record;

	if (!ended(child) || reap_kill(child, 0) ||
	    reap_collect_pid(child->pid, &record) != 1 ||
	    record.pid != child->pid || record.status != status)
		return false;
	reap_close(child);
	return child->fd == -1;
}

static void *spawn_many(void *context)
{
	long *wrong = context;

	for (int i = 0; i < 20; i++) {
		struct reap_child child = {.fd = -1};
		char *argv[] = {(char *)"sh", (char *)"-c", NULL, NULL};
		char script[16];
		struct reap_spec spec = {.path = "/bin/sh",
					 .envp = no_environment,
					 .cgroup = -1};

		snprintf(script, sizeof(script), "exit %d", i);
		argv[2] = script;
		spec.argv = argv;
		int error = reap_spawn(&child, &spec);
		*wrong += !is_right(&child, error, i);
		pid_t pid = reap_fork(&child);
		if (!pid)
			_exit(i);
		*wrong += pid < 0 || !is_collected(&child, i);
		if (i % 4 == 0)
			*wrong += !kills(SIGTERM);
	}
	return NULL;
}

static void *vfork_many(void *context)
{
	long *wrong = context;

	for (int i = 0; i < 20; i++) {
		struct reap_child child = {.fd = -1};
		int error = reap_vfork(&child, exit_with, &i);

		*wrong += i % 2 ? !is_right(&child, error, i)
				: error || !is_collected(&child, i);
	}
	return NULL;
}

static void in_threads(void *(*run_there)(void *))
{
	enum { THREADS = 6 };
	pthread_t threads[THREADS];
	long wrong[THREADS] = {0};

	for (int i = 0; i < THREADS; i++)
		CHECK_IS(
			pthread_create(&threads[i], NULL, run_there, &wrong[i]),
			0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		CHECK_IS(wrong[i], 0);
	}
}

static void test_threads(void)
{
	in_threads(spawn_many);
}

static void test_threads_that_vfork(void)
{
	in_threads(vfork_many);
}

static void test_collect(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct reap_spec spec = shell("(exit 21) & exit 20");
	int seen[2] = {0, 0}, result;

	CHECK_IS(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	CHECK_IS(reap_collect(&record), -ECHILD);
	/* The orphan ends only once its parent has. */
	int ends[2];
	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {ends[0], 1, 2};
	spec.fds = fds;
	shell_argv[2] = (char *)"{ read x; exit 21; } <&0 & exit 20";
	CHECK_IS(reap_spawn(&child, &spec), 0);
	pid_t pid = child.pid;
	CHECK(ended(&child));
	close(ends[0]);
	close(ends[1]);
	while ((result = reap_collect(&record)) >= 0) {
		if (!result) {
			poll(NULL, 0, 1);
			continue;
		}
		CHECK_IS(record.end, REAP_EXITED);
		CHECK_IS(record.status, record.pid == pid ? 20 : 21);
		seen[record.pid == pid]++;
	}
	CHECK_IS(result, -ECHILD);
	CHECK_IS(seen[0], 1);
	CHECK_IS(seen[1], 1);
	CHECK_IS(reap_yield(&child, &record), -ECHILD);
	reap_close(&child);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void test_group(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("while :; do :; done");
	struct reap_record record;

	spec.flags = REAP_NEW_GROUP;
	CHECK_IS(reap_spawn(&child, &spec), 0);
	/* It leads its group once it has come so far. */
	int result;
	while ((result = reap_kill_group(&child, SIGKILL)) == -ESRCH)
		poll(NULL, 0, 1);
	CHECK_IS(result, 0);
	record = record_of(&child);
	CHECK_IS(record.end, REAP_KILLED);
}

/* What lives makes no later fork dearer: the library's own page stays here. */
static void test_report_not_copied(void)
{
	struct reap_child child = {.fd = -1};
	int hold, status;

	spawn_held(&child, &hold);
	pid_t pid = fork();
	if (!pid)
		_exit(msync(child.own_report, 1, MS_ASYNC) && errno == ENOMEM
			      ? 7
			      : 8);
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(WEXITSTATUS(status), 7);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
}

/* Who leads a session leads a group. */
static void test_session_and_group(void)
{
	struct reap_spec spec = shell("exit 8");

	spec.flags = REAP_NEW_SESSION | REAP_NEW_GROUP;
	CHECK_IS(run(&spec).status, 8);
}

/* Its size is nobody's business then. */
static void test_kept_descriptors(void)
{
	struct reap_spec spec = shell("exit 8");

	spec.flags = REAP_KEEP_DESCRIPTORS;
	spec.fds = NULL;
	spec.fds_count = REAP_FDS_MAX + 1;
	CHECK_IS(run(&spec).status, 8);
}

/* What its stack ends with is mapped, and may not be written. */
static int guard_below(void *context)
{
	int bytes = *(int *)context;
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t below = (uintptr_t)__builtin_frame_address(0) & ~(page - 1);

	do
		below -= page;
	while (read(bytes, (void *)below, 1) == 1);
	return errno == EFAULT && !msync((void *)below, page, MS_ASYNC) ? 5 : 6;
}

static void test_vfork_stack(void)
{
	struct reap_child child = {.fd = -1};
	static const char bytes[64]; /* more than its stack has pages */
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	CHECK_IS(write(ends[1], bytes, sizeof(bytes)), sizeof(bytes));
	CHECK_IS(reap_vfork(&child, guard_below, &ends[0]), 0);
	CHECK_IS(record_of(&child).status, 5);
	close(ends[0]);
	close(ends[1]);
}

/* By a fork that calls no handler: what it starts is not its parent's. */
static void test_forked_without_libc(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int hold, status;

	spawn_held(&child, &hold);
	pid_t forked =
		(pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (!forked) {
		failures = 0;
		CHECK_IS(run_shell("exit 6").status, 6);
		CHECK_IS(reap_yield(&child, &record), -ECHILD);
		CHECK_IS(reap_kill(&child, SIGKILL), -ESRCH);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(forked, &status), forked);
	CHECK_IS(status, 0);
	struct pollfd fd = {child.fd, POLLIN, 0};
	CHECK_IS(poll(&fd, 1, 0), 0);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
}

/* A child that is stopped before it is yielded has not ended. */
static void test_stopped(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("kill -STOP $$; exit 3");
	struct reap_record record;
	siginfo_t info;

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(waitid(P_PID, (id_t)child.pid, &info, WSTOPPED | WNOWAIT), 0);
	struct pollfd fd = {child.fd, POLLIN, 0};
	CHECK_IS(poll(&fd, 1, 0), 0);
	CHECK_IS(reap_yield(&child, &record), -EAGAIN);
	CHECK_IS(reap_kill(&child, SIGCONT), 0);
	CHECK_IS(record_of(&child).status, 3);
}

const struct test tests_of_use[] = {
	{"exit code, signal", test_status, 0},
	{"usage", test_usage, 0},
	{"a failed step is named, with its errno", test_failed_steps,
	 NEEDS_PROC | NEEDS_USERS},
	{"a step that fails for a user", test_failed_nice, NEEDS_USERS},
	{"a report of the caller's", test_own_report, 0},
	{"close without a wait", test_close_only, 0},
	{"a stranger's child is left alone", test_strangers_child, 0},
	{"descriptors", test_descriptors, NEEDS_PROC},
	{"descriptors in each other's way", test_swapped_descriptors, 0},
	{"a descriptor that stays where it is", test_same_descriptor, 0},
	{"attributes", test_attributes, NEEDS_PROC | NEEDS_USERS},
	{"PATH and scripts", test_path_and_scripts, 0},
	{"PATH without permission", test_path_without_permission, 0},
	{"signals start clean, or as asked", test_signals_start_clean,
	 NEEDS_PROC},
	{"signals of what takes the caller's place", test_signals_of_exec,
	 NEEDS_PROC},
	{"controlling terminal", test_terminal, NEEDS_TERMINALS},
	{"a terminal is not taken unasked", test_terminal_not_taken,
	 NEEDS_TERMINALS},
	{"a terminal, and no standard input", test_terminal_alone,
	 NEEDS_TERMINALS},
	{"the foreground, from the background", test_foreground,
	 NEEDS_TERMINALS},
	{"fork", test_fork, 0},
	{"prepare", test_prepare, 0},
	{"prepare that has a child", test_prepare_with_a_child, 0},
	{"vfork", test_vfork, 0},
	{"a vfork's child is started once", test_started_once, 0},
	{"signals in a vfork", test_vfork_signals, 0},
	{"the stack of a vfork", test_vfork_stack, 0},
	{"the host's handler", test_host_handler, 0},
	{"SIGCHLD blocked or taken by the host", test_notice, 0},
	{"children that end at once", test_already_ended, 0},
	{"one signal for five ends", test_ends_at_once, 0},
	{"a host that forks", test_forked_host, 0},
	{"a host that forks without libc", test_forked_without_libc, 0},
	{"close of one that is empty", test_empty_close, 0},
	{"a user without what is the host's", test_less_than_the_host,
	 NEEDS_PROC | NEEDS_USERS},
	{"the last descriptor", test_last_descriptor, 0},
	{"standard input and output closed", test_closed_standard, 0},
	{"a number used again", test_number_used_again,
	 NEEDS_PROC | NEEDS_NAMESPACES},
	{"a number used again by one that lives", test_number_of_another_child,
	 NEEDS_PROC | NEEDS_NAMESPACES},
	{"a stop is its tracer's", test_traced, 0},
	{"a stop that nobody traces", test_traced_and_collected, 0},
	{"no handler runs in a child", test_no_stray_handler, 0},
	{"threads", test_threads, NEEDS_THREADS},
	{"threads that vfork", test_threads_that_vfork, NEEDS_THREADS},
	{"collect, orphans too", test_collect, 0},
	{"process group", test_group, 0},
	{"a session, and a group", test_session_and_group, 0},
	{"descriptors that are kept", test_kept_descriptors, 0},
	{"a report is not copied by a fork", test_report_not_copied,
	 NEEDS_MADVISE},
	{"a stopped child has not ended", test_stopped, 0},
	{NULL, NULL, 0},
};
