/*
 * The way of PID 1 that copies nothing, by itself: linked with foster's own
 * start code, as PID 1 is. Prints TAP.
 */
#include "share.h"
#include "system.h"
#include "way.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

static struct reap_share share;
static struct reap_report report;
static unsigned number;
static bool all_well = true;
static char *const environment[] = {"PATH=/bin:/usr/bin", NULL};

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(2);
}

static void ok(bool is_well, const char *what)
{
	char digits[3] = {(char)('0' + ++number / 10),
			  (char)('0' + number % 10), 0};

	all_well = all_well && is_well;
	say(is_well ? "ok " : "not ok ");
	say(digits);
	say(" - ");
	say(what);
	say("\n");
}

static int start(struct reap_child *child, char *const argv[])
{
	struct reap_spec spec = {
		.cwd = "/",
		.path = argv[0],
		.argv = argv,
		.envp = environment,
		.flags = REAP_KEEP_DESCRIPTORS | REAP_SEARCH_PATH,
		.cgroup = -1,
		.report = &report,
		.share = &share,
	};

	report.step = REAP_STEP_NONE;
	return reap_spawn(child, &spec);
}

static void await(pid_t pid, siginfo_t *info)
{
	memset(info, 0, sizeof(*info));
	syscall(SYS_waitid, P_PID, pid, info, WEXITED, NULL);
}

static void await_exec(void)
{
	struct timespec a_while = {0, 1000000};

	for (int left = 5000; share.in_use && left; left--)
		syscall(SYS_nanosleep, &a_while, NULL);
}

/* The child fails with ENOENT once for each folder of PATH. */
static void errno_is_not_shared(void)
{
	char *missing[] = {"there-is-no-such-program", NULL};
	struct reap_child child;
	volatile int *own = &errno; /* read anew each time */
	siginfo_t info;
	bool kept = true;
	bool told = true;

	for (int i = 0; i < 50; i++) {
		if (start(&child, missing))
			kept = false;
		*own = EXDEV;
		for (int left = 100000000; share.in_use && left; left--)
			kept = kept && *own == EXDEV;
		kept = kept && *own == EXDEV && !share.in_use;
		await(child.pid, &info);
		told = told && report.step == REAP_STEP_EXEC &&
		       report.error == ENOENT && info.si_status == 127;
		reap_close(&child);
	}
	ok(kept, "what fails in the child leaves errno alone");
	ok(told, "a failed exec is told with its errno");
}

static void memory_is_left_at_exec(void)
{
	char *sleeper[] = {"sleep", "1000", NULL};
	struct reap_child child;
	siginfo_t info;

	ok(!start(&child, sleeper), "a program starts");
	await_exec();
	ok(!share.in_use, "its exec gives the memory back");
	ok(child.fd == -1, "it has no descriptor");
	ok(!reap_kill(&child, SIGKILL), "it can be signalled");
	await(child.pid, &info);
	ok(info.si_code == CLD_KILLED && info.si_status == SIGKILL,
	   "its end is its own");
	reap_close(&child);
}

static void signals_wait_for_the_exec(void)
{
	char *show[] = {"grep", "-q", "^SigBlk:.0000000000000000",
			"/proc/self/status", NULL};
	struct reap_child child;
	siginfo_t info;

	start(&child, show);
	await(child.pid, &info);
	ok(info.si_code == CLD_EXITED && !info.si_status,
	   "the program has an empty mask");
	reap_close(&child);
}

/* Under a tracer that holds each chdir(2) for a while. Linux before 5.16 let a
 * core dump take all that share the memory, PID 1 too. */
static void signals_are_blocked_before_the_exec(void)
{
	char *quiet[] = {"true", NULL};
	char path[] = "/proc/0123456789/status", text[4096];
	struct timespec a_while = {0, 300000000};
	struct reap_child child;
	siginfo_t info;

	start(&child, quiet);
	syscall(SYS_nanosleep, &a_while, NULL);
	char *digit = path + 6 + 10;
	for (int left = child.pid; left; left /= 10)
		*--digit = (char)('0' + left % 10);
	memmove(path + 6, digit, strlen(digit) + 1);
	int file = open_file(path, O_RDONLY);
	long bytes = syscall(SYS_read, file, text, sizeof(text) - 1);
	bool is_held = share.in_use;
	close_file(file);
	text[bytes > 0 ? bytes : 0] = 0;
	ok(is_held && bytes > 0, "a child before its exec");
	/* All but KILL and STOP. */
	ok(strstr(text, "SigBlk:\tfffffffffffbfeff"),
	   "has all signals blocked");
	await(child.pid, &info);
	reap_close(&child);
}

int main(int argc, char **argv)
{
	sigset_t all;

	(void)argv;
	memset(&all, -1, sizeof(all));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, _NSIG / 8);
	if (argc > 1) {
		signals_are_blocked_before_the_exec();
		say("1..2\n");
		return !all_well;
	}
	errno_is_not_shared();
	memory_is_left_at_exec();
	signals_wait_for_the_exec();
	say("1..8\n");
	return !all_well;
}
