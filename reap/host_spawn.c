#include "child.h"
#include "host.h"
#include "system.h"
#include "way.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
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
	       (spec->flags & REAP_KEEP_DESCRIPTORS ||
		(spec->fds_count <= REAP_FDS_MAX &&
		 (spec->fds || !spec->fds_count))) &&
	       (spec->groups || !spec->groups_count) &&
	       (spec->limits || !spec->limits_count);
}

static pid_t make_spec(void *argument, int *descriptor, unsigned slot)
{
	struct reap_spec *spec = argument;
	uint64_t before = host_block_signals();

	/* Not twice where the pidfd tier was tried first: that has none. */
	spec->flags |= slot << HOST_SLOT_SHIFT;
	pid_t pid = way_start(spec, descriptor);

	host_restore_signals(before);
	return pid;
}

/*
 * prepare is the caller's code: it gets libc's fork, with what the program's
 * other libraries do at one, and a thread that knows who it is.
 *
 * libc's own signals stay open, as pthread_sigmask(3) leaves them: fork may
 * wait for a lock whose holder waits for this thread to answer one (setuid(2)
 * in another thread). And the child inherits a pending cancel: at prepare's
 * next cancellation point it would end the thread, and with it the child, by
 * exit code 0 and no program.
 */
static int start_with_prepare(struct reap_child *child,
			      const struct reap_spec *spec)
{
	sigset_t all, before;
	int cancel;

	sigfillset(&all);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid_t pid = host_fork(child);

	if (!pid) {
		pipe_lose_handler();
		child_run(spec);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_setcancelstate(cancel, NULL);
	return pid < 0 ? pid : 0;
}

int reap_spawn(struct reap_child *child, const struct reap_spec *spec)
{
	if (!child || host_is_in_run() || !host_is_valid(spec))
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
