#include "host.h"
#include "record.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void end_child(pid_t pid)
{
	siginfo_t info;

	/* Reaped by the kernel, or by others: the number may be a stranger's.
	 */
	if (record_look(P_PID, pid, &info) == -ECHILD)
		return;
	kill(pid, SIGKILL);
	while (syscall(SYS_waitid, P_PID, pid, NULL, WEXITED, NULL) < 0 &&
	       errno == EINTR)
		;
}

static void give_pipe(struct reap_child *child, unsigned slot, pid_t pid)
{
	*child = (struct reap_child){
		.pid = pid, .slot = slot, .owner = host_process()};
	child->fd = pipe_arm(slot, pid);
}

/* It runs already, so it is not started anew; it ends only where there is no
 * room for a pipe either. */
static int take_late_pipe(struct reap_child *child, pid_t pid)
{
	unsigned slot;
	int error = pipe_reserve(&slot);

	if (error)
		end_child(pid);
	else
		give_pipe(child, slot, pid);
	return error;
}

/* clone makes the descriptor with the child: there is nothing to reserve. */
static int start_with_pidfd(struct reap_child *child, host_make *make,
			    void *context)
{
	int descriptor = -1;
	pid_t pid = make(context, &descriptor, 0);

	if (pid < 0)
		return pid;
	/* A kernel that has pidfd_open and ignored the flag all the same. Once
	 * is enough: this child may find no descriptor left. */
	if (descriptor < 0) {
		tier_give_up_pidfd();
		descriptor = tier_open_pidfd(pid);
	}
	if (descriptor < 0)
		return take_late_pipe(child, pid);
	descriptor = above_standard(descriptor);
	*child = (struct reap_child){
		.pid = pid, .fd = descriptor, .owner = host_process()};
	return 0;
}

static int start_with_pipe(struct reap_child *child, host_make *make,
			   void *context)
{
	unsigned slot;
	int error = pipe_reserve(&slot);

	if (error)
		return error;
	pid_t pid = make(context, NULL, slot);
	if (pid < 0) {
		pipe_release(slot);
		return pid;
	}
	give_pipe(child, slot, pid);
	return 0;
}

int host_start(struct reap_child *child, host_make *make, void *context)
{
	host_process_begin();
	if (tier_has_pidfd()) {
		int error = start_with_pidfd(child, make, context);
		/* A filter may let pidfd_open pass and clone's flag not. */
		if (!way_lacks_pidfd(error))
			return error;
	}
	return start_with_pipe(child, make, context);
}
