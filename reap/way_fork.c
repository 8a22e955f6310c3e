#include "child.h"
#include "way.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A fork by the raw system call: libc's fork(2) takes locks and runs handlers
 * that a PID 1 with one thread does not have, and a child that only makes
 * system calls until its exec does not need. With a null stack the child goes
 * on on a copy of the parent's; the third argument is where CLONE_PIDFD puts
 * the descriptor, on every architecture.
 */
pid_t way_fork(const struct reap_spec *spec, int *descriptor)
{
	/* A clone that fails may have written it all the same (seen on 6.1
	 * and 6.18 with pids.max hit): it holds only when a pid is returned.
	 */
	int written = -1;
	pid_t pid = (pid_t)syscall(SYS_clone,
				   (descriptor ? CLONE_PIDFD : 0) | SIGCHLD,
				   NULL, &written, NULL, NULL);

	if (!pid)
		child_run(spec);
	if (pid < 0)
		return -errno;
	if (descriptor)
		*descriptor = written;
	return pid;
}
