#include "signals.h"

#include <sys/syscall.h>
#include <unistd.h>

const uint64_t every_signal[EVERY_SIGNAL_WORDS] = {
	[0 ... EVERY_SIGNAL_WORDS - 1] = UINT64_MAX};

void signals_block(struct signal_inheritance *inherited)
{
	/* The kernel's set is 64 bits; libc's sigprocmask(2) would leave its
	 * own signals out. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, every_signal, &inherited->mask,
		_NSIG / 8);
}

void signals_restore(const struct signal_inheritance *inherited)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &inherited->mask, NULL,
		_NSIG / 8);
}

/* The kernel's struct sigaction, all zero, is SIG_DFL without flags on every
 * architecture. libc's sigaction(3) is larger and refuses 32 to 34. */
bool signals_reset_disposition(int number)
{
	static unsigned long default_action[8];

	return !syscall(SYS_rt_sigaction, number, default_action, NULL,
			_NSIG / 8);
}

void signals_reset_dispositions(void)
{
	for (int number = 1; number < _NSIG; number++)
		signals_reset_disposition(number);
}
