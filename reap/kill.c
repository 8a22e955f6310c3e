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

/* Whether its descriptor and pid are still its own: somebody else in the
 * program may have waited for it or closed it, and both be a stranger's by now.
 * That a filter refuses to tell is no reason to send nothing. */
static int check_names(const struct reap_child *child)
{
	siginfo_t info;
	int error = host_look(child, &info);

	if (error == -ECHILD)
		return -ESRCH;
	return error == -EBADF ? error : 0;
}

int reap_kill(const struct reap_child *child, int sig)
{
	if (!has_name(child))
		return -EINVAL;
	int error = IS_ENABLED(CONFIG_REAP_HOSTED) ? check_names(child) : 0;
	if (error)
		return error;
	/* The pipe tier's descriptor is a pipe; the pid is pinned until the
	 * record is yielded. */
	if (IS_ENABLED(CONFIG_REAP_HOSTED) && child->slot)
		return kill(child->pid, sig) ? -errno : 0;
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
	int error = IS_ENABLED(CONFIG_REAP_HOSTED) ? check_names(child) : 0;
	if (error)
		return error;
	return kill(-child->pid, sig) ? -errno : 0;
}
