/* Monotonic time: a step of the wall clock never moves a deadline. */
#ifndef INIT_CLOCK_H
#define INIT_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
typedef uint64_t moment;

#define NEVER UINT64_MAX

/* For a message: `"%.1llu s", SECONDS(ms)` (format.h). */
#define SECONDS(ms) (unsigned long long)(ms)

moment clock_now(void);

static inline moment earlier(moment a, moment b)
{
	return a < b ? a : b;
}

#endif
