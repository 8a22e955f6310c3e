#include "signals.h"

#include <sys/syscall.h>
#include <unistd.h>

const union signal_set every_signal = {
	.bytes = {[0 ... sizeof(sigset_t) - 1] = 0xff},
};

void signals_block(struct signal_inheritance *inherited)
{
	sigprocmask(SIG_SETMASK, &every_signal.set, &inherited->mask);
}

/* The kernel's struct sigaction, all zero, is SIG_DFL without flags on every
 * architecture. libc's sigaction(3) is larger and refuses 32 to 34. */
void signals_reset_dispositions(void)
{
	static const unsigned long default_action[8];

	for (int number = 1; number < _NSIG; number++)
		syscall(SYS_rt_sigaction, number, default_action, NULL,
			_NSIG / 8);
}
