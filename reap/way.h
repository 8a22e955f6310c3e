/* How a child comes into being. */
#ifndef REAP_WAY_H
#define REAP_WAY_H

#include "reap.h"

/*
 * Both: the pid, with the child's descriptor in *descriptor; or -errno. With a
 * null descriptor none is asked for. *descriptor is -1 where the kernel
 * ignored the wish (before 5.2). The child never returns.
 */
pid_t way_fork(const struct reap_spec *spec, int *descriptor);
pid_t way_vfork(int (*run)(void *), void *context, int *descriptor);

/* Takes the spec's steps: a run of way_vfork. */
int way_run_spec(void *spec);

/* Whether this errno of clone or pidfd_open says that the kernel, or a filter
 * before it, has no pidfd; any other is the verdict itself. */
bool way_lacks_pidfd(int error);

/* prepare is the caller's code, and is promised memory of its own. */
static inline pid_t way_start(const struct reap_spec *spec, int *descriptor)
{
	if (IS_ENABLED(CONFIG_REAP_WAY_VFORK) && !spec->prepare)
		return way_vfork(way_run_spec, (void *)spec, descriptor);
	return way_fork(spec, descriptor);
}

#endif
