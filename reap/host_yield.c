#include "host.h"
#include "record.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* As a pidfd says it, also of one that is not a child (5.3). */
static bool is_readable(int pidfd)
{
	static const struct timespec no_time;
	struct pollfd fd = {pidfd, POLLIN, 0};

	/* poll(3) is a place to be cancelled at. */
	return syscall(SYS_ppoll, &fd, 1, &no_time, NULL, 0) == 1 &&
	       fd.revents & POLLIN;
}

static int look_by_descriptor(const struct reap_child *child, siginfo_t *info)
{
	int error = record_look(P_PIDFD, child->fd, info);

	if (!error)
		return info->si_pid && info->si_pid != child->pid ? -EBADF : 0;
	/* What P_PIDFD (Linux 5.4) does not tell signal 0 does (5.1). */
	int refused = syscall(SYS_pidfd_send_signal, child->fd, 0, NULL, 0) < 0
			      ? errno
			      : 0;
	if (refused == ESRCH || refused == EBADF)
		return refused == EBADF ? -EBADF : -ECHILD;
	if (error != -ECHILD || (refused && is_readable(child->fd)))
		return error;
	/* No child's, while its own child is still there. */
	return record_look(P_PID, child->pid, info) ? error : -EBADF;
}

int host_look(const struct reap_child *child, siginfo_t *info)
{
	int error = -EINVAL;

	if (!child->slot)
		error = look_by_descriptor(child, info);
	if (!way_lacks_pidfd(error))
		return error;
	/* A copy in the child of a fork: slot, descriptor and pid may be those
	 * of another there, the pid too in a pid namespace of its own. */
	if (child->owner != host_process())
		return -ECHILD;
	if (child->slot && !pipe_is_of(child))
		return -EBADF;
	/* Asked first: it may end while it is looked at. */
	bool has_ended = child->slot && pipe_has_ended(child);
	error = record_look(P_PID, child->pid, info);
	/* One that has ended and lives is another, by its number. */
	return !error && !info->si_pid && has_ended ? -ECHILD : error;
}

static int wait_for(const struct reap_child *child, struct reap_record *record)
{
	siginfo_t info;
	int result = host_look(child, &info);

	/* A stop is its tracer's, who waits for it. */
	if (result || !info.si_pid || info.si_code > CLD_DUMPED)
		return result;
	/* Until it is reaped the pid is the child's. */
	result =
		child->slot ? -EINVAL : record_wait(record, P_PIDFD, child->fd);
	return way_lacks_pidfd(result) ? record_wait(record, P_PID, child->pid)
				       : result;
}

static void let_go(struct reap_child *child)
{
	/* A forked process has neither the slot nor the report, but others in
	 * their place by now. */
	bool is_ours = child->owner == host_process();

	if (!child->slot)
		close_file(child->fd);
	else if (is_ours)
		pipe_release(child->slot);
	if (child->own_report && is_ours)
		unmap_memory(child->own_report, sizeof(*child->own_report));
}

int reap_yield(struct reap_child *child, struct reap_record *record)
{
	if (!child || !record)
		return -EINVAL;
	if (child->pid <= 0 || child->fd < 0)
		return -EBADF;
	int result = wait_for(child, record);
	if (result < 0)
		return result;
	/* Whether a traced child goes on is its tracer's business. */
	if (result != 1)
		return -EAGAIN;
	if (child->report && child->report->step != REAP_STEP_NONE) {
		record->end = REAP_NOT_STARTED;
		record->step = (enum reap_step)child->report->step;
		record->status = child->report->error;
	}
	let_go(child);
	*child = (struct reap_child){.fd = -1};
	return 0;
}

void reap_close(struct reap_child *child)
{
	siginfo_t info;

	if (!child)
		return;
	/* One that is all zero has descriptor 0, and it is none of ours. Nor is
	 * one that the program has closed, and uses again. */
	if (child->pid > 0) {
		if (!child->slot && host_look(child, &info) == -EBADF)
			child->fd = -1;
		let_go(child);
	}
	*child = (struct reap_child){.fd = -1};
}
