#include "way.h"

#include "share.h"

/*
 * CLONE_VM alone: nothing is copied, and nobody waits. What the two must not
 * share, the child brings: a stack, and errno. Its signals stay blocked until
 * its exec, since until Linux 5.16 a core dump took all that share the memory.
 * set_tid_address(2) makes the kernel clear a word when a task leaves the
 * memory; the flag of clone(2) that would do the same is refused by musl's
 * since 1.2.5.
 */
static int run(void *context)
{
	struct reap_share *share = context;

	thread_enter(&share->thread);
	syscall(SYS_set_tid_address, &share->in_use);
	child_run(&share->spec);
}

pid_t way_share(const struct reap_spec *spec, int *descriptor)
{
	struct reap_share *share = spec->share;
	int written = -1;

	share->in_use = 1;
	share->spec = *spec;
	thread_copy(&share->thread);
	pid_t pid = clone(run, share->stack + sizeof(share->stack),
			  (descriptor ? CLONE_PIDFD : 0) | CLONE_VM | SIGCHLD,
			  share, &written);
	if (pid < 0) {
		share->in_use = 0;
		return -errno;
	}
	if (descriptor)
		*descriptor = written;
	return pid;
}
