#include "reap.h"

#include "way.h"

#include <stddef.h>

/* PID 1's: it collects by pid, so it goes without a descriptor where the
 * kernel has none to give. */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	int *wish = IS_ENABLED(CONFIG_REAP_TIER_PIPE) ? NULL : &child->fd;
	pid_t pid;

	if (spec->report)
		spec->report->step = REAP_STEP_NONE;
	child->fd = -1;
	while ((pid = way_start(spec, wish)) < 0) {
		if (!wish || !way_lacks_pidfd(pid))
			return pid;
		wish = NULL;
	}
	child->pid = pid;
	return 0;
}
