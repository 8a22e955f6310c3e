#include "host.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <pthread.h>
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
	/* Whatever a filter answers; but what the system is short of may soon
	 * be there again, and a pipe would give the program a handler. */
	if (*room >= 0 || reap_classify(*room) != REAP_RETRY)
		return 0;
	pipe_release(*slot);
	return *room;
}

pid_t host_fork(struct reap_child *child)
{
	unsigned slot;
	int room;

	host_process_begin();
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
	*child = (struct reap_child){
		.pid = pid, .fd = -1, .owner = host_process()};
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
	if (!child || host_is_in_run())
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
	unsigned slot;
};

/* A thread's, which waits while its child runs: so it is the child that finds
 * it set. */
static _Thread_local bool is_in_run;

bool host_is_in_run(void)
{
	return is_in_run;
}

/* The caller's handlers would run in the caller's memory: first the
 * dispositions, then the mask. */
static int run_call(void *argument)
{
	const struct call *call = argument;

	pipe_leave(call->slot);
	host_default_handlers();
	host_restore_signals(call->mask);
	_exit(call->run(call->context));
}

/* To the child's libc it is this thread that runs: a cancel of this thread
 * would end the child at run's next cancellation point, and run the caller's
 * clean-up handlers there. It waits until the child is gone. */
static pid_t make_call(void *argument, int *descriptor, unsigned slot)
{
	struct call *call = argument;
	int cancel;

	call->slot = slot;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	call->mask = host_block_signals();
	is_in_run = true;
	pid_t pid = way_vfork(run_call, call, descriptor);
	is_in_run = false;
	host_restore_signals(call->mask);
	pthread_setcancelstate(cancel, NULL);
	return pid;
}

int reap_vfork(struct reap_child *child, int (*run)(void *), void *context)
{
	struct call call = {.run = run, .context = context};

	if (!child || !run || host_is_in_run())
		return -EINVAL;
	return host_start(child, make_call, &call);
}
