#include "clock.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* 64 bits for seconds on 32-bit machines too, since Linux 5.1. */
struct wide_time {
	int64_t seconds;
	int64_t nanoseconds;
};

/* The machine's long, elsewhere and before. */
struct narrow_time {
	long seconds;
	long nanoseconds;
};

/* musl calls the old one by its width where there are two. */
#ifdef SYS_clock_gettime32
#define NARROW_CLOCK_GETTIME SYS_clock_gettime32
#else
#define NARROW_CLOCK_GETTIME SYS_clock_gettime
#endif

/* The raw system call: libc's clock_gettime(2) brings a reader of the vDSO's
 * symbol tables, 1.4 KiB, to save a microsecond that nobody waits for. */
moment clock_now(void)
{
	struct narrow_time now = {0, 0};

#ifdef SYS_clock_gettime64
	struct wide_time wide;

	if (!syscall(SYS_clock_gettime64, CLOCK_MONOTONIC, &wide))
		return (moment)wide.seconds * 1000 +
		       (moment)wide.nanoseconds / 1000000;
#endif
	syscall(NARROW_CLOCK_GETTIME, CLOCK_MONOTONIC, &now);
	return (moment)now.seconds * 1000 + (moment)now.nanoseconds / 1000000;
}
