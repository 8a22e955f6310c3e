/* Descriptors that become ready when memory may have been freed, or runs
 * short: hints to look again, never a verdict. */
#ifndef REAP_ADMISSION_HINTS_H
#define REAP_ADMISSION_HINTS_H

#include <poll.h>

enum {
	ADMISSION_HINT_PRESSURE, /* PSI: tasks stall for lack of memory */
	ADMISSION_HINT_EVENTS,   /* memory.events of the services changed */
	ADMISSION_HINTS
};

struct admission_hints {
	int descriptors[ADMISSION_HINTS];
};

/* Opens what the kernel has, -1 for the rest. services: descriptor of the
 * services' cgroup, or -1. */
void admission_hints_open(struct admission_hints *hints, int services);

/* Fills watched with those that are open; returns how many. */
unsigned admission_hints_watch(const struct admission_hints *hints,
			       struct pollfd watched[ADMISSION_HINTS]);

/* Clears what has made them ready, after a wait that returned. */
void admission_hints_clear(const struct admission_hints *hints);

#endif
