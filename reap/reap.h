/*
 * libreap: start a child with a descriptor that tells of its end, collect
 * every exit as one record. See reap(3).
 */
#ifndef REAP_H
#define REAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A started child. fd polls readable when the child has ended; -1 where the
 * kernel gives none and the caller asked for none. */
struct reap_child {
	pid_t pid;
	int fd;
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
 * until the call returns (CLONE_VM way: until the child's exec). */
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
	const sigset_t *mask; /* with REAP_KEEP_SIGNALS */
	int cgroup;           /* descriptor of a cgroup v2 folder, or -1 */
	/* Runs in the child before user and exec; it forces the fork way. A
	 * negative return (-errno) is reported as REAP_STEP_PREPARE. */
	int (*prepare)(void *context);
	void *context;
	struct reap_report *report;
};

/* What a failed spawn means for the caller. */
enum reap_class {
	REAP_RETRY, /* the kernel is short of something: try later */
	REAP_NEVER, /* this request can not succeed */
	REAP_BUG,   /* the caller's or the library's mistake */
};

/* size bytes of zeroed memory that a child of a fork shares: for reports. NULL
 * when there is none; it is never given back. */
void *reap_shared_memory(size_t size);

/* 0, with child filled; or -errno of clone, with nothing left behind. */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec);

/* Takes the caller's own place: signals and path as spec says, then exec.
 * Returns only when that has failed, with -errno; the mask stays as set. */
int reap_exec(const struct reap_spec *spec);

/* 1, with one ended child of this process reaped and recorded, whoever
 * started it; 0 when none has ended; -ECHILD when there is no child at all. */
int reap_collect(struct reap_record *record);

/* The same for one child alone. */
int reap_collect_pid(pid_t pid, struct reap_record *record);

/* A child that has ended and is left to be reaped: until then its pid, and the
 * number of a group that it leads, stay its own. 0 or -ECHILD for none. */
pid_t reap_peek(void);

/* Sends sig by the child's descriptor where there is one. -ESRCH once it has
 * been reaped, -EINVAL for a pid that is not above 1. */
int reap_kill(const struct reap_child *child, int sig);

/* Sends sig to the process group that the child leads. -ESRCH when it leads
 * none (yet). To be called before the child is reaped: until then its pid, and
 * with it the group's number, can not be reused. */
int reap_kill_group(const struct reap_child *child, int sig);

/* Lets go of the descriptor; the child is neither signalled nor waited for. */
void reap_close(struct reap_child *child);

enum reap_class reap_classify(int error);

const char *reap_step_name(enum reap_step step);

#ifdef __cplusplus
}
#endif
#endif
