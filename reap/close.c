#include "reap.h"

#include <unistd.h>

/* PID 1's: it has no pipe tier and reports of its own. */
void reap_close(struct reap_child *child)
{
	if (child->fd >= 0)
		close(child->fd);
	child->fd = -1;
}
