#include "child.h"

#include "host.h"
#include "system.h"
#include "terminal.h"
#include "way.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REAP_SCRIPT_WORDS_MAX = 64 };

/* A step that only some programs ask for. */
#define ATTRIBUTE static __attribute__((unused))

static int failed(int result)
{
	return result < 0 ? -errno : 0;
}

static int new_session(const struct reap_spec *spec)
{
	return spec->flags & REAP_NEW_SESSION ? failed(setsid()) : 0;
}

/* Who leads a session leads its group as well, and is refused another. */
ATTRIBUTE int new_group(const struct reap_spec *spec)
{
	if (IS_ENABLED(CONFIG_REAP_HOSTED) && spec->flags & REAP_NEW_SESSION)
		return 0;
	return spec->flags & REAP_NEW_GROUP ? failed(setpgid(0, 0)) : 0;
}

static uint64_t wide(rlim_t value)
{
	return value == RLIM_INFINITY ? UINT64_MAX : value;
}

static rlim_t narrow(uint64_t value)
{
	return (rlim_t)value == value ? (rlim_t)value : RLIM_INFINITY;
}

/* 64 bits on every machine (Linux 2.6.36); rlim_t has as many, but for glibc's
 * of 32-bit machines. libc's setrlimit(2) first stops all threads of the
 * process. */
ATTRIBUTE long limit_call(int resource, const struct rlimit *to,
			  struct rlimit *from)
{
	if (sizeof(rlim_t) == sizeof(uint64_t))
		return syscall(SYS_prlimit64, 0, resource, to, from);
	uint64_t now[2], next[2];
	if (to) {
		next[0] = wide(to->rlim_cur);
		next[1] = wide(to->rlim_max);
	}
	long result = syscall(SYS_prlimit64, 0, resource, to ? next : NULL,
			      from ? now : NULL);
	if (from && !result) {
		from->rlim_cur = narrow(now[0]);
		from->rlim_max = narrow(now[1]);
	}
	return result;
}

/* One entry of getdents64(2); its name is a number, or a dot. */
struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short bytes;
	unsigned char type;
	char name[];
};

/* proc(5) names all that are open. Its place in them is a number's, not a
 * count: to close what was read leaves nothing out. */
ATTRIBUTE int close_listed(int first)
{
	char entries[512] __attribute__((aligned(8)));
	int folder = open_file("/proc/self/fd", O_RDONLY | O_DIRECTORY);
	long bytes;

	if (folder < 0)
		return -errno;
	while ((bytes = syscall(SYS_getdents64, folder, entries,
				sizeof(entries))) > 0)
		for (long at = 0; at < bytes;) {
			const struct entry *one = (void *)(entries + at);
			int number = 0;

			for (const char *c = one->name; *c >= '0'; c++)
				number = number * 10 + *c - '0';
			if (number >= first && number != folder)
				close_file(number);
			at += one->bytes;
		}
	int error = failed((int)bytes);
	close_file(folder);
	return error;
}

/* Before Linux 5.9, or where a filter refuses the call: one by one. In the
 * library's host the limit may have been lowered since, which closes nothing:
 * there all that /proc lists, and without /proc up to the hard limit. */
ATTRIBUTE int close_from(int first)
{
	struct rlimit limit;

	if (!syscall(SYS_close_range, first, ~0u, 0) ||
	    (IS_ENABLED(CONFIG_REAP_HOSTED) && !close_listed(first)))
		return 0;
	if (limit_call(RLIMIT_NOFILE, NULL, &limit))
		return -errno;
	rlim_t end = IS_ENABLED(CONFIG_REAP_HOSTED) ? limit.rlim_max
						    : limit.rlim_cur;
	for (int number = first; (rlim_t)number < end; number++)
		close_file(number);
	return 0;
}

ATTRIBUTE int open_tty(const struct reap_spec *spec)
{
	if (!spec->tty)
		return 0;
	int descriptor = open_terminal(spec->tty);
	if (descriptor < 0)
		return -errno;
	for (int number = 0; number < 3; number++)
		if (number != descriptor && place_file(descriptor, number) < 0)
			return -errno;
	/* One of the three itself, where the caller has none of them. */
	if (descriptor < 3)
		return failed((int)syscall(SYS_fcntl, descriptor, F_SETFD, 0));
	return 0;
}

/* Puts what lies in the way of the others above them, and nothing else: near
 * RLIMIT_NOFILE there is no room for more. Only the caller of the installed
 * library has descriptors in any order. */
ATTRIBUTE int lift_descriptors(const struct reap_spec *spec, int *from)
{
	for (unsigned i = 0; i < spec->fds_count; i++) {
		from[i] = spec->fds[i];
		if (from[i] < 0 || from[i] == (int)i ||
		    from[i] >= (int)spec->fds_count)
			continue;
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, (int)spec->fds_count);
		if (from[i] < 0)
			return -errno;
	}
	return 0;
}

ATTRIBUTE int place_descriptors(const struct reap_spec *spec)
{
	int lifted[IS_ENABLED(CONFIG_REAP_HOSTED) ? REAP_FDS_MAX : 1];
	const int *from = spec->fds;

	if (spec->flags & REAP_KEEP_DESCRIPTORS)
		return 0;
	if (spec->tty)
		return close_from(3);
	if (IS_ENABLED(CONFIG_REAP_HOSTED)) {
		int error = lift_descriptors(spec, lifted);
		if (error)
			return error;
		from = lifted;
	}
	for (unsigned i = 0; i < spec->fds_count; i++) {
		if (from[i] == (int)i) {
			if (IS_ENABLED(CONFIG_REAP_HOSTED) &&
			    syscall(SYS_fcntl, from[i], F_SETFD, 0))
				return -errno;
			continue;
		}
		if (from[i] < 0)
			close_file((int)i);
		else if (place_file(from[i], (int)i) < 0)
			return -errno;
	}
	return close_from((int)spec->fds_count);
}

/* From the background: TTOU would stop the child where it is not blocked. */
ATTRIBUTE int take_foreground(void)
{
	uint64_t before = host_block_signals();
	int error = failed(tcsetpgrp(STDIN_FILENO, getpgrp()));

	host_restore_signals(before);
	return error;
}

static int take_terminal(const struct reap_spec *spec)
{
	if (spec->flags & REAP_CONTROLLING_TTY &&
	    syscall(SYS_ioctl, STDIN_FILENO, TIOCSCTTY, 0) < 0 &&
	    !(spec->flags & REAP_TTY_IF_FREE))
		return -errno;
	if (IS_ENABLED(CONFIG_SANE_TERMINAL) &&
	    !IS_ENABLED(CONFIG_REAP_HOSTED) && spec->flags & REAP_SANE_TERMINAL)
		terminal_make_sane();
	/* PID 1's children lead a session: theirs is the foreground. */
	if (IS_ENABLED(CONFIG_REAP_HOSTED) && spec->flags & REAP_FOREGROUND)
		return take_foreground();
	return 0;
}

ATTRIBUTE int set_limits(const struct reap_spec *spec)
{
	for (unsigned i = 0; i < spec->limits_count; i++)
		if (limit_call(spec->limits[i].resource, &spec->limits[i].value,
			       NULL))
			return -errno;
	if (spec->flags & REAP_SET_UMASK)
		umask(spec->umask);
	return 0;
}

ATTRIBUTE int set_nice(const struct reap_spec *spec)
{
	if (!(spec->flags & REAP_SET_NICE))
		return 0;
	return failed(setpriority(PRIO_PROCESS, 0, spec->nice));
}

ATTRIBUTE int set_oom(const struct reap_spec *spec)
{
	char text[12]; /* any int: the kernel says which are too large */
	char *digit = text + sizeof(text);
	int value = spec->oom_score_adj;
	unsigned left = value < 0 ? -(unsigned)value : (unsigned)value;

	if (!(spec->flags & REAP_SET_OOM))
		return 0;
	do
		*--digit = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		*--digit = '-';
	int file = open_file("/proc/self/oom_score_adj", O_WRONLY);
	if (file < 0)
		return -errno;
	int error = failed(
		write_file(file, digit, (size_t)(text + sizeof(text) - digit)));
	close_file(file);
	return error;
}

ATTRIBUTE int enter_cgroup(const struct reap_spec *spec)
{
	return spec->cgroup < 0 ? 0 : failed(write_file(spec->cgroup, "0", 1));
}

static int prepare(const struct reap_spec *spec)
{
	int result = spec->prepare ? spec->prepare(spec->context) : 0;

	return IS_ENABLED(CONFIG_REAP_HOSTED) && result > 0 ? 0 : result;
}

/* 32-bit machines have two of each; the older ones take 16 bits. */
#ifdef SYS_setuid32
#define WIDE(name) SYS_##name##32
#else
#define WIDE(name) SYS_##name
#endif

/* The raw system calls, which are for the calling thread alone: libc's stop
 * all threads of the process first, and a child of fork has one. */
ATTRIBUTE int set_user(const struct reap_spec *spec)
{
	if (!(spec->flags & REAP_SET_USER))
		return 0;
	if (syscall(WIDE(setgroups), spec->groups_count, spec->groups) ||
	    syscall(WIDE(setgid), spec->gid) ||
	    syscall(WIDE(setuid), spec->uid))
		return -errno;
	return 0;
}

ATTRIBUTE int change_folder(const struct reap_spec *spec)
{
	return spec->cwd ? failed(chdir(spec->cwd)) : 0;
}

/* PID 1 has set its own to the default at its start; another program may have
 * handlers, which would run in memory that is not the child's. The kernel's
 * struct sigaction, handler first, all zero is SIG_DFL. Refused are SIGKILL and
 * SIGSTOP alone, which are at their default (sigaction(2)).
 * in_place: handlers stay. execve(2) takes them away by itself; where it fails
 * the program goes on and needs them, libc's own too, without which the next
 * setuid(2) of one with threads kills it. */
static void reset_dispositions(const struct reap_spec *spec, bool in_place)
{
	for (int number = 1; number < _NSIG; number++) {
		unsigned long action[8] = {0}, now[8] = {0};

		if (spec->flags & REAP_KEEP_SIGNALS && spec->ignored &&
		    sigismember(spec->ignored, number) == 1)
			action[0] = (unsigned long)SIG_IGN;
		if (in_place && !action[0]) {
			syscall(SYS_rt_sigaction, number, NULL, now, _NSIG / 8);
			if (now[0] != (unsigned long)SIG_IGN)
				continue;
		}
		syscall(SYS_rt_sigaction, number, action, NULL, _NSIG / 8);
	}
}

/* The kernel's set of signals: 64 bits. */
static int set_mask(const void *mask)
{
	return failed((int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL,
				   _NSIG / 8));
}

static const uint64_t no_signal;

/* In memory that is shared with the parent no signal may come before exec:
 * until Linux 5.16 a core dump took all that share it. */
static bool shares_memory(const struct reap_spec *spec)
{
	return (IS_ENABLED(CONFIG_REAP_WAY_VFORK) && !spec->prepare) ||
	       (WAY_SHARES && spec->share);
}

static int reset_signals(const struct reap_spec *spec)
{
	if (IS_ENABLED(CONFIG_REAP_HOSTED))
		reset_dispositions(spec, false);
	if (spec->flags & REAP_KEEP_SIGNALS || shares_memory(spec))
		return 0;
	return set_mask(&no_signal);
}

/* Late, so that a child in the background that takes the terminal is not
 * stopped by TTOU (tcsetpgrp(3)). */
static int settle_signals(const struct reap_spec *spec)
{
	if (spec->flags & REAP_KEEP_SIGNALS)
		return set_mask(spec->mask);
	return shares_memory(spec) ? set_mask(&no_signal) : 0;
}

static const char *search_path(char *const *environment)
{
	static const char key[] = "PATH=";

	for (; *environment; environment++)
		if (!strncmp(*environment, key, sizeof(key) - 1))
			return *environment + sizeof(key) - 1;
	return "/bin:/usr/bin";
}

/* ENOEXEC is a script without #!: the shell reads it (as execvp(3) does). A
 * stack that is not the child's own has room for so many words only; a command
 * of an inittab, which may have such a one too, is no longer (command.h). */
static int execute_file(const struct reap_spec *spec, const char *path)
{
	size_t count = 0;

	execve(path, spec->argv, spec->envp);
	/* PID 1 asks for it always. */
	if (errno != ENOEXEC || (IS_ENABLED(CONFIG_REAP_HOSTED) &&
				 !(spec->flags & REAP_SCRIPT_BY_SHELL)))
		return -errno;
	while (spec->argv[count])
		count++;
	if (count > REAP_SCRIPT_WORDS_MAX &&
	    (IS_ENABLED(CONFIG_REAP_HOSTED) ||
	     IS_ENABLED(CONFIG_REAP_WAY_VFORK)))
		return -E2BIG;
	size_t bytes = (count + 1) * sizeof(char *);
	const char **argv = __builtin_alloca_with_align(bytes + sizeof(char *),
							8 * sizeof(char *));
	memcpy(argv + 1, spec->argv, bytes);
	argv[0] = "sh";
	argv[1] = path;
	execve("/bin/sh", (char *const *)argv, spec->envp);
	return -errno;
}

/* As execvp(3): a folder where it is not, or may not be run, is passed over;
 * EACCES is remembered, since it says more than ENOENT. */
static int execute(const struct reap_spec *spec)
{
	char file[1024]; /* a longer path is passed over */
	const char *name = spec->path;
	size_t length = strlen(name);
	int error = -ENOENT;

	if (!(spec->flags & REAP_SEARCH_PATH) || strchr(name, '/') || !length)
		return execute_file(spec, name);
	for (const char *folder = search_path(spec->envp);;) {
		size_t folder_length = strcspn(folder, ":");

		if (folder_length + length + 2 <= sizeof(file)) {
			memcpy(file, folder, folder_length);
			file[folder_length] = '/';
			memcpy(file + folder_length + !!folder_length, name,
			       length + 1);
			int now = execute_file(spec, file);
			if (now == -EACCES)
				error = now;
			else if (now != -ENOENT && now != -ENOTDIR)
				return now;
		}
		if (!folder[folder_length])
			return error;
		folder += folder_length + 1;
	}
}

static const struct __attribute__((packed)) {
	unsigned char step; /* enum reap_step */
	int (*take)(const struct reap_spec *spec);
} steps[] = {
	/* First: prepare may wait for a user, and TERM has to end it then. */
	{REAP_STEP_SESSION, reset_signals},
	{REAP_STEP_SESSION, new_session},
#if IS_ENABLED(CONFIG_REAP_ATTRIBUTES)
	{REAP_STEP_GROUP, new_group},
	{REAP_STEP_OOM, set_oom},
	{REAP_STEP_CGROUP, enter_cgroup},
#endif
#if IS_ENABLED(CONFIG_REAP_STREAMS)
	{REAP_STEP_TTY, open_tty},
	{REAP_STEP_DESCRIPTOR, place_descriptors},
#endif
	{REAP_STEP_TTY, take_terminal},
#if IS_ENABLED(CONFIG_REAP_ATTRIBUTES)
	{REAP_STEP_LIMIT, set_limits},
	{REAP_STEP_NICE, set_nice},
#endif
	{REAP_STEP_PREPARE, prepare},
#if IS_ENABLED(CONFIG_REAP_ATTRIBUTES)
	{REAP_STEP_USER, set_user},
	{REAP_STEP_CWD, change_folder},
#endif
	{REAP_STEP_SESSION, settle_signals},
	{REAP_STEP_EXEC, execute},
};

ATTRIBUTE int reset_signals_in_place(const struct reap_spec *spec)
{
	reset_dispositions(spec, true);
	return spec->flags & REAP_KEEP_SIGNALS ? 0 : set_mask(&no_signal);
}

int reap_exec(const struct reap_spec *spec)
{
	if (IS_ENABLED(CONFIG_REAP_HOSTED) && !host_is_valid(spec))
		return -EINVAL;
	int error = IS_ENABLED(CONFIG_REAP_HOSTED)
			    ? reset_signals_in_place(spec)
			    : reset_signals(spec);
	if (!error)
		error = settle_signals(spec);
	return error ? error : execute(spec);
}

_Noreturn void child_run(const struct reap_spec *spec)
{
	int error = 0;
	unsigned i = 0;

	if (IS_ENABLED(CONFIG_REAP_HOSTED))
		pipe_leave(spec->flags >> HOST_SLOT_SHIFT);
	for (;; i++) {
		error = steps[i].take(spec);
		if (error)
			break;
	}
	if (spec->report) {
		spec->report->error = (int)-(unsigned)error;
		/* prepare may have named the step by itself. */
		if (spec->report->step == REAP_STEP_NONE)
			spec->report->step = steps[i].step;
	}
	for (;;)
		syscall(SYS_exit_group, 127);
}
