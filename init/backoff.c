#include "backoff.h"

unsigned backoff_next(unsigned *last, struct backoff limits)
{
	unsigned delay = *last ? *last : limits.first;

	if (delay > limits.max)
		delay = limits.max;
	*last = delay > limits.max / 2 ? limits.max : delay * 2;
	return delay;
}

moment respawn_at(const struct run *run, unsigned *last, struct backoff limits)
{
	moment steady = run->started + CONFIG_RESPAWN_STEADY_MS;

	if (!run->exited_0 && run->ended < steady)
		return run->ended + backoff_next(last, limits);
	*last = 0;
	return run->ended > steady ? run->ended : steady;
}
