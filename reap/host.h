/*
 * The installed library: a guest in somebody's program, with threads, handlers
 * and children of its own. In the pidfd tier it keeps nothing but which tier
 * it is.
 */
#ifndef REAP_HOST_H
#define REAP_HOST_H

#include "reap.h"

#include <stdint.h>

/* Whether the kernel has pidfd_open(2) (5.3) and lets us use it. */
bool tier_has_pidfd(void);
int tier_open_pidfd(pid_t pid);

/* From now on the pipe tier. */
void tier_give_up_pidfd(void);

/* All signals, libc's own too; returns what was blocked before. A handler of
 * the caller's never runs in a child that shares its memory. */
uint64_t host_block_signals(void);
void host_restore_signals(uint64_t before);

/* To the default what has a handler; ignored signals stay so, as by execve. */
void host_default_handlers(void);

/* Whether a spec has all that it needs, and nothing that is unknown. */
bool host_is_valid(const struct reap_spec *spec);

/*
 * Starts by make(context, descriptor), which gives what way.h's functions do,
 * in the tier that there is; fills *child. 0 or -errno.
 */
int host_start(struct reap_child *child, pid_t (*make)(void *, int *),
	       void *context);

/* A fork of libc's into *child, with all that it needs reserved before: the
 * pid, 0 in the child, or -errno. */
pid_t host_fork(struct reap_child *child);

/*
 * The pipe tier. A slot is 1 or above. Reserve makes the pipe (0 or -errno);
 * arm tells whose it is and returns the end that polls readable; release
 * undoes both, at any time. is_of: whether the child's descriptor is still that
 * end; a caller may have closed it, and its number be another's by now.
 */
int pipe_reserve(unsigned *slot);
int pipe_arm(unsigned slot, pid_t pid);
void pipe_release(unsigned slot);
bool pipe_is_of(const struct reap_child *child);

#endif
