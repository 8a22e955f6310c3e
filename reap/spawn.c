#include "reap.h"

#include "way.h"

#include <stdbool.h>
#include <stddef.h>

/* PID 1's: it collects by pid, so it goes without a descriptor where the
 * kernel has none to give, and for a line that it waits for: to make and close
 * one is 1 in 100 of what that takes. */
int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	bool is_waited_for = WAY_SHARES && spec->share;
	int *wish = IS_ENABLED(CONFIG_REAP_TIER_PIPE) || is_waited_for
			    ? NULL
			    : &child->fd;
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
