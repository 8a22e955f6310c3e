#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A child that has called PTRACE_TRACEME is reported at each stop, although
 * nobody asked for stops (wait_task_stopped in the kernel's exit.c). It would
 * stay stopped for ever: let go of it, with the signal that it stopped for; the
 * trap after an exec is the tracer's alone (ptrace(2)).
 */
static void release_traced(const siginfo_t *info)
{
	int number = info->si_status == SIGTRAP ? 0 : info->si_status;

	syscall(SYS_ptrace, PTRACE_DETACH, info->si_pid, 0, number);
}

/* The raw system call: libc's waitid(2) has no place for the usage. */
static int collect(idtype_t which, pid_t pid, struct reap_record *record)
{
	siginfo_t info;

	for (;;) {
		/* Left untouched by some kernels when nobody has ended
		 * (waitid(2)). */
		info.si_pid = 0;
		if (syscall(SYS_waitid, which, pid, &info, WEXITED | WNOHANG,
			    &record->usage) < 0)
			return -errno;
		if (!info.si_pid)
			return 0;
		if (info.si_code <= CLD_DUMPED)
			break;
		release_traced(&info);
	}
	record->pid = info.si_pid;
	record->end = (enum reap_end)info.si_code;
	record->status = info.si_status;
	record->step = REAP_STEP_NONE;
	return 1;
}

int reap_collect(struct reap_record *record)
{
	return collect(P_ALL, 0, record);
}

int reap_collect_pid(pid_t pid, struct reap_record *record)
{
	return collect(P_PID, pid, record);
}

pid_t reap_peek(void)
{
	siginfo_t info;

	for (;;) {
		info.si_pid = 0;
		if (syscall(SYS_waitid, P_ALL, 0, &info,
			    WEXITED | WNOHANG | WNOWAIT, NULL) < 0)
			return -errno;
		if (!info.si_pid || info.si_code <= CLD_DUMPED)
			return info.si_pid;
		/* Taken, so that it is not seen again if it stays stopped. */
		syscall(SYS_waitid, P_PID, info.si_pid, NULL,
			WSTOPPED | WNOHANG, NULL);
		release_traced(&info);
	}
}
