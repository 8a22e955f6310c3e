#include "host.h"

#include "system.h"
#include "way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* on every architecture */
#endif

enum tier { TIER_UNKNOWN, TIER_PIDFD, TIER_PIPE };

/* Close-on-exec from the first moment: pidfd_open(2). */
int tier_open_pidfd(pid_t pid)
{
	int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);

	return descriptor < 0 ? -errno : descriptor;
}

static enum tier look(void)
{
	if (IS_ENABLED(CONFIG_REAP_TIER_PIPE))
		return TIER_PIPE;
	if (IS_ENABLED(CONFIG_REAP_TEST_SEAM)) {
		const char *forced = getenv("REAP_TIER");

		if (forced && !strcmp(forced, "pipe"))
			return TIER_PIPE;
	}
	int descriptor = tier_open_pidfd(getpid());
	if (descriptor >= 0)
		close_file(descriptor);
	if (descriptor >= 0)
		return TIER_PIDFD;
	return way_lacks_pidfd(descriptor) ? TIER_PIPE : TIER_UNKNOWN;
}

static _Atomic enum tier known;

void tier_give_up_pidfd(void)
{
	known = TIER_PIPE;
}

/* Threads that look at the same time find the same. */
bool tier_has_pidfd(void)
{
	enum tier tier = known;

	if (tier == TIER_UNKNOWN)
		known = tier = look();
	/* Unknown: no descriptor left to look with. The spawn will say so. */
	return tier != TIER_PIPE;
}
