/* One waitid(2) with usage, as a record. */
#ifndef REAP_RECORD_H
#define REAP_RECORD_H

#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Fills usage from the kernel's, whose times are longs: where libc's are wider
 * (musl 1.2 on 32-bit machines) the two differ. */
static inline void record_usage(struct rusage *usage, const long *kernel)
{
	long *values = &usage->ru_maxrss;

	usage->ru_utime.tv_sec = kernel[0];
	usage->ru_utime.tv_usec = kernel[1];
	usage->ru_stime.tv_sec = kernel[2];
	usage->ru_stime.tv_usec = kernel[3];
	for (unsigned i = 0; i < 14; i++)
		values[i] = kernel[4 + i];
}

enum { RECORD_STOPPED = 2 };

/* The raw system call: libc's waitid(2) has no place for the usage. 1 with
 * the child reaped and recorded, 0 when it has not ended, or -errno.
 * RECORD_STOPPED: it has called PTRACE_TRACEME, and stopped; pid and status,
 * the signal, are filled. */
static inline int record_wait_for(struct reap_record *record, int which,
				  int whom, bool with_usage)
{
	siginfo_t info;
	const bool same = sizeof(time_t) == sizeof(long);
	long kernel[18] = {0};

	/* Left untouched by some kernels when nobody has ended (waitid(2)). */
	info.si_pid = 0;
	void *usage = same ? (void *)&record->usage : (void *)kernel;
	if (syscall(SYS_waitid, which, whom, &info, WEXITED | WNOHANG,
		    with_usage ? usage : NULL) < 0)
		return -errno;
	if (!info.si_pid)
		return 0;
	if (!same && with_usage)
		record_usage(&record->usage, kernel);
	record->pid = info.si_pid;
	record->end = (enum reap_end)info.si_code;
	record->status = info.si_status;
	record->step = REAP_STEP_NONE;
	return info.si_code <= CLD_DUMPED ? 1 : RECORD_STOPPED;
}

/* The same, and the child is left as it is: info->si_pid, 0 when none has
 * ended, si_code above CLD_DUMPED for a traced one's stop. 0 or -errno. */
static inline int record_look(int which, int whom, siginfo_t *info)
{
	info->si_pid = 0;
	return syscall(SYS_waitid, which, whom, info,
		       WEXITED | WNOHANG | WNOWAIT, NULL) < 0
		       ? -errno
		       : 0;
}

static inline int record_wait(struct reap_record *record, int which, int whom)
{
	return record_wait_for(record, which, whom, true);
}

#endif
