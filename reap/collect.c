#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The raw system call: libc's waitid(2) has no place for the usage. */
int reap_collect(struct reap_record *record)
{
	siginfo_t info;

	/* Left untouched by some kernels when nobody has ended (waitid(2)). */
	info.si_pid = 0;
	if (syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG,
		    &record->usage) < 0)
		return -errno;
	if (!info.si_pid)
		return 0;
	record->pid = info.si_pid;
	record->end = (enum reap_end)info.si_code;
	record->status = info.si_status;
	record->step = REAP_STEP_NONE;
	return 1;
}
