#include "record.h"

#include <sys/ptrace.h>

/*
 * A child that has called PTRACE_TRACEME is reported at each stop, although
 * nobody asked for stops (wait_task_stopped in the kernel's exit.c). It would
 * stay stopped for ever: let go of it, with the signal that it stopped for; the
 * trap after an exec is the tracer's alone (ptrace(2)).
 */
static void release_traced(pid_t pid, int number)
{
	syscall(SYS_ptrace, PTRACE_DETACH, pid, 0,
		number == SIGTRAP ? 0 : number);
}

static int collect(int which, pid_t pid, struct reap_record *record,
		   bool with_usage)
{
	int result;

	if (IS_ENABLED(CONFIG_REAP_HOSTED) && !record)
		return -EINVAL;
	while ((result = record_wait_for(record, which, pid, with_usage)) ==
	       RECORD_STOPPED)
		release_traced(record->pid, record->status);
	return result;
}

int reap_collect(struct reap_record *record)
{
	return collect(P_ALL, 0, record, true);
}

int reap_collect_end(struct reap_record *record)
{
	return collect(P_ALL, 0, record, false);
}

int reap_collect_pid(pid_t pid, struct reap_record *record)
{
	return collect(P_PID, pid, record, true);
}

pid_t reap_peek(void)
{
	siginfo_t info;

	for (;;) {
		int error = record_look(P_ALL, 0, &info);
		if (error)
			return error;
		if (!info.si_pid || info.si_code <= CLD_DUMPED)
			return info.si_pid;
		/* Taken, so that it is not seen again if it stays stopped. */
		syscall(SYS_waitid, P_PID, info.si_pid, NULL,
			WSTOPPED | WNOHANG, NULL);
		release_traced(info.si_pid, info.si_status);
	}
}
