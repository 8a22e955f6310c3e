#include "host.h"
#include "record.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* Looks first: a caller that closed the descriptor may have another child's in
 * its place by now, and that one's end is not this one's. */
static int wait_by_descriptor(const struct reap_child *child,
			      struct reap_record *record)
{
	siginfo_t info;
	int error = record_look(P_PIDFD, child->fd, &info);

	if (error || !info.si_pid)
		return error;
	if (info.si_pid != child->pid)
		return -EBADF;
	/* A stop is its tracer's, who waits for it. */
	if (info.si_code > CLD_DUMPED)
		return 0;
	return record_wait(record, P_PIDFD, child->fd);
}

static int wait_by_pid(const struct reap_child *child,
		       struct reap_record *record)
{
	siginfo_t info;
	int error = record_look(P_PID, child->pid, &info);

	if (error || !info.si_pid || info.si_code > CLD_DUMPED)
		return error;
	return record_wait(record, P_PID, child->pid);
}

static int wait_for(const struct reap_child *child, struct reap_record *record)
{
	int result = -EINVAL;

	if (!child->slot)
		result = wait_by_descriptor(child, record);
	else if (!pipe_is_of(child))
		return -EBADF;
	/* P_PIDFD is of Linux 5.4, and a filter may refuse it. Until it is
	 * reaped the pid is the child's; but a descriptor that is no child's
	 * (signal 0 only looks) yields nothing. */
	if (way_lacks_pidfd(result) && !child->slot &&
	    syscall(SYS_pidfd_send_signal, child->fd, 0, NULL, 0) < 0 &&
	    errno == EBADF)
		return -EBADF;
	if (way_lacks_pidfd(result))
		result = wait_by_pid(child, record);
	return result;
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
	reap_close(child);
	return 0;
}

void reap_close(struct reap_child *child)
{
	if (!child)
		return;
	/* One that is all zero has descriptor 0, and it is none of ours. */
	if (child->pid > 0) {
		/* A forked process has neither the slot nor the report, but
		 * others in their place by now. */
		bool is_ours = child->owner == getpid();

		if (!child->slot)
			close_file(child->fd);
		else if (is_ours)
			pipe_release(child->slot);
		if (child->own_report && is_ours)
			unmap_memory(child->own_report,
				     sizeof(*child->own_report));
	}
	*child = (struct reap_child){.fd = -1};
}
