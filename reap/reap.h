/*
 * libreap: start a child with a descriptor that tells of its end, collect
 * every exit as one record. See reap(3).
 */
#ifndef REAP_H
#define REAP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A started child. fd polls readable when the child has ended; -1 where the
 * kernel gives none and the caller asked for none. The rest is the library's:
 * a caller sets none of it. One thread at a time may use one of these. */
struct reap_child {
	pid_t pid; /* 0 once its record was yielded, or it was closed */
	int fd;
	unsigned slot; /* of the pipe tier; 0: pidfd */
	struct reap_report *report, *own_report;
};

/* The steps between clone and the program's first instruction, in the order
 * in which they are taken. A failed spawn names the one that failed. */
enum reap_step {
	REAP_STEP_NONE,
	REAP_STEP_CLONE,
	REAP_STEP_SESSION,
	REAP_STEP_GROUP,
	REAP_STEP_TTY,
	REAP_STEP_DESCRIPTOR,
	REAP_STEP_LIMIT,
	REAP_STEP_NICE,
	REAP_STEP_OOM,
	REAP_STEP_CGROUP,
	REAP_STEP_PREPARE,
	REAP_STEP_USER,
	REAP_STEP_CWD,
	REAP_STEP_EXEC,
	REAP_STEPS
};

/* How an exit record came about; the first three as in waitid(2)'s si_code. */
enum reap_end {
	REAP_EXITED = 1,
	REAP_KILLED = 2,
	REAP_DUMPED = 3,
	REAP_NOT_STARTED = 4, /* a step before or at exec failed */
};

/* One exit. status is the exit code, the signal, or the errno of step. */
struct reap_record {
	pid_t pid;
	enum reap_end end;
	int status;
	enum reap_step step;
	struct rusage usage;
};

/* Where the child leaves the step and the errno that stopped it. Lives in
 * memory that the child of a fork shares with its parent (MAP_SHARED): no
 * descriptor, no read, no wait. Only the child writes; the parent looks after
 * the child has ended. */
struct reap_report {
	volatile int step;
	volatile int error;
};

/* Most of reap_spec's fds. */
enum { REAP_FDS_MAX = 256 };

struct reap_limit {
	int resource; /* RLIMIT_... */
	struct rlimit value;
};

enum reap_flag {
	REAP_NEW_SESSION = 1 << 0,       /* setsid(2) */
	REAP_KEEP_DESCRIPTORS = 1 << 12, /* fds is not looked at */
	REAP_NEW_GROUP = 1 << 1,         /* setpgid(0, 0) */
	REAP_CONTROLLING_TTY = 1 << 2,   /* TIOCSCTTY on descriptor 0 */
	REAP_TTY_IF_FREE = 1 << 11,      /* go on without when it is taken */
	REAP_FOREGROUND = 1 << 3,        /* tcsetpgrp on descriptor 0 */
	REAP_SEARCH_PATH = 1 << 4,       /* look path up in envp's PATH */
	REAP_SCRIPT_BY_SHELL = 1 << 5,   /* ENOEXEC: run by /bin/sh */
	REAP_SET_USER = 1 << 6,          /* uid, gid, groups hold */
	REAP_SET_NICE = 1 << 7,
	REAP_SET_OOM = 1 << 8,
	REAP_SET_UMASK = 1 << 9,
	REAP_KEEP_SIGNALS = 1 << 10, /* mask holds from just before exec;
					otherwise it is empty from the start */
};

/* What to start. Everything pointed to stays the caller's and must not change
 * until the call returns. */
struct reap_spec {
	const char *path;
	char *const *argv;
	char *const *envp;
	unsigned flags;     /* enum reap_flag */
	const char *tty;    /* opened read-write as 0, 1, 2; NULL: as fds say */
	const int *fds;     /* fds[i] becomes descriptor i; -1 closes it */
	unsigned fds_count; /* all others are closed */
	const char *cwd;
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	unsigned groups_count;
	const struct reap_limit *limits;
	unsigned limits_count;
	int oom_score_adj;
	int nice;
	mode_t umask;
	const sigset_t *mask;    /* with REAP_KEEP_SIGNALS */
	const sigset_t *ignored; /* the same; installed library only */
	int cgroup;              /* descriptor of a cgroup v2 folder, or -1 */
	/* Runs in the child before user and exec; it forces the fork way. A
	 * negative return (-errno) is reported as REAP_STEP_PREPARE. */
	int (*prepare)(void *context);
	void *context;
	struct reap_report *report;
	struct reap_share *share; /* see share.h; PID 1 only */
};

/* What a failed spawn means for the caller. */
enum reap_class {
	REAP_RETRY, /* the kernel is short of something: try later */
	REAP_NEVER, /* this request can not succeed */
	REAP_BUG,   /* the caller's or the library's mistake */
};

/*
 * Unless it says otherwise, a function here returns 0 or -errno, leaves errno
 * undefined, is thread-safe, and takes no lock. "Signal-safe": may be called
 * from a signal handler.
 *
 * What the library needs of an ordinary program: SIGCHLD is not ignored
 * (SIG_IGN, SA_NOCLDWAIT), since the kernel then reaps by itself (wait(2)); and
 * no wait for "any child" takes what the library started. Both cost a record
 * (reap_yield says -ECHILD), nothing else.
 */

/* size bytes of zeroed memory that a child of a fork shares: for reports. NULL
 * when there is none; it is never given back. Signal-safe. */
void *reap_shared_memory(size_t size);

/*
 * Starts what spec says. The child has all signals at their default and an
 * empty mask (see REAP_KEEP_SIGNALS), and no descriptor that spec does not
 * name. A step that fails in the child is no error here: it becomes the
 * child's record, REAP_NOT_STARTED.
 *
 * 0, with *child filled; or, with nothing left behind and *child as it was:
 * -EINVAL  a null argument, no argv[0], an unknown flag, more than
 *          REAP_FDS_MAX descriptors, REAP_KEEP_SIGNALS without a mask
 * -EAGAIN  RLIMIT_NPROC, pids.max, threads-max or pid_max reached (clone(2))
 * -ENOMEM  no memory; in a pid namespace also: its init has ended
 * -EMFILE, -ENFILE  no descriptor left in this process, in this system
 * reap_classify tells which are worth another try. Not signal-safe.
 */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec);

/*
 * fork(2) of libc, atfork handlers included, with a descriptor for the child's
 * end. In the parent: the child's pid, with *child filled; in the child: 0,
 * with child->fd -1. Errors as reap_spawn's. The descriptor is reserved before
 * the fork; nothing can fail after it. Not signal-safe.
 */
pid_t reap_fork(struct reap_child *child);

/*
 * Runs run(context) in a child that shares this memory while this thread
 * waits for its exec or _exit, as with vfork(2); what run returns becomes the
 * child's exit code. run has a stack of its own of 64 KiB, all handlers at
 * their default, and the caller's signal mask; it must not return memory or
 * take locks that others wait for. 0 with *child filled; errors as
 * reap_spawn's. Not signal-safe.
 */
int reap_vfork(struct reap_child *child, int (*run)(void *), void *context);

/*
 * The record of a child that has ended; the child is reaped by this, its
 * descriptor closed. Never blocks. Signal-safe.
 * -EAGAIN  it has not ended
 * -EBADF   yielded or closed before; the descriptor was closed by others, or
 *          is no child's
 * -ECHILD  somebody else reaped it: its record is lost. Close it.
 * -EINVAL  a null argument
 */
int reap_yield(struct reap_child *child, struct reap_record *record);

/* Takes the caller's own place: signals and path as spec says, then exec.
 * Returns only when that has failed, with -errno; the mask stays as set. */
int reap_exec(const struct reap_spec *spec);

/* 1, with one ended child of this process reaped and recorded, whoever
 * started it, adopted orphans too; 0 when none has ended; -ECHILD when there
 * is no child at all. For a PID 1 or a subreaper (PR_SET_CHILD_SUBREAPER):
 * what it collects reap_yield no longer finds; compare the pid with those of
 * the own children, then reap_close. Signal-safe. */
int reap_collect(struct reap_record *record);

/* The same without the usage, which stays as it is: to add that up takes the
 * kernel a tenth of the time of the whole call. */
int reap_collect_end(struct reap_record *record);

/* reap_collect for one child alone; -ECHILD when it is none. */
int reap_collect_pid(pid_t pid, struct reap_record *record);

/* A child that has ended and is left to be reaped: until then its pid, and the
 * number of a group that it leads, stay its own. 0 or -ECHILD for none. */
pid_t reap_peek(void);

/* Sends sig by the child's descriptor where there is one (Linux 5.1), by its
 * pid elsewhere; 0 only looks. -ESRCH once it has been reaped, -EINVAL for a
 * pid that is not above 1, -EPERM as kill(2). Signal-safe. */
int reap_kill(const struct reap_child *child, int sig);

/* Sends sig to the process group that the child leads. -ESRCH when it leads
 * none (yet). To be called before the child is reaped: until then its pid, and
 * with it the group's number, can not be reused. Signal-safe. */
int reap_kill_group(const struct reap_child *child, int sig);

/* Lets go of the descriptor; the child is neither signalled nor waited for: it
 * stays the caller's to wait for. Closing again does nothing. Signal-safe. */
void reap_close(struct reap_child *child);

/*
 * Only for the pipe tier (kernels before 5.3, or where pidfd_open(2) is
 * refused). There the library takes SIGCHLD with a handler of its own, which
 * calls the one before it. A program that blocks SIGCHLD, or sets another
 * handler later, calls this when SIGCHLD came. Signal-safe; without effect in
 * the pidfd tier.
 */
void reap_notice(void);

/* What an error of reap_spawn and the others (-errno) means. Signal-safe. */
enum reap_class reap_classify(int error);

/* A word for a step; never NULL for one of enum reap_step. Signal-safe. */
const char *reap_step_name(enum reap_step step);

#ifdef __cplusplus
}
#endif
#endif
