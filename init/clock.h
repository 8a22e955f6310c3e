/* Monotonic time: a step of the wall clock never moves a deadline. */
#ifndef INIT_CLOCK_H
#define INIT_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC. */
typedef uint64_t moment;

#define NEVER UINT64_MAX

/* For a message: `"%u.%u s", SECONDS(ms)`. */
#define SECONDS(ms) (unsigned)((ms) / 1000), (unsigned)((ms) / 100 % 10)

moment clock_now(void);

static inline moment earlier(moment a, moment b)
{
	return a < b ? a : b;
}

#endif
