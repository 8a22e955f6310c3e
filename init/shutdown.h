/* The way down: shutdown lines, TERM, KILL, sync and unmount, reboot(2). Every
 * step has a deadline, and ends at once when nothing is left to wait for. */
#ifndef INIT_SHUTDOWN_H
#define INIT_SHUTDOWN_H

#include "clock.h"
#include "reap.h"

#include <stdbool.h>

enum shutdown_kind {
	SHUTDOWN_HALT,
	SHUTDOWN_POWEROFF,
	SHUTDOWN_REBOOT,
	SHUTDOWN_RESTART, /* exec the restart line in place of this init */
};

/* No child is left: nobody to wait for. Kept by the collector's caller. */
extern bool shutdown_alone;

/* is_device: this is the first pid namespace, so that the machine and its file
 * systems are ours to stop. */
void shutdown_prepare(bool is_device);

/* Begins; while one is under way, it is shortened: the kind stays. */
void shutdown_request(enum shutdown_kind kind, moment now);

bool shutdown_is_under_way(void);

/* Ends the step under way now. */
void shutdown_hurry(moment now);

/* Goes on, as far as can be done now. */
void shutdown_advance(moment now);

moment shutdown_deadline(void);

/* True when the record is of the child that syncs and unmounts. */
bool shutdown_child_ended(const struct reap_record *record);

#endif
