/* How a child comes into being. */
#ifndef REAP_WAY_H
#define REAP_WAY_H

#include "child.h"
#include "reap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Of all three: the pid, with the child's descriptor in *descriptor; or -errno.
 * With a null descriptor none is asked for. *descriptor is -1 where the kernel
 * ignored the wish (before 5.2). The child never returns.
 */

/*
 * A fork by the raw system call: libc's fork(2) takes locks and runs handlers
 * that a PID 1 with one thread does not have, and a child that only makes
 * system calls until its exec does not need. With a null stack the child goes
 * on on a copy of the parent's; the third argument is where CLONE_PIDFD puts
 * the descriptor, on every architecture.
 */
static inline pid_t way_fork(const struct reap_spec *spec, int *descriptor)
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

pid_t way_vfork(int (*run)(void *), void *context, int *descriptor);

/* Takes the spec's steps: a run of way_vfork. */
int way_run_spec(void *spec);

/* See share.h. Another libc has a start code of its own. */
#define WAY_SHARES (IS_ENABLED(CONFIG_REAP_WAY_SHARE) && IS_ENABLED(OWN_LIBC))

pid_t way_share(const struct reap_spec *spec, int *descriptor);

/* prepare is the caller's code, and is promised memory of its own. */
static inline pid_t way_start(const struct reap_spec *spec, int *descriptor)
{
	if (WAY_SHARES && spec->share)
		return way_share(spec, descriptor);
	if (IS_ENABLED(CONFIG_REAP_WAY_VFORK) && !spec->prepare)
		return way_vfork(way_run_spec, (void *)spec, descriptor);
	return way_fork(spec, descriptor);
}

/* Whether this errno of clone or pidfd_open says that the kernel, or a filter
 * before it, has no pidfd; any other is the verdict itself. */
static inline bool way_lacks_pidfd(int error)
{
	return error == -ENOSYS || error == -EINVAL || error == -EPERM ||
	       error == -E2BIG || error == -EOPNOTSUPP;
}

#endif
