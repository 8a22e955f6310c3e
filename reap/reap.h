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
#include <sys/select.h> /* sigset_t, with -std=c11 too */
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A started child. fd polls readable when the child has ended (POLLIN; POLLHUP
 * alone where the pipe tier could not write); -1 where the kernel gives none
 * and the caller asked for none. The rest is the library's: a caller sets none
 * of it. One thread at a time may use one of these. */
struct reap_child {
	pid_t pid; /* 0 once its record was yielded, or it was closed */
	int fd;
	unsigned slot;  /* of the pipe tier; 0: pidfd */
	unsigned owner; /* who started it: a fork of that process has a copy */
	struct reap_report *report, *own_report;
};

/* The steps between clone and the program's first instruction. A failed spawn
 * names the one that failed. */
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
	REAP_NOT_STARTED = 4 /* a step before or at exec failed */
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

/* In the units that setrlimit(2) gives each resource. */
struct reap_limit {
	int resource; /* RLIMIT_... */
	struct rlimit value;
};

enum reap_flag {
	REAP_NEW_SESSION = 1 << 0,       /* setsid(2) */
	REAP_KEEP_DESCRIPTORS = 1 << 12, /* fds is not looked at */
	REAP_NEW_GROUP = 1 << 1,         /* setpgid(0, 0); a session has one */
	REAP_CONTROLLING_TTY = 1 << 2,   /* TIOCSCTTY on descriptor 0 */
	REAP_TTY_IF_FREE = 1 << 11,      /* go on without when it is taken */
	REAP_SANE_TERMINAL = 1 << 13,    /* descriptor 0's; PID 1 only */
	REAP_FOREGROUND = 1 << 3,        /* tcsetpgrp on descriptor 0 */
	REAP_SEARCH_PATH = 1 << 4,       /* look path up in envp's PATH, but for
					    what makes over 1023 bytes */
	REAP_SCRIPT_BY_SHELL = 1 << 5,   /* ENOEXEC: run by /bin/sh, up to 64
					    words, else E2BIG */
	REAP_SET_USER = 1 << 6,          /* uid, gid, groups hold: for root */
	REAP_SET_NICE = 1 << 7,
	REAP_SET_OOM = 1 << 8,
	REAP_SET_UMASK = 1 << 9,
	REAP_KEEP_SIGNALS = 1 << 10 /* mask holds from just before exec, and
				       all are blocked until then; otherwise
				       it is empty from the start */
};

/* What to start. Everything pointed to stays the caller's and must not change
 * until the call returns; report is the child's until its end. Zeroed, with
 * path, argv, envp, and cgroup -1, it is complete. */
struct reap_spec {
	const char *path;   /* of the program; argv[0] is only its name */
	char *const *argv;  /* ends with NULL, as envp: execve(2) */
	char *const *envp;  /* NAME=VALUE */
	unsigned flags;     /* enum reap_flag */
	const char *tty;    /* opened read-write as 0, 1, 2, all others closed:
			       fds is not looked at then; NULL: as fds say */
	const int *fds;     /* fds[i] becomes descriptor i; below 0 closes it */
	unsigned fds_count; /* all others are closed */
	const char *cwd;    /* NULL: the caller's */
	uid_t uid;          /* with REAP_SET_USER, as gid and groups */
	gid_t gid;
	const gid_t *groups; /* supplementary ones: setgroups(2) */
	unsigned groups_count;
	const struct reap_limit *limits;
	unsigned limits_count;
	int oom_score_adj;       /* -1000 to 1000: proc(5) */
	int nice;                /* -20 to 19: setpriority(2) */
	mode_t umask;            /* 0 to 0777: umask(2) */
	const sigset_t *mask;    /* with REAP_KEEP_SIGNALS */
	const sigset_t *ignored; /* the same; installed library only */
	int cgroup; /* a cgroup v2's cgroup.procs, to write; or -1 */
	/* Runs in the child before user and exec; it forces the fork way. A
	 * negative return (-errno) is reported as REAP_STEP_PREPARE; any other
	 * is no error. */
	int (*prepare)(void *context);
	void *context;
	struct reap_report *report; /* NULL: one of the library's own */
	struct reap_share *share;   /* see share.h; PID 1 only, else NULL */
};

/* What a failed spawn means for the caller. */
enum reap_class {
	REAP_RETRY, /* the kernel is short of something: try later */
	REAP_NEVER, /* this request can not succeed */
	REAP_BUG    /* the caller's or the library's mistake, or no support */
};

/*
 * What holds for all functions here:
 *
 * A result below zero is -errno; errno itself is undefined afterwards. What
 * failed has left nothing behind: no child, descriptor or memory.
 *
 * "Threads: yes": from any thread at any time, as long as no two use the same
 * struct reap_child. No lock of the library's own, and no cancellation point
 * (pthreads(7)): a cancelled thread loses no record.
 * "Signal-safe: yes": from a signal handler too (signal-safety(7)); the handler
 * keeps errno.
 *
 * What the library needs of an ordinary program: SIGCHLD is not ignored
 * (SIG_IGN, SA_NOCLDWAIT), since the kernel then reaps by itself (wait(2)); and
 * no wait for "any child" takes what the library started. Both cost a record
 * (reap_yield says -ECHILD), nothing else: the end is told all the same. But in
 * the pipe tier a pid that was taken so and is used again, by a child of the
 * program's own that has ended too, can not be told from the first.
 *
 * The child of a fork has copies of what its parent started: they are let go of
 * by reap_close, and good for nothing else. After a fork that is not libc's
 * (clone(2), _Fork(3)) one thread alone makes the first call.
 */

/*
 * Memory that a child of a fork shares, for reports. It is never given back;
 * a caller that wants to uses munmap(2).
 * size: bytes, above 0; whole pages are taken.
 * Returns zeroed memory; NULL when there is none (RLIMIT_AS, size 0 or too
 * large).
 * Threads: yes. Signal-safe: yes.
 * From: mmap(2), MAP_SHARED | MAP_ANONYMOUS.
 */
void *reap_shared_memory(size_t size);

/*
 * Starts what spec says. The child has all signals at their default and an
 * empty mask (see REAP_KEEP_SIGNALS), and no descriptor that spec does not
 * name. A step that fails in the child is no error here: it becomes the
 * child's record, REAP_NOT_STARTED.
 * Descriptors are closed by close_range(2) (Linux 5.9). Where that is refused,
 * what /proc/self/fd lists is closed; without that all up to the hard
 * RLIMIT_NOFILE, one by one: one above it (the hard limit was lowered while it
 * was open) stays open then.
 * child: filled by this; what it held before is not looked at. As it was on
 *   any error.
 * spec: see struct reap_spec.
 * Returns 0, or
 * -EINVAL  a null child, spec, path, argv, argv[0] or envp; a null array with a
 *          count; an unknown flag; more than REAP_FDS_MAX descriptors;
 *          REAP_KEEP_SIGNALS without a mask; a call from reap_vfork's run
 * -EAGAIN  RLIMIT_NPROC, pids.max, threads-max or pid_max reached
 * -ENOMEM  no memory for the child, its report (RLIMIT_AS) or, by vfork, its
 *          stack; in a pid namespace also: its init has ended
 * -EMFILE  RLIMIT_NOFILE; in the pipe tier also: 4096 children
 * -ENFILE  the system's file-max
 * and what a seccomp filter answers to clone itself (-EPERM, -ENOSYS).
 * reap_classify tells which are worth another try.
 * Threads: yes. Signal-safe: no (with prepare it is libc's fork).
 * From: clone(2), pid_namespaces(7); CLONE_PIDFD: Linux 5.2.
 */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec);

/*
 * fork(2) of libc, atfork handlers included, with a descriptor for the child's
 * end. That is reserved before the fork; nothing can fail after it.
 * child: filled by this in the parent; in the child emptied, with fd -1.
 * Returns the child's pid in the parent, 0 in the child, or an error of
 * reap_spawn's (-EINVAL: a null child; a call from reap_vfork's run).
 * Threads: yes; the child has one, and may call what is signal-safe alone
 * until its exec, if there were others (fork(2)). Signal-safe: no.
 * From: fork(2), pthread_atfork(3), pidfd_open(2): Linux 5.3.
 */
pid_t reap_fork(struct reap_child *child);

/*
 * Runs run(context) in a child that shares this memory, while this thread
 * waits for its exec or _exit. What run returns becomes the child's exit code
 * (its low 8 bits).
 * child: as reap_spawn's.
 * run: has a stack of its own of 64 KiB, all handlers at their default, and the
 *   caller's signal mask. It must neither return memory nor take a lock that
 *   others hold, and starts no child by this library. With musl raise(3) and
 *   abort(3) in it reach the calling thread, whose thread id they find in the
 *   memory: kill(getpid(), ...) reaches the child.
 * context: given to run.
 * Returns 0, or an error of reap_spawn's (-EINVAL: a null child or run; a call
 * from another's run).
 * Threads: yes; the others go on meanwhile, but for one that calls setuid(2) or
 * its like, which waits for this one. A cancel of this thread waits until the
 * child has left the memory. Signal-safe: no.
 * From: vfork(2), clone(2): CLONE_VM | CLONE_VFORK.
 */
int reap_vfork(struct reap_child *child, int (*run)(void *), void *context);

/*
 * The record of a child that has ended; by this it is reaped, its descriptor
 * closed and child emptied. Never blocks: poll(2) on child->fd does.
 * child: of a function above. On an error it is as it was.
 * record: filled by this; usage in seconds and microseconds, ru_maxrss in KiB
 *   (getrusage(2)).
 * Returns 0, or
 * -EAGAIN  the child has not ended; a stop is no end. Or it has, and is told
 *          so, while another process that traces it has not let go: ptrace(2)
 * -EBADF   yielded or closed before; or its descriptor was closed by others,
 *          and its number is another's by now (a pidfd of another child that
 *          has ended, or of a stranger, is seen from Linux 5.4 on)
 * -ECHILD  somebody else reaped it, and the record is lost: reap_close is what
 *          remains. Or this is a copy in the child of a fork
 * -EINVAL  a null argument
 * and what a seccomp filter answers to waitid(2) itself (-EPERM, -ENOSYS): the
 * child is reaped by nobody; in the pipe tier its fd is readable at once.
 * Threads: yes. Signal-safe: yes.
 * From: waitid(2), WNOHANG; P_PIDFD: Linux 5.4, by the pid before.
 */
int reap_yield(struct reap_child *child, struct reap_record *record);

/*
 * Takes the caller's own place.
 * spec: its dispositions, mask and program; the rest has to be valid, and does
 *   nothing.
 * Returns only when that has failed: -EINVAL as reap_spawn's, or what execve(2)
 * says: -ENOENT, -EACCES, -ENOEXEC, -E2BIG and others. The mask and what is to
 * be ignored are set then (but after -EINVAL); handlers are as they were, as
 * execve takes them away by itself.
 * Threads: yes; the others end with the exec. Signal-safe: yes.
 * From: execve(2), sigaction(2).
 */
int reap_exec(const struct reap_spec *spec);

/*
 * Reaps one child of this process that has ended, whoever started it, adopted
 * orphans too. For a PID 1 or a subreaper (PR_SET_CHILD_SUBREAPER): what this
 * collects reap_yield no longer finds; compare the pid with those of the own
 * children, then reap_close. Why one was not started is in its report alone:
 * reap_peek first, and reap_yield for an own child, tells that. One that has
 * called PTRACE_TRACEME and stopped is detached, where the thread that started
 * it calls this; it stands still otherwise. The time grows with the number
 * of children: the kernel walks over all (doc/forkfd-review.md).
 * record: filled by this where the result is 1.
 * Returns 1 with a record, 0 when none has ended, or
 * -ECHILD  there is no child at all (children of clone(2) whose exit signal is
 *          not SIGCHLD are none here: wait(2), __WCLONE)
 * -EINVAL  a null record
 * and what a seccomp filter answers to waitid(2) (-EPERM, -ENOSYS).
 * Threads: yes. Signal-safe: yes.
 * From: waitid(2), P_ALL and WNOHANG; prctl(2).
 */
int reap_collect(struct reap_record *record);

/* The same in all points, but usage stays as it is: to add that up takes the
 * kernel a tenth of the time of the whole call. Threads: yes. Signal-safe: yes.
 * From: waitid(2) without an rusage. */
int reap_collect_end(struct reap_record *record);

/*
 * reap_collect for one child alone.
 * pid: above 0.
 * record: filled by this where the result is 1, of no meaning elsewhere.
 * Returns 1, 0, or
 * -ECHILD  it is no child of this process
 * -EINVAL  a null record, a pid that is not above 0
 * and what a seccomp filter answers to waitid(2) (-EPERM, -ENOSYS).
 * Threads: yes. Signal-safe: yes.
 * From: waitid(2), P_PID.
 */
int reap_collect_pid(pid_t pid, struct reap_record *record);

/*
 * Names a child that has ended and leaves it to be reaped: until then its pid,
 * and the number of a group that it leads, stay its own.
 * One that has called PTRACE_TRACEME and stopped is detached, as by
 * reap_collect.
 * Returns its pid, 0 when none has ended, -ECHILD when there is no child, or
 * what a seccomp filter answers to waitid(2) (-EPERM, -ENOSYS).
 * Threads: yes. Signal-safe: yes.
 * From: waitid(2), WNOWAIT.
 */
pid_t reap_peek(void);

/*
 * Sends a signal by the child's descriptor where there is one, by its pid
 * elsewhere: that is the child's until it is reaped.
 * child: of a function above, not yielded yet.
 * sig: a signal's number; 0 only looks whether it could be sent.
 * Returns 0 (also for a child that has ended and is not reaped), or
 * -EINVAL  a null child; a pid that is not above 1, as once it was yielded; no
 *          such signal
 * -ESRCH   somebody else has reaped it; or this is a copy in a fork's child
 * -EBADF   its descriptor was closed by others, and its number is another's
 *          by now. Not seen where that is another living child's pidfd: that
 *          one is signalled
 * -EPERM   it belongs to another user
 * Threads: yes. Signal-safe: yes.
 * From: pidfd_send_signal(2): Linux 5.1; kill(2).
 */
int reap_kill(const struct reap_child *child, int sig);

/*
 * Sends a signal to the process group that the child leads. Before the child
 * is reaped: until then its pid, and with it the group's number, can not be
 * used again.
 * child, sig: as reap_kill's.
 * Returns 0, or
 * -EINVAL  as reap_kill's
 * -ESRCH   it leads none, or not yet; somebody else has reaped it
 * -EBADF   as reap_kill's
 * -EPERM   none in the group may be signalled
 * Threads: yes. Signal-safe: yes.
 * From: kill(2).
 */
int reap_kill_group(const struct reap_child *child, int sig);

/*
 * Lets go of the descriptor; the child is neither signalled nor waited for: it
 * stays the caller's to wait for.
 * child: emptied by this; NULL, and one that is empty, are left alone. So is a
 *   descriptor that is another's by now, as far as reap_kill sees that.
 * Threads: yes. Signal-safe: yes.
 * From: close(2), never repeated: what says EINTR has closed.
 */
void reap_close(struct reap_child *child);

/*
 * Only for the pipe tier (before Linux 5.3, or where pidfd_open(2) is
 * refused). There the library takes SIGCHLD with a handler of its own, which
 * calls the one before it. A program that blocks SIGCHLD, or sets another
 * handler later, calls this when SIGCHLD came. Without effect in the pidfd
 * tier; leaves errno alone.
 * Threads: yes. Signal-safe: yes.
 * From: waitid(2), WNOWAIT; sigaction(2).
 */
void reap_notice(void);

/*
 * What an error of the functions above means.
 * error: -errno.
 * Returns REAP_RETRY for -EAGAIN, -ENOMEM, -EMFILE, -ENFILE, -ENOSPC, -EINTR
 * and -EBUSY; REAP_NEVER for -E2BIG, -EACCES and -ENAMETOOLONG; REAP_BUG for
 * all else.
 * Threads: yes. Signal-safe: yes.
 * From: clone(2), execve(2).
 */
enum reap_class reap_classify(int error);

/*
 * A word for a step.
 * step: of a record.
 * Returns a text that is never freed; "unknown" for a number that is none.
 * Threads: yes. Signal-safe: yes.
 * From: the order of enum reap_step.
 */
const char *reap_step_name(enum reap_step step);

#ifdef __cplusplus
}
#endif
#endif
