/*
 * The installed library: a guest in somebody's program, with threads, handlers
 * and children of its own. In the pidfd tier it keeps nothing but which tier
 * and which process it is.
 */
#ifndef REAP_HOST_H
#define REAP_HOST_H

#include "reap.h"

#include <signal.h>
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

/*
 * Whether the child has ended, as record_look: by its descriptor where that can
 * tell, by its pid elsewhere. -EBADF: the descriptor is another's. A caller
 * that closed it may have anything under its number by now; a living child of
 * its own is the one thing that is not told apart. -ECHILD: reaped by others.
 */
int host_look(const struct reap_child *child, siginfo_t *info);

/*
 * Which process this is, never 0: what a fork's child finds in its memory is
 * its parent's. The pid alone does not tell where both are the first of their
 * pid namespaces. begin: before the first such number is kept.
 */
void host_process_begin(void);
unsigned host_process(void);

/* Whether a spec has all that it needs, and nothing that is unknown. */
bool host_is_valid(const struct reap_spec *spec);

/* Whether this is the child of a reap_vfork, in its run: what is changed in
 * memory there is changed for the parent, which has other children. */
bool host_is_in_run(void);

/* Gives what way.h's functions do. slot: of the pipe tier, or 0; the child has
 * to leave it. */
typedef pid_t host_make(void *context, int *descriptor, unsigned slot);

/* Starts by make in the tier that there is; fills *child. 0 or -errno. */
int host_start(struct reap_child *child, host_make *make, void *context);

/* Where the slot stands in the flags of a spec on its way to the child: each
 * way hands a spec on, and the caller's flags end below (host_is_valid). */
enum { HOST_SLOT_SHIFT = 16 };

/* A fork of libc's into *child, with all that it needs reserved before: the
 * pid, 0 in the child, or -errno. */
pid_t host_fork(struct reap_child *child);

/*
 * The pipe tier. A slot is 1 or above. Reserve makes the pipe (0 or -errno);
 * arm tells whose it is and returns the end that polls readable; release
 * undoes both, at any time. is_of: whether the child's descriptor is still that
 * end; a caller may have closed it, and its number be another's by now.
 * has_ended: whether its end was seen. leave:
 * in the child of a reserved slot, which 0 is none; its own descriptors lose
 * the pipe, so that a number which was closed when its caller named it is not
 * this one's.
 */
int pipe_reserve(unsigned *slot);
int pipe_arm(unsigned slot, pid_t pid);
void pipe_release(unsigned slot);
void pipe_leave(unsigned slot);
void pipe_lose_handler(void);
bool pipe_is_of(const struct reap_child *child);
bool pipe_has_ended(const struct reap_child *child);

#endif
