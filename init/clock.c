#include "clock.h"

#include <time.h>

moment clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (moment)now.tv_sec * 1000 + (moment)now.tv_nsec / 1000000;
}
