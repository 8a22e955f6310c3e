#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int reap_kill(const struct reap_child *child, int sig)
{
	if (child->pid <= 1)
		return -EINVAL;
	if (child->fd >= 0 &&
	    !syscall(SYS_pidfd_send_signal, child->fd, sig, NULL, 0))
		return 0;
	if (child->fd >= 0 && errno != ENOSYS && errno != EPERM)
		return -errno;
	return kill(child->pid, sig) ? -errno : 0;
}

int reap_kill_group(const struct reap_child *child, int sig)
{
	if (child->pid <= 1)
		return -EINVAL;
	return kill(-child->pid, sig) ? -errno : 0;
}

void reap_close(struct reap_child *child)
{
	if (child->fd >= 0)
		close(child->fd);
	child->fd = -1;
}
