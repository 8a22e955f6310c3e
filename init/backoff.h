/* How restarts are paced. Pure arithmetic on monotonic milliseconds. */
#ifndef INIT_BACKOFF_H
#define INIT_BACKOFF_H

#include "clock.h"

#include <stdbool.h>

/* A delay that doubles from first to max, in milliseconds. */
struct backoff {
	unsigned first;
	unsigned max;
};

/* The next delay after *last (0: none yet), which it replaces. */
unsigned backoff_next(unsigned *last, struct backoff limits);

/* A run that began at started and ended at ended. */
struct run {
	moment started;
	moment ended;
	bool exited_0;
};

/*
 * When to start again. A run of CONFIG_RESPAWN_STEADY_MS or more, or one that
 * exited with 0, starts again at once, but no sooner than that time after its
 * start; any other waits for its back-off. *last is the back-off kept between
 * the runs.
 */
moment respawn_at(const struct run *run, unsigned *last, struct backoff limits);

#endif
