#include "host.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Raw calls: libc's leave its own signals out, and those have handlers too.
 *
 * None of the results is looked at: sigprocmask(2) and sigaction(2) fail by
 * EINVAL and EFAULT alone, which are of the arguments. These are constant, but
 * for the number: SIGKILL and SIGSTOP have no handler to take away. */

enum { SET_BYTES = _NSIG / 8 };

uint64_t host_block_signals(void)
{
	static const uint64_t all = UINT64_MAX;
	uint64_t before = 0;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, SET_BYTES);
	return before;
}

void host_restore_signals(uint64_t before)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, SET_BYTES);
}

void host_default_handlers(void)
{
	for (int number = 1; number < _NSIG; number++) {
		/* The kernel's struct sigaction: the handler is its first
		 * member (on every architecture but MIPS), zero the default.
		 */
		unsigned long action[8] = {0};

		syscall(SYS_rt_sigaction, number, NULL, action, SET_BYTES);
		if (action[0] == (unsigned long)SIG_IGN ||
		    action[0] == (unsigned long)SIG_DFL)
			continue;
		for (unsigned i = 0; i < 8; i++)
			action[i] = 0;
		syscall(SYS_rt_sigaction, number, action, NULL, SET_BYTES);
	}
}
