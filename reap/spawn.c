#include "reap.h"

#include "way.h"

#include <stddef.h>

/* PID 1's: it collects by pid, so it goes without a descriptor where the
 * kernel has none to give. */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	int descriptor = -1;
	pid_t pid = -1;

	if (spec->report)
		spec->report->step = REAP_STEP_NONE;
	if (!IS_ENABLED(CONFIG_REAP_TIER_PIPE))
		pid = way_start(spec, &descriptor);
	if (IS_ENABLED(CONFIG_REAP_TIER_PIPE) ||
	    (pid < 0 && way_lacks_pidfd(pid)))
		pid = way_start(spec, NULL);
	if (pid < 0)
		return pid;
	child->pid = pid;
	child->fd = descriptor;
	return 0;
}
