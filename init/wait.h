/* The one wait of PID 1. */
#ifndef INIT_WAIT_H
#define INIT_WAIT_H

#include "clock.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>

/*
 * Takes one pending signal, or waits for one until deadline.
 *
 * Without watched descriptors the wait is sigtimedwait(2) alone: a signal
 * keeps its sender, real-time signals their number and order, and no handler
 * exists. With descriptors it is ppoll(2) over these and a signalfd; a kernel
 * without signalfd looks at the descriptors once a second instead.
 *
 * Returns the signal's number with *info filled, or 0 when the deadline has
 * passed or a descriptor in watched has revents.
 */
int wait_for_signal(siginfo_t *info, moment deadline, struct pollfd *watched,
		    unsigned count);

#endif
