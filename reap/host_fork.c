#include "host.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <unistd.h>

/*
 * pidfd_open can fail after a fork that has succeeded. So room is made before:
 * a number for the descriptor, and, should another thread take that one
 * meanwhile, a pipe, which then serves in its place.
 */
static int make_room(unsigned *slot, int *room)
{
	int error = pipe_reserve(slot);

	*room = -1;
	if (error || !tier_has_pidfd())
		return error;
	*room = tier_open_pidfd(getpid());
	if (*room >= 0 || way_lacks_pidfd(*room))
		return 0;
	pipe_release(*slot);
	return *room;
}

pid_t host_fork(struct reap_child *child)
{
	unsigned slot;
	int room;
	int error = make_room(&slot, &room);

	if (error)
		return error;
	pid_t pid = fork();
	error = errno;
	if (room >= 0)
		close_file(room);
	if (pid <= 0) {
		/* In the child libc has undone the reservation. */
		if (pid)
			pipe_release(slot);
		return pid ? -error : 0;
	}
	*child = (struct reap_child){.pid = pid, .fd = -1, .owner = getpid()};
	if (tier_has_pidfd()) {
		child->fd = tier_open_pidfd(pid);
		if (child->fd >= 0) {
			child->fd = above_standard(child->fd);
			pipe_release(slot);
			return pid;
		}
	}
	child->slot = slot;
	child->fd = pipe_arm(slot, pid);
	return pid;
}

pid_t reap_fork(struct reap_child *child)
{
	if (!child)
		return -EINVAL;
	pid_t pid = host_fork(child);
	if (!pid)
		*child = (struct reap_child){.fd = -1};
	return pid;
}

struct call {
	int (*run)(void *);
	void *context;
	uint64_t mask;
};

/* The caller's handlers would run in the caller's memory: first the
 * dispositions, then the mask. */
static int run_call(void *argument)
{
	const struct call *call = argument;

	host_default_handlers();
	host_restore_signals(call->mask);
	_exit(call->run(call->context));
}

static pid_t make_call(void *argument, int *descriptor)
{
	struct call *call = argument;

	call->mask = host_block_signals();
	pid_t pid = way_vfork(run_call, call, descriptor);
	host_restore_signals(call->mask);
	return pid;
}

int reap_vfork(struct reap_child *child, int (*run)(void *), void *context)
{
	struct call call = {.run = run, .context = context};

	if (!child || !run)
		return -EINVAL;
	return host_start(child, make_call, &call);
}
