#include "host.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Never everybody (-1), the own group (0) or init (1). */
static bool has_name(const struct reap_child *child)
{
	return (child || !IS_ENABLED(CONFIG_REAP_HOSTED)) && child->pid > 1;
}

int reap_kill(const struct reap_child *child, int sig)
{
	if (!has_name(child))
		return -EINVAL;
	/* The pipe tier's descriptor is a pipe; the pid is pinned until the
	 * record is yielded. */
	if (IS_ENABLED(CONFIG_REAP_HOSTED) && child->slot) {
		if (!pipe_is_of(child))
			return -EBADF;
		return kill(child->pid, sig) ? -errno : 0;
	}
	if (child->fd >= 0 &&
	    !syscall(SYS_pidfd_send_signal, child->fd, sig, NULL, 0))
		return 0;
	/* Any other: a kernel without the call, or a filter before it. */
	if (child->fd >= 0 && (errno == ESRCH || errno == EBADF))
		return -errno;
	return kill(child->pid, sig) ? -errno : 0;
}

int reap_kill_group(const struct reap_child *child, int sig)
{
	if (!has_name(child))
		return -EINVAL;
	return kill(-child->pid, sig) ? -errno : 0;
}
