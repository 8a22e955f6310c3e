#include "reap.h"

#include <errno.h>

const char *reap_step_name(enum reap_step step)
{
	static const char names[REAP_STEPS][12] = {
		[REAP_STEP_NONE] = "none",
		[REAP_STEP_CLONE] = "fork",
		[REAP_STEP_SESSION] = "session",
		[REAP_STEP_GROUP] = "group",
		[REAP_STEP_TTY] = "tty",
		[REAP_STEP_DESCRIPTOR] = "descriptor",
		[REAP_STEP_LIMIT] = "limit",
		[REAP_STEP_NICE] = "nice",
		[REAP_STEP_OOM] = "oom",
		[REAP_STEP_CGROUP] = "cgroup",
		[REAP_STEP_PREPARE] = "prepare",
		[REAP_STEP_USER] = "user",
		[REAP_STEP_CWD] = "cwd",
		[REAP_STEP_EXEC] = "exec",
	};

	if (IS_ENABLED(CONFIG_REAP_HOSTED) && (unsigned)step >= REAP_STEPS)
		return "unknown";
	return names[step];
}

enum reap_class reap_classify(int error)
{
	switch (error) {
	case -EAGAIN:
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
	case -ENOSPC:
	case -EINTR:
	case -EBUSY:
		return REAP_RETRY;
	case -E2BIG:
	case -EACCES:
	case -ENAMETOOLONG:
		return REAP_NEVER;
	default:
		return REAP_BUG;
	}
}
