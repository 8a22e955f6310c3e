/* Each errno that reap.h names, provoked; and what it says that none costs. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

/* close(2) is a place where a thread can be cancelled. */
static int in_vfork(void *context)
{
	close(-1);
	*(int *)context = 5;
	return 11;
}

static int prepare_fine(void *context)
{
	(void)context;
	close(-1);
	return 0;
}

/* What a child of fork is to check, without an effect on the others. */
static void apart(void (*run_there)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		failures = 0;
		run_there();
		fflush(stdout);
		_exit(failures != 0);
	}
	CHECK_IS(wait_for(pid, &status), pid);
	CHECK_IS(status, 0);
}

/* All four ways to start one. */
static void all_refused(int error)
{
	struct reap_child child = {.fd = -7};
	struct reap_spec spec = shell("exit 0");
	int value = 0;

	CHECK_IS(reap_spawn(&child, &spec), error);
	spec.prepare = prepare_fine;
	CHECK_IS(reap_spawn(&child, &spec), error);
	pid_t pid = reap_fork(&child);
	if (!pid)
		_exit(1);
	CHECK_IS(pid, error);
	CHECK_IS(reap_vfork(&child, in_vfork, &value), error);
	CHECK_IS(value, 0);
	CHECK_IS(child.fd, -7);
	CHECK_IS(child.pid, 0);
}

static void spawn_says_einval(struct reap_spec spec)
{
	struct reap_child child = {.fd = -7};

	CHECK_IS(reap_spawn(&child, &spec), -EINVAL);
	CHECK_IS(child.fd, -7);
	CHECK_IS(reap_exec(&spec), -EINVAL);
}

static void test_bad_specs(void)
{
	char *const nothing[] = {NULL};
	const struct reap_spec fine = shell("exit 0");
	struct reap_spec spec = fine;

	spec.flags = 1u << 30;
	spawn_says_einval(spec);
	spec.flags = REAP_KEEP_SIGNALS;
	spawn_says_einval(spec);
	spec = fine, spec.path = NULL;
	spawn_says_einval(spec);
	spec = fine, spec.argv = NULL;
	spawn_says_einval(spec);
	spec = fine, spec.argv = nothing;
	spawn_says_einval(spec);
	spec = fine, spec.envp = NULL;
	spawn_says_einval(spec);
	spec = fine, spec.fds_count = REAP_FDS_MAX + 1;
	spawn_says_einval(spec);
	spec = fine, spec.fds = NULL;
	spawn_says_einval(spec);
	spec = fine, spec.groups_count = 1;
	spawn_says_einval(spec);
	spec = fine, spec.limits_count = 1;
	spawn_says_einval(spec);
}

static void test_bad_arguments(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct reap_spec spec = shell("exit 0");
	static const pid_t forbidden[] = {1, 0, -1, -4711};

	CHECK_IS(reap_spawn(NULL, &spec), -EINVAL);
	CHECK_IS(reap_spawn(&child, NULL), -EINVAL);
	CHECK_IS(reap_exec(NULL), -EINVAL);
	CHECK_IS(reap_fork(NULL), -EINVAL);
	CHECK_IS(reap_vfork(&child, NULL, NULL), -EINVAL);
	CHECK_IS(reap_vfork(NULL, in_vfork, NULL), -EINVAL);
	CHECK_IS(reap_yield(NULL, &record), -EINVAL);
	CHECK_IS(reap_yield(&child, NULL), -EINVAL);
	CHECK_IS(reap_yield(&child, &record), -EBADF);
	CHECK_IS(reap_collect(NULL), -EINVAL);
	CHECK_IS(reap_collect_end(NULL), -EINVAL);
	CHECK_IS(reap_collect_pid(1, NULL), -EINVAL);
	CHECK_IS(reap_collect_pid(0, &record), -EINVAL);
	CHECK_IS(reap_collect_pid(-1, &record), -EINVAL);
	CHECK_IS(reap_kill(NULL, 0), -EINVAL);
	CHECK_IS(reap_kill_group(NULL, 0), -EINVAL);
	for (unsigned i = 0; i < 4; i++) {
		child.pid = forbidden[i];
		CHECK_IS(reap_kill(&child, 0), -EINVAL);
		CHECK_IS(reap_kill_group(&child, 0), -EINVAL);
	}
	reap_close(NULL);
	CHECK(!reap_shared_memory(0));
	CHECK(!reap_shared_memory((size_t)-1));
	for (int step = 0; step < REAP_STEPS; step++)
		CHECK(*reap_step_name((enum reap_step)step));
	CHECK(!strcmp(reap_step_name((enum reap_step)REAP_STEPS), "unknown"));
	CHECK(!strcmp(reap_step_name((enum reap_step) - 1), "unknown"));
}

static void test_classes(void)
{
	CHECK_IS(reap_classify(-EAGAIN), REAP_RETRY);
	CHECK_IS(reap_classify(-ENOMEM), REAP_RETRY);
	CHECK_IS(reap_classify(-EMFILE), REAP_RETRY);
	CHECK_IS(reap_classify(-ENFILE), REAP_RETRY);
	CHECK_IS(reap_classify(-ENOSPC), REAP_RETRY);
	CHECK_IS(reap_classify(-EINTR), REAP_RETRY);
	CHECK_IS(reap_classify(-EBUSY), REAP_RETRY);
	CHECK_IS(reap_classify(INT_MIN), REAP_BUG);
	CHECK_IS(reap_classify(-E2BIG), REAP_NEVER);
	CHECK_IS(reap_classify(-EACCES), REAP_NEVER);
	CHECK_IS(reap_classify(-ENAMETOOLONG), REAP_NEVER);
	CHECK_IS(reap_classify(-EINVAL), REAP_BUG);
	CHECK_IS(reap_classify(0), REAP_BUG);
}

static void test_large_environment(void)
{
	struct reap_spec spec = shell("exit 0");
	enum { WORDS = 60 };
	size_t bytes = 256 * 1024;
	char *word = malloc(bytes);
	char *environment[WORDS + 1] = {word, NULL};

	memset(word, 'x', bytes - 1);
	word[bytes - 1] = '\0';
	spec.envp = environment;
	fails_at(&spec, REAP_STEP_EXEC, E2BIG);
	/* One word: 32 pages with its end (MAX_ARG_STRLEN), and no byte more.
	 */
	bytes = 32 * (size_t)sysconf(_SC_PAGESIZE);
	word[bytes] = '\0';
	fails_at(&spec, REAP_STEP_EXEC, E2BIG);
	word[bytes - 1] = '\0';
	CHECK_IS(run(&spec).end, REAP_EXITED);
	/* All words: 6 MiB, whatever the stack may have (execve(2)). */
	for (unsigned i = 0; i < WORDS; i++)
		environment[i] = word;
	fails_at(&spec, REAP_STEP_EXEC, E2BIG);
	environment[4] = NULL;
	CHECK_IS(run(&spec).end, REAP_EXITED);
	free(word);
}

static void test_yield_states(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct reap_spec spec = shell("read line");
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {ends[0], 1, 2};
	spec.fds = fds;
	CHECK_IS(reap_spawn(&child, &spec), 0);
	close(ends[0]);
	CHECK_IS(reap_yield(&child, &record), -EAGAIN);
	CHECK(fcntl(child.fd, F_GETFD) & FD_CLOEXEC);
	CHECK_IS(reap_kill(&child, 0), 0);
	struct reap_child copy = child;
	CHECK_IS(reap_kill(&child, SIGTERM), 0);
	CHECK(ended(&child));
	/* A zombie can still be named: the pid is pinned until the yield. */
	CHECK_IS(reap_kill(&child, 0), 0);
	CHECK_IS(reap_yield(&child, &record), 0);
	CHECK_IS(record.status, SIGTERM);
	CHECK_IS(child.fd, -1);
	CHECK_IS(reap_yield(&child, &record), -EBADF);
	CHECK_IS(reap_kill(&child, SIGKILL), -EINVAL);
	reap_close(&child);
	CHECK_IS(reap_kill(&copy, 0), -EBADF);
	CHECK_IS(reap_yield(&copy, &record), -EBADF);
	/* The number may be a stranger's by now. */
	copy.fd = ends[1];
	CHECK_IS(reap_kill(&copy, 0), -EBADF);
	CHECK_IS(reap_kill_group(&copy, 0), -EBADF);
	CHECK_IS(reap_yield(&copy, &record), -EBADF);
	close(ends[1]);
	spec = shell("exit 0");
	CHECK_IS(reap_spawn(&child, &spec), 0);
	copy = child;
	reap_close(&child);
	CHECK_IS(child.fd, -1);
	CHECK_IS(reap_kill(&child, 0), -EINVAL);
	CHECK_IS(wait_for(copy.pid, NULL), copy.pid);
}

/* In the pipe tier the end may be seen between two looks at it. */
static void test_yield_all_along(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int error = 0;

	for (int i = piped() ? 1000 : 20; i && !error; i--) {
		pid_t pid = reap_fork(&child);
		if (!pid)
			_exit(21);
		CHECK(pid > 0);
		do
			error = reap_yield(&child, &record);
		while (error == -EAGAIN);
		CHECK_IS(error, 0);
		CHECK_IS(record.status, 21);
	}
}

static void test_reaped_by_others(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	struct reap_spec spec = shell("exit 5");

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(wait_for(child.pid, NULL), child.pid);
	CHECK(ended(&child));
	CHECK_IS(reap_yield(&child, &record), -ECHILD);
	CHECK_IS(reap_kill(&child, SIGTERM), -ESRCH);
	reap_close(&child);
}

/* No descriptor left: an errno before anything was started. */
static void test_no_descriptor(void)
{
	struct rlimit before, limit;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	run_shell("exit 0"); /* the tier is known from here on */
	limit.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* reap_spawn: -EMFILE */
	all_refused(-EMFILE);
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK_IS(waitpid(-1, NULL, WNOHANG), -1);
}

/* Fewer than it needs for a moment: all that starts is as ever, and for want of
 * a descriptor nobody gets a handler. */
static void test_few_descriptors(void)
{
	struct reap_child child = {.fd = -1};
	struct rlimit before, limit;
	struct sigaction now;
	int next, forked = 0, hold;

	/* One that has ended at once needs no handler in the pipe tier. */
	spawn_held(&child, &hold);
	close(hold);
	record_of(&child);
	next = dup(0);
	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	for (int left = 1; left <= 4; left++) {
		limit.rlim_cur = (rlim_t)(next + left);
		setrlimit(RLIMIT_NOFILE, &limit);
		pid_t pid = reap_fork(&child);
		if (!pid)
			_exit(7);
		setrlimit(RLIMIT_NOFILE, &before);
		CHECK(pid > 0 || pid == -EMFILE);
		forked += pid > 0;
		if (pid > 0)
			CHECK_IS(record_of(&child).status, 7);
	}
	CHECK(forked >= 2);
	sigaction(SIGCHLD, NULL, &now);
	CHECK_IS(now.sa_handler == host_handler, !piped());
}

/* What the limit no longer allows is open all the same: whether the child has
 * it is seen by its end of a pipe. */
static void above_the_limit(void)
{
	struct reap_child child = {.fd = -1};
	struct rlimit before, low;
	int ends[2], hold;

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	CHECK_IS(fcntl(ends[1], F_DUPFD, 200), 200);
	close(ends[1]);
	CHECK_IS(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = 100;
	CHECK_IS(setrlimit(RLIMIT_NOFILE, &low), 0);
	spawn_held(&child, &hold);
	CHECK_IS(setrlimit(RLIMIT_NOFILE, &before), 0);
	close(200);
	struct pollfd fd = {ends[0], 0, 0};
	CHECK_IS(poll(&fd, 1, PATIENCE_MS), 1);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
	close(ends[0]);
}

static void test_above_the_limit(void)
{
	above_the_limit();
}

static void above_the_limit_without_proc(void)
{
	CHECK_IS(unshare(CLONE_NEWNS), 0);
	CHECK_IS(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	while (!umount2("/proc", MNT_DETACH))
		;
	CHECK(access("/proc/self", F_OK) < 0);
	above_the_limit();
}

static void test_above_the_limit_without_proc(void)
{
	apart(above_the_limit_without_proc);
}

static void start_and_be_refused(void)
{
	struct reap_child child = {.fd = -1};
	struct rlimit before, none;
	int next = dup(0), value;

	close(next);
	CHECK_IS(run_shell("exit 3").status, 3);
	CHECK_IS(reap_vfork(&child, in_vfork, &value), 0);
	CHECK_IS(record_of(&child).status, 11);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &none);
	all_refused(-EMFILE);
	setrlimit(RLIMIT_NOFILE, &before);
}

/* Of the address space: proc(5), statm. */
static long pages(void)
{
	char text[64] = "";
	int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	CHECK(read(file, text, sizeof(text) - 1) > 0);
	close(file);
	return strtol(text, NULL, 10);
}

/* A report, and the stack of a vfork. */
static void test_memory(void)
{
	start_and_be_refused();
	long before = pages();
	for (int i = 0; i < 20; i++)
		start_and_be_refused();
	CHECK_IS(pages(), before);
}

/* As another user: root has no such limit. */
static void with_no_process_allowed(void)
{
	const struct rlimit limit = {1, 1};
	char before[256], after[256];

	CHECK_IS(setgroups(0, NULL) | setuid(61234), 0);
	setrlimit(RLIMIT_NPROC, &limit);
	descriptors(before, sizeof(before));
	/* reap_spawn: -EAGAIN */
	all_refused(-EAGAIN);
	descriptors(after, sizeof(after));
	CHECK(!strcmp(before, after));
}

static void test_no_process(void)
{
	apart(with_no_process_allowed);
}

/* A pid namespace whose init has ended takes nobody any more. */
static void in_a_dead_namespace(void)
{
	CHECK_IS(unshare(CLONE_NEWPID), 0);
	pid_t init = fork();
	if (!init)
		_exit(0);
	CHECK_IS(wait_for(init, NULL), init);
	/* reap_spawn: -ENOMEM */
	all_refused(-ENOMEM);
}

static void test_dead_namespace(void)
{
	apart(in_a_dead_namespace);
}

/* Both are the first of their pid namespace: what is the other's is not this
 * one's, though the pid is the same. */
static void lets_go_of_a_copy(struct reap_child *copy)
{
	struct reap_child own = {.fd = -1};
	struct reap_spec spec = shell("kill -STOP $$; exit 6");
	struct reap_record record;
	siginfo_t info;

	CHECK_IS(getpid(), 1);
	/* Where its report was there is something else by now. */
	if (copy->own_report)
		CHECK(mmap(copy->own_report, 1, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			   0) == copy->own_report);
	/* As the first child of the first process it has the same pid; in the
	 * pipe tier the same slot, and where no lower number is free the same
	 * descriptor. */
	int number = -1;
	while (number < copy->fd)
		number = dup(STDOUT_FILENO);
	if (number == copy->fd)
		close(number);
	CHECK_IS(reap_spawn(&own, &spec), 0);
	/* Elsewhere it is the pidfd that tells; TSan's thread takes a pid. */
	if (piped()) {
		CHECK_IS(own.pid, copy->pid);
		CHECK_IS(own.slot, copy->slot);
		CHECK_IS(own.fd, copy->fd);
	}
	CHECK(reap_kill(copy, SIGKILL) < 0);
	CHECK(reap_kill_group(copy, SIGKILL) < 0);
	CHECK(reap_yield(copy, &record) < 0);
	struct reap_report *there = copy->own_report;
	reap_close(copy);
	CHECK(!there || !msync(there, 1, MS_ASYNC));
	CHECK_IS(waitid(P_PID, (id_t)own.pid, &info, WSTOPPED | WNOWAIT), 0);
	CHECK_IS(reap_kill(&own, SIGCONT), 0);
	CHECK_IS(record_of(&own).status, 6);
}

static void first_of_a_namespace(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	int hold, status;

	spawn_held(&child, &hold);
	for (int i = 0; i < 2; i++) {
		if (i)
			CHECK_IS(unshare(CLONE_NEWPID), 0);
		pid_t nested =
			i ? fork()
			  : (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD,
					   NULL, NULL, NULL, NULL);
		if (!nested) {
			failures = 0;
			close(hold);
			lets_go_of_a_copy(&child);
			fflush(stdout);
			_exit(failures != 0);
		}
		CHECK_IS(wait_for(nested, &status), nested);
		CHECK_IS(status, 0);
		struct pollfd fd = {child.fd, POLLIN, 0};
		CHECK_IS(poll(&fd, 1, 0), 0);
		CHECK_IS(reap_yield(&child, &record), -EAGAIN);
	}
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
}

static void in_a_namespace(void)
{
	CHECK_IS(unshare(CLONE_NEWPID), 0);
	apart(first_of_a_namespace);
}

static void test_nested_namespaces(void)
{
	apart(in_a_namespace);
}

static int filtered;

/* Linux's headers are none of musl's: <linux/filter.h>, <linux/seccomp.h>. */
struct instruction {
	unsigned short code;
	unsigned char when_so, when_not;
	unsigned value;
};
enum { LOAD_WORD = 0x20, JUMP_IF_EQUAL = 0x15, RETURN = 0x06 };
enum { ANSWER_ERRNO = 0x50000, ALLOW = 0x7fff0000 };

static void refuse(const unsigned *calls, unsigned count)
{
	enum { MOST = 8 };
	struct instruction code[MOST + 3] = {{LOAD_WORD, 0, 0, 0}};
	const struct {
		unsigned short length;
		struct instruction *code;
	} program = {(unsigned short)(count + 3), code};

	for (unsigned i = 0; i < count; i++)
		code[i + 1] = (struct instruction){
			JUMP_IF_EQUAL, (unsigned char)(count - i), 0, calls[i]};
	code[count + 1] = (struct instruction){RETURN, 0, 0, ALLOW};
	code[count + 2] = (struct instruction){
		RETURN, 0, 0, ANSWER_ERRNO | (unsigned)filtered};
	CHECK_IS(prctl(PR_SET_SECCOMP, 2 /* a filter */, &program), 0);
}

/* As a container's runtime has it that allows no more processes. */
static void behind_a_filter(void)
{
	static const unsigned ways[] = {
#ifdef SYS_fork
		SYS_fork, SYS_vfork,
#endif
		SYS_clone, SYS_clone3};

	refuse(ways, sizeof(ways) / sizeof(*ways));
	all_refused(-filtered);
}

/* No look finds an end there: that the owner hears, and does not wait. */
static void without_waitid(void)
{
	static const unsigned call = SYS_waitid;
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 0");
	struct reap_record record;

	refuse(&call, 1);
	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK(ended(&child));
	CHECK_IS(reap_yield(&child, &record), -filtered);
	CHECK(child.pid > 0);
	CHECK_IS(reap_collect(&record), -filtered);
	CHECK_IS(reap_collect_end(&record), -filtered);
	CHECK_IS(reap_collect_pid(child.pid, &record), -filtered);
	CHECK_IS(reap_peek(), -filtered);
	reap_close(&child);
}

/* The kernel has no page for the pipe's byte: then its end says it. */
static void without_write(void)
{
	static const unsigned call = SYS_write;
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 3");
	struct reap_record record = {.status = -1};

	filtered = ENOMEM;
	refuse(&call, 1);
	CHECK_IS(reap_spawn(&child, &spec), 0);
	struct pollfd fd = {child.fd, POLLIN, 0};
	while (poll(&fd, 1, PATIENCE_MS) < 0 && errno == EINTR)
		;
	CHECK(fd.revents);
	CHECK_IS(reap_yield(&child, &record), 0);
	CHECK_IS(record.status, 3);
}

/* What is open is listed then, in more than one piece. */
static void without_close_range(void)
{
	static const unsigned call = SYS_close_range;
	struct reap_child child = {.fd = -1};
	int ends[2], hold;

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	for (int i = 0; i < 200; i++)
		CHECK(fcntl(ends[1], F_DUPFD, 50) >= 0);
	filtered = ENOSYS;
	refuse(&call, 1);
	spawn_held(&child, &hold);
	for (int i = 0; i < 200; i++)
		close(50 + i);
	close(ends[1]);
	/* Its end comes once nobody has the other. */
	struct pollfd fd = {ends[0], 0, 0};
	CHECK_IS(poll(&fd, 1, PATIENCE_MS), 1);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
}

static void test_many_descriptors(void)
{
	apart(without_close_range);
}

static void test_full_pipe(void)
{
	apart(without_write);
}

/* Steps that else can not fail in a child that has just begun. */
static void without_sessions(void)
{
	static const unsigned calls[] = {SYS_setsid, SYS_setpgid};
	struct reap_spec spec = shell("exit 0");

	filtered = ENOSYS;
	refuse(calls, 2);
	spec.flags = REAP_NEW_SESSION;
	fails_at(&spec, REAP_STEP_SESSION, ENOSYS);
	spec.flags = REAP_NEW_GROUP;
	fails_at(&spec, REAP_STEP_GROUP, ENOSYS);
}

/* No verdict of the kernel's: the pipe is there already. */
static void without_pidfd_open(void)
{
	static const unsigned call = SYS_pidfd_open;
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 11");

	filtered = EACCES;
	refuse(&call, 1);
	if (!reap_fork(&child))
		_exit(12);
	CHECK_IS(record_of(&child).status, 12);
	spec.prepare = prepare_fine;
	CHECK_IS(run(&spec).status, 11);
}

static void test_filter(void)
{
	/* reap_spawn: -EPERM, -ENOSYS */
	static const int errors[] = {EPERM,      ENOSYS, EINVAL,
				     EOPNOTSUPP, E2BIG,  EAGAIN};

	for (unsigned i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		filtered = errors[i];
		apart(behind_a_filter);
	}
	apart(without_sessions);
	/* reap_yield: -EPERM, -ENOSYS */
	/* reap_collect: -EPERM, -ENOSYS */
	/* reap_collect_pid: -EPERM, -ENOSYS */
	/* reap_peek: -EPERM, -ENOSYS */
	filtered = EPERM;
	apart(without_waitid);
	filtered = ENOSYS;
	apart(without_waitid);
}

static void test_late_pipe(void)
{
	apart(without_pidfd_open);
}

/* A report and the stack of a vfork are memory. */
static void without_memory(void)
{
	struct reap_child child = {.fd = -7};
	struct reap_spec spec = shell("exit 0");
	volatile char stack[64 * 1024];
	struct rlimit before, none;
	int value = 0;

	/* It does not grow later. */
	for (unsigned i = 0; i < sizeof(stack); i++)
		stack[i] = 0;
	getrlimit(RLIMIT_AS, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_AS, &none);
	int spawned = reap_spawn(&child, &spec);
	int forked = reap_vfork(&child, in_vfork, &value);
	setrlimit(RLIMIT_AS, &before);
	CHECK_IS(spawned, -ENOMEM);
	CHECK_IS(forked, -ENOMEM);
	CHECK_IS(child.fd, -7);
}

static void test_no_memory(void)
{
	apart(without_memory);
}

enum { SLOTS = IS_ENABLED(CONFIG_REAP_FEW_SLOTS) ? 64 : 4096 };

static struct reap_child many[SLOTS];

/* A kernel may refuse clone's flag and still have pidfd_open (kernels.t). */
static bool forks_have_slots(void)
{
	struct reap_child child;

	if (!reap_fork(&child))
		_exit(0);
	bool has_slot = child.slot;
	record_of(&child);
	return has_slot;
}

/* Where SIGCHLD is blocked. */
static void one_more(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 3");
	siginfo_t info;

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT), 0);
	reap_notice();
	CHECK_IS(record_of(&child).status, 3);
}

/* SIGCHLD is blocked, so that the handler does not look at all of them for
 * each. */
static void with_all_slots_taken(void)
{
	/* A difference of the tiers: with a pidfd there are no slots to take,
	 * so all are started, and one more. */
	bool has_slots = forks_have_slots();
	const struct rlimit room = {3 * SLOTS, 3 * SLOTS};
	struct reap_record record;
	siginfo_t info;
	sigset_t set;
	int taken = 0;

	CHECK_IS(setrlimit(RLIMIT_NOFILE, &room), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (; taken < SLOTS; taken++) {
		pid_t pid = reap_fork(&many[taken]);
		if (!pid)
			_exit(0);
		if (pid < 0)
			break;
	}
	CHECK_IS(taken, SLOTS);
	if (has_slots)
		all_refused(-EMFILE);
	else
		one_more();
	for (int i = 0; i < taken; i++)
		waitid(P_PID, (id_t)many[i].pid, &info, WEXITED | WNOWAIT);
	reap_notice();
	while (taken--) {
		CHECK(ended(&many[taken]));
		CHECK_IS(reap_yield(&many[taken], &record), 0);
	}
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	CHECK_IS(run_shell("exit 3").status, 3);
}

static void test_no_slot(void)
{
	apart(with_all_slots_taken);
}

/* Readable, as that of a child that has ended. */
static void another_pipe(struct reap_child *mistaken)
{
	struct reap_record record;
	int ends[2];

	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	CHECK_IS(write(ends[1], "", 1), 1);
	mistaken->fd = ends[0];
	CHECK_IS(reap_yield(mistaken, &record), -EBADF);
	CHECK_IS(reap_kill(mistaken, SIGKILL), -EBADF);
	close(ends[0]), close(ends[1]);
}

/* The descriptor was closed behind the library's back, and its number is
 * another's now. */
static void test_foreign_descriptor(void)
{
	struct reap_child one = {.fd = -1}, other = {.fd = -1};
	struct reap_spec spec = shell("exit 17");
	struct reap_record record;

	CHECK_IS(reap_spawn(&one, &spec), 0);
	shell_argv[2] = (char *)"exit 18";
	CHECK_IS(reap_spawn(&other, &spec), 0);
	CHECK(ended(&one) && ended(&other));
	siginfo_t info;
	if (!one.slot &&
	    waitid((idtype_t)3, (id_t)one.fd, &info, WEXITED | WNOWAIT)) {
		/* Before Linux 5.4, or behind a filter, the pid alone says
		 * whose record it is. */
		CHECK_IS(record_of(&one).status, 17);
		CHECK_IS(record_of(&other).status, 18);
		return;
	}
	struct reap_child mistaken = one;
	mistaken.fd = other.fd;
	CHECK_IS(reap_yield(&mistaken, &record), -EBADF);
	CHECK_IS(reap_kill(&mistaken, SIGKILL), -EBADF);
	mistaken.fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	/* That this kernel has none says why it is the pipe tier. */
	if (mistaken.fd < 0 && one.slot)
		mistaken.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK(mistaken.fd >= 0);
	CHECK_IS(reap_yield(&mistaken, &record), -EBADF);
	CHECK_IS(reap_kill(&mistaken, SIGKILL), -EBADF);
	CHECK_IS(reap_kill_group(&mistaken, SIGKILL), -EBADF);
	struct reap_child closed = mistaken;
	closed.own_report = NULL;
	/* A slot would be let go of, whatever the descriptor is. */
	if (!one.slot)
		reap_close(&closed);
	CHECK_IS(close(mistaken.fd), 0);
	if (one.slot)
		another_pipe(&mistaken);
	CHECK_IS(record_of(&one).status, 17);
	CHECK_IS(record_of(&other).status, 18);
}

/* Ends it, and waits for that in a way that leaves it to be yielded. */
static void end_held(const struct reap_child *child, int hold)
{
	siginfo_t info;
	int result;

	close(hold);
	do
		result = waitid(P_PID, (id_t)child->pid, &info,
				WEXITED | WNOWAIT);
	while (result < 0 && errno == EINTR);
	CHECK_IS(result, 0);
	reap_notice();
}

/* Nobody reads the pipe any more: to write to it kills a program. */
static void end_with_its_descriptor_closed(int wanted)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record;
	sigset_t set;
	int hold;

	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 3; i++) {
		spawn_held(&child, &hold);
		pid_t pid = child.pid;
		close(child.fd);
		end_held(&child, hold);
		CHECK_IS(reap_yield(&child, &record), wanted);
		reap_close(&child);
		wait_for(pid, NULL);
		/* Nor is one left behind, the second time; the third time the
		 * host has one of its own. */
		sigpending(&set);
		CHECK_IS(sigismember(&set, SIGPIPE), i == 2);
		sigaddset(&set, SIGPIPE);
		pthread_sigmask(SIG_BLOCK, &set, NULL);
		if (i == 1)
			raise(SIGPIPE);
	}
}

static void with_its_descriptor_closed(void)
{
	end_with_its_descriptor_closed(-EBADF);
}

/* Nothing tells that it is closed but the write. */
static void without_a_look_at_files(void)
{
	static const unsigned calls[] = {
#ifdef SYS_newfstatat
		SYS_newfstatat,
#endif
		SYS_fstat, SYS_statx};

	filtered = ENOMEM;
	refuse(calls, sizeof(calls) / sizeof(*calls));
	end_with_its_descriptor_closed(piped() ? 0 : -EBADF);
}

static void test_closed_descriptor(void)
{
	apart(with_its_descriptor_closed);
}

static void test_closed_in_secret(void)
{
	apart(without_a_look_at_files);
}

enum { OWN = 16 };

/* As fork(2) and a library's own clean-up leave them: open, and nothing was
 * written to the pipes that they are. */
static bool are_untouched(const int *own)
{
	char byte;

	for (int i = 0; i < OWN; i += 2)
		if (read(own[i], &byte, 1) != -1 || errno != EAGAIN ||
		    fcntl(own[i + 1], F_GETFD) < 0)
			return false;
	return true;
}

/* As a daemon closes what it did not open; it does not know the library. */
static void with_all_descriptors_closed(void)
{
	struct reap_child child = {.fd = -1};
	int own[OWN], hold, status;

	spawn_held(&child, &hold);
	pid_t pid = child.pid;
	/* Some kernels can not tell it of a pidfd (kernels.t). */
	bool is_told = child.slot ||
		       (syscall(SYS_pidfd_send_signal, 0, 0, NULL, 0) < 0 &&
			errno == EBADF);
	for (int i = 3; i < 256; i++)
		close(i);
	for (int i = 0; i < OWN; i += 2)
		CHECK_IS(pipe2(own + i, O_CLOEXEC | O_NONBLOCK), 0);
	pid_t forked = fork();
	if (!forked)
		_exit(!are_untouched(own));
	CHECK_IS(wait_for(forked, &status), forked);
	CHECK_IS(status, 0);
	end_held(&child, -1);
	CHECK(are_untouched(own));
	reap_close(&child);
	CHECK(are_untouched(own) || !is_told);
	CHECK_IS(wait_for(pid, NULL), pid);
}

static void test_all_closed(void)
{
	apart(with_all_descriptors_closed);
}

/* What was closed when it was named is not what the library made since. */
static void test_closed_numbers(void)
{
	int next = dup(0), fds[] = {0, 1, 2, -1};

	close(next);
	for (int i = 0; i < 4; i++) {
		struct reap_spec spec = shell("exit 0");

		spec.prepare = i % 2 ? prepare_fine : NULL;
		spec.cgroup = next + i / 2;
		fails_at(&spec, REAP_STEP_CGROUP, EBADF);
		spec.cgroup = -1;
		fds[3] = next + i / 2;
		spec.fds = fds;
		spec.fds_count = 4;
		fails_at(&spec, REAP_STEP_DESCRIPTOR, EBADF);
	}
}

/* A child of another user, as a program has it that gave up its own. */
static void as_another_user(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("echo; read line");
	int in[2], out[2];
	char byte;

	CHECK_IS(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	const int fds[] = {in[0], out[1], 2};
	spec.fds = fds;
	spec.flags = REAP_NEW_GROUP;
	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(read(out[0], &byte, 1), 1);
	CHECK_IS(reap_kill_group(&child, 4711), -EINVAL);
	CHECK_IS(reap_kill_group(&child, 0), 0);
	CHECK_IS(setgroups(0, NULL) | setuid(61234), 0);
	CHECK_IS(reap_kill(&child, 0), -EPERM);
	CHECK_IS(reap_kill(&child, SIGTERM), -EPERM);
	CHECK_IS(reap_kill_group(&child, SIGTERM), -EPERM);
	close(in[1]);
	CHECK_IS(record_of(&child).end, REAP_EXITED);
}

static void test_foreign_user(void)
{
	apart(as_another_user);
}

static void test_kill_errors(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("kill -STOP $$");

	CHECK_IS(reap_spawn(&child, &spec), 0);
	CHECK_IS(reap_kill(&child, 4711), -EINVAL);
	CHECK_IS(reap_kill(&child, -1), -EINVAL);
	CHECK_IS(reap_kill_group(&child, SIGTERM), -ESRCH);
	CHECK_IS(reap_kill(&child, SIGKILL), 0);
	CHECK_IS(record_of(&child).status, SIGKILL);
}

static void test_collectors(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_record record = {.pid = -7};
	struct reap_spec spec = shell("read line; exit 19");
	int ends[2];

	CHECK_IS(reap_peek(), -ECHILD);
	CHECK_IS(reap_collect(&record), -ECHILD);
	CHECK_IS(reap_collect_end(&record), -ECHILD);
	CHECK_IS(reap_collect_pid(getpid(), &record), -ECHILD);
	CHECK_IS(pipe2(ends, O_CLOEXEC), 0);
	const int fds[] = {ends[0], 1, 2};
	spec.fds = fds;
	for (int i = 0; i < 2; i++) {
		pid_t pid = reap_spawn(&child, &spec);
		CHECK_IS(pid, 0);
		pid = child.pid;
		if (!i) {
			CHECK_IS(reap_peek(), 0);
			CHECK_IS(reap_collect(&record), 0);
			CHECK_IS(reap_collect_end(&record), 0);
			CHECK_IS(reap_collect_pid(pid, &record), 0);
			CHECK_IS(record.pid, -7);
			close(ends[1]);
		}
		CHECK(ended(&child));
		CHECK_IS(reap_peek(), pid);
		CHECK_IS(reap_peek(), pid);
		record.usage.ru_maxrss = -5;
		CHECK_IS(i ? reap_collect_end(&record)
			   : reap_collect_pid(pid, &record),
			 1);
		CHECK_IS(record.pid, pid);
		CHECK_IS(record.status, 19);
		CHECK(i ? record.usage.ru_maxrss == -5
			: record.usage.ru_maxrss > 0);
		CHECK_IS(reap_collect_pid(pid, &record), -ECHILD);
		CHECK_IS(reap_yield(&child, &record), -ECHILD);
		reap_close(&child);
	}
	close(ends[0]);
}

enum { HIGHEST = 64, WORDS = 8 };

/* The kernel's own: libc hides two or three of them. */
static unsigned long disposition(int number)
{
	unsigned long action[WORDS] = {0};

	syscall(SYS_rt_sigaction, number, NULL, action, HIGHEST / 8);
	return action[0];
}

static void *nothing(void *context)
{
	return context;
}

/* The program goes on: with its handlers, those of libc's threads, and that of
 * the pipe tier. */
static void exec_in_vain(void)
{
	struct reap_child child = {.fd = -1};
	struct reap_spec spec = shell("exit 113");
	unsigned long before[HIGHEST + 1];
	pthread_t thread;
	int hold;

	CHECK_IS(pthread_create(&thread, NULL, nothing, NULL), 0);
	pthread_join(thread, NULL);
	CHECK_IS(setegid(getegid()), 0);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, host_handler);
	spawn_held(&child, &hold);
	for (int number = 1; number <= HIGHEST; number++)
		before[number] = disposition(number);
	spec.path = "/nowhere";
	CHECK_IS(reap_exec(&spec), -ENOENT);
	for (int number = 1; number <= HIGHEST; number++)
		/* What was ignored is not, by this spec. */
		CHECK_IS(disposition(number),
			 before[number] == (unsigned long)SIG_IGN
				 ? 0
				 : before[number]);
	close(hold);
	CHECK_IS(record_of(&child).status, 4);
}

static void test_exec_in_vain(void)
{
	apart(exec_in_vain);
}

static int status_of_exec(const struct reap_spec *spec)
{
	struct reap_child child = {.fd = -1};

	if (!reap_fork(&child))
		_exit(-reap_exec(spec));
	return record_of(&child).status;
}

static void test_exec(void)
{
	static char word[256 * 1024];
	char name[] = "/tmp/reap-no-program-XXXXXX";
	struct reap_spec spec = shell("exit 113");

	CHECK_IS(status_of_exec(&spec), 113);
	/* reap_exec: -ENOENT, -EACCES, -ENOEXEC, -E2BIG */
	spec.path = "/nowhere";
	CHECK_IS(status_of_exec(&spec), ENOENT);
	spec.path = "/";
	CHECK_IS(status_of_exec(&spec), EACCES);
	int file = mkstemp(name);
	CHECK_IS(write(file, "no program\n", 11), 11);
	fchmod(file, 0700);
	close(file);
	spec.path = name;
	CHECK_IS(status_of_exec(&spec), ENOEXEC);
	unlink(name);
	spec = shell(word);
	memset(word, 'x', sizeof(word) - 1);
	CHECK_IS(status_of_exec(&spec), E2BIG);
}

static _Atomic int got_so_far;

/* The cancel is pending all the time, and deferred: the next cancellation point
 * is the end of this thread. */
static void *cancelled(void *context)
{
	struct reap_child child;
	struct reap_record record;
	struct reap_spec spec = shell("exit 11");
	int value;
	(void)context;
	pthread_cancel(pthread_self());
	for (int i = 0; i < 4; i++) {
		pid_t pid = i ? 0 : reap_fork(&child);
		if (!i && !pid)
			_exit(11);
		spec.prepare = i == 2 ? prepare_fine : NULL;
		if (i)
			pid = i < 3 ? reap_spawn(&child, &spec)
				    : reap_vfork(&child, in_vfork, &value);
		got_so_far += pid >= 0;
		while (reap_yield(&child, &record) == -EAGAIN)
			sched_yield();
		got_so_far += record.status == 11 ? 10 : 0;
	}
	pthread_testcancel();
	return NULL;
}

static void test_cancelled(void)
{
	pthread_t thread;
	void *result = NULL;

	got_so_far = 0;
	CHECK_IS(pthread_create(&thread, NULL, cancelled, NULL), 0);
	CHECK_IS(pthread_join(thread, &result), 0);
	CHECK(result == PTHREAD_CANCELED);
	CHECK_IS(got_so_far, 4 * 11);
}

static _Atomic bool computes;

/* It calls nothing, the library least of all, and takes SIGCHLD. */
static void *compute(void *unused)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	for (computes = true;;)
		;
	return unused;
}

static void test_cancelled_in_handler(void)
{
	struct reap_child child = {.fd = -1};
	sigset_t set, before;
	siginfo_t info;
	pthread_t thread;
	int hold;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	for (int i = piped() ? 300 : 1; i && !failures; i--) {
		spawn_held(&child, &hold);
		computes = false;
		CHECK_IS(pthread_create(&thread, NULL, compute, NULL), 0);
		while (!computes)
			sched_yield();
		close(hold);
		waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT);
		for (volatile int delay = i * 10; delay; delay--)
			;
		pthread_cancel(thread);
		pthread_join(thread, NULL);
		/* What is still pending is the next one's. */
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		pthread_sigmask(SIG_BLOCK, &set, NULL);
		CHECK_IS(record_of(&child).status, 4);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct reap_child unseen;
static int unseen_hold;

static void *spawn_unseen(void *unused)
{
	static const unsigned calls[] = {SYS_waitid};

	filtered = EPERM;
	refuse(calls, 1);
	spawn_held(&unseen, &unseen_hold);
	return unused;
}

/* In the pipe tier its end is told then, whether it has ended or not: a filter
 * holds for the thread that has it alone, and another one sees that it lives.
 */
static void with_a_thread_behind_a_filter(void)
{
	struct reap_record record;
	pthread_t thread;
	int error;

	CHECK_IS(pthread_create(&thread, NULL, spawn_unseen, NULL), 0);
	CHECK_IS(pthread_join(thread, NULL), 0);
	CHECK_IS(reap_yield(&unseen, &record), -EAGAIN);
	CHECK_IS(reap_kill(&unseen, 0), 0);
	close(unseen_hold);
	CHECK(ended(&unseen));
	do
		error = reap_yield(&unseen, &record);
	while (error == -EAGAIN);
	CHECK_IS(error, 0);
	CHECK_IS(record.status, 4);
}

static void test_unseen(void)
{
	apart(with_a_thread_behind_a_filter);
}

static pthread_mutex_t forks = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int holds, wants;

static void hold_forks(void)
{
	wants = 1;
	pthread_mutex_lock(&forks);
}

static void let_forks(void)
{
	pthread_mutex_unlock(&forks);
}

/* libc has each thread do it, by a signal of its own, and waits for all. */
static void *change_group(void *context)
{
	pthread_mutex_lock(&forks);
	holds = 1;
	while (!wants)
		sched_yield();
	setegid(getegid());
	pthread_mutex_unlock(&forks);
	return context;
}

static void prepare_beside_setegid(void)
{
	struct reap_spec spec = shell("exit 6");
	pthread_t thread;

	pthread_atfork(hold_forks, let_forks, let_forks);
	CHECK_IS(pthread_create(&thread, NULL, change_group, NULL), 0);
	while (!holds)
		sched_yield();
	spec.prepare = prepare_fine;
	CHECK_IS(run(&spec).status, 6);
	pthread_join(thread, NULL);
}

static void test_prepare_beside_setegid(void)
{
	apart(prepare_beside_setegid);
}

static int start_in_run(void *context)
{
	const struct reap_spec spec = shell("exit 0");
	struct reap_child child;
	int value;

	(void)context;
	return reap_spawn(&child, &spec) == -EINVAL &&
			       reap_fork(&child) == -EINVAL &&
			       reap_vfork(&child, in_vfork, &value) == -EINVAL
		       ? 9
		       : 1;
}

/* In memory that is the parent's, who has other children. */
static void test_in_run(void)
{
	struct reap_child other = {.fd = -1}, child = {.fd = -1};
	int hold;

	spawn_held(&other, &hold);
	CHECK_IS(reap_vfork(&child, start_in_run, NULL), 0);
	CHECK_IS(record_of(&child).status, 9);
	close(hold);
	CHECK_IS(record_of(&other).status, 4);
}

static struct reap_child handled;
static _Atomic int taken_by_handler;

static void take_in_handler(int number)
{
	struct reap_record record;
	int before = errno;

	(void)number;
	reap_notice();
	if (!reap_kill(&handled, 0) && !reap_yield(&handled, &record) &&
	    record.status == 23)
		taken_by_handler++;
	errno = before;
}

/* What reap.h calls signal-safe, in the middle of what is not. */
static void test_in_handler(void)
{
	struct sigaction before, own = {.sa_handler = take_in_handler};
	struct reap_spec spec = shell("exit 23");
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaction(SIGCHLD, &own, &before);
	taken_by_handler = 0;
	for (int i = 0; i < 20; i++) {
		pthread_sigmask(SIG_BLOCK, &set, NULL);
		CHECK_IS(reap_spawn(&handled, &spec), 0);
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		while (taken_by_handler <= i)
			free(malloc(1 + (size_t)i * 1000));
	}
	CHECK_IS(taken_by_handler, 20);
	sigaction(SIGCHLD, &before, NULL);
	errno = 77;
	reap_notice();
	CHECK_IS(errno, 77);
}

const struct test tests_of_errors[] = {
	{"bad arguments", test_bad_arguments, 0},
	{"bad specs", test_bad_specs, 0},
	{"what an error means", test_classes, 0},
	{"an environment too large", test_large_environment, 0},
	{"yield before, at and after the end", test_yield_states, 0},
	{"yield all along", test_yield_all_along, 0},
	{"reaped by somebody else", test_reaped_by_others, 0},
	{"a descriptor that is another's", test_foreign_descriptor, 0},
	{"a descriptor that was closed", test_closed_descriptor, 0},
	{"a descriptor that was closed in secret", test_closed_in_secret,
	 NEEDS_FILTERS},
	{"a host that closes all descriptors", test_all_closed, 0},
	{"closed numbers name nothing", test_closed_numbers, 0},
	{"a child of another user", test_foreign_user, NEEDS_USERS},
	{"signals that can not be sent", test_kill_errors, 0},
	{"peek, and the other collectors", test_collectors, 0},
	{"exec", test_exec, 0},
	{"exec in vain", test_exec_in_vain, NEEDS_THREADS},
	{"no descriptor left", test_no_descriptor, 0},
	{"few descriptors left", test_few_descriptors, 0},
	{"a descriptor above a lowered limit", test_above_the_limit, 0},
	{"a descriptor above a lowered limit, without /proc",
	 test_above_the_limit_without_proc, NEEDS_NAMESPACES},
	{"no memory is left behind", test_memory, NEEDS_PROC},
	{"no process allowed", test_no_process, NEEDS_USERS},
	{"a filter that allows no process", test_filter, NEEDS_FILTERS},
	{"a pipe that can not be written to", test_full_pipe, NEEDS_FILTERS},
	{"many descriptors, and no close_range", test_many_descriptors,
	 NEEDS_FILTERS | NEEDS_PROC},
	{"a pipe where pidfd_open is refused", test_late_pipe, NEEDS_FILTERS},
	{"no memory", test_no_memory, 0},
	{"a pid namespace whose init has ended", test_dead_namespace,
	 NEEDS_NAMESPACES},
	{"the first of a namespace in another", test_nested_namespaces,
	 NEEDS_NAMESPACES},
	{"more children than slots", test_no_slot, NEEDS_4096_PROCESSES},
	{"a pending cancel loses nothing", test_cancelled, NEEDS_THREADS},
	{"a thread cancelled in the handler", test_cancelled_in_handler,
	 NEEDS_THREADS},
	{"told by a thread that may not look", test_unseen,
	 NEEDS_THREADS | NEEDS_FILTERS},
	{"prepare beside setegid", test_prepare_beside_setegid, NEEDS_THREADS},
	{"in the run of a vfork", test_in_run, 0},
	{"in a signal handler", test_in_handler, 0},
	{NULL, NULL, 0},
};
