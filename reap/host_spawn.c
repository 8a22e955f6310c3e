#include "child.h"
#include "host.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <sys/mman.h>

enum {
	KNOWN_FLAGS = REAP_NEW_SESSION | REAP_NEW_GROUP | REAP_CONTROLLING_TTY |
		      REAP_TTY_IF_FREE | REAP_FOREGROUND | REAP_SEARCH_PATH |
		      REAP_SCRIPT_BY_SHELL | REAP_SET_USER | REAP_SET_NICE |
		      REAP_SET_OOM | REAP_SET_UMASK | REAP_KEEP_SIGNALS |
		      REAP_KEEP_DESCRIPTORS,
};

bool host_is_valid(const struct reap_spec *spec)
{
	return spec && spec->path && spec->argv && spec->argv[0] &&
	       spec->envp && !(spec->flags & ~(unsigned)KNOWN_FLAGS) &&
	       (spec->mask || !(spec->flags & REAP_KEEP_SIGNALS)) &&
	       spec->fds_count <= REAP_FDS_MAX &&
	       (spec->fds || !spec->fds_count) &&
	       (spec->groups || !spec->groups_count) &&
	       (spec->limits || !spec->limits_count);
}

static pid_t make_spec(void *spec, int *descriptor)
{
	uint64_t before = host_block_signals();
	pid_t pid = way_start(spec, descriptor);

	host_restore_signals(before);
	return pid;
}

/* prepare is the caller's code: it gets libc's fork, with what the program's
 * other libraries do at one, and a thread that knows who it is. */
static int start_with_prepare(struct reap_child *child,
			      const struct reap_spec *spec)
{
	uint64_t before = host_block_signals();
	pid_t pid = host_fork(child);

	if (!pid)
		child_run(spec);
	host_restore_signals(before);
	return pid < 0 ? pid : 0;
}

int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	if (!child || !host_is_valid(spec))
		return -EINVAL;
	struct reap_report *own = NULL;
	struct reap_spec full = *spec;
	if (!spec->report)
		full.report = own = reap_shared_memory(sizeof(*own));
	if (!full.report)
		return -ENOMEM;
	full.report->step = REAP_STEP_NONE;
	full.report->error = 0;
	int error = spec->prepare ? start_with_prepare(child, &full)
				  : host_start(child, make_spec, &full);
	if (!error) {
		child->report = full.report;
		child->own_report = own;
		/* The next fork need not copy it: without this each child that
		 * lives makes the next one's start dearer. */
		if (own)
			madvise(own, sizeof(*own), MADV_DONTFORK);
	} else if (own) {
		unmap_memory(own, sizeof(*own));
	}
	return error;
}
