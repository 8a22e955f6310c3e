/* The log: one line an event, to the console and by option to the kernel's
 * log. It never blocks; what can not be written is counted and said later. */
#ifndef INIT_LOG_H
#define INIT_LOG_H

#include "clock.h"

#include <poll.h>
#include <stdbool.h>

enum log_target {
	LOG_TO_NONE = 0,
	LOG_TO_CONSOLE = 1 << 0,
	LOG_TO_KMSG = 1 << 1,
};

/* Writes "foster: …\n". Without CONFIG_LOG neither code nor text is linked. */
#define message(...)                              \
	do {                                      \
		if (IS_ENABLED(CONFIG_LOG))       \
			log_message(__VA_ARGS__); \
	} while (0)

void log_message(const char *pattern, ...)
	__attribute__((format(printf, 1, 2)));

/* What follows goes to targets (enum log_target), the console opened by path
 * on a description of its own: O_NONBLOCK belongs to a description, and those
 * of the children must block. NULL: no console. */
void log_open(const char *console, unsigned targets);

/* Words of foster.log=: console, kmsg, both, none. False when it is none. */
bool log_targets_by_name(const char *word, unsigned *targets);

/* Writes what waits for the console, as far as it goes without blocking. */
void log_flush(void);

/*
 * While text waits for the console: true, with *watch filled, and *deadline
 * brought forward where the console has to be tried again by time, since it
 * said that it is writable and then took nothing.
 */
bool log_waits(struct pollfd *watch, moment *deadline);

/* The watched descriptor had revents, or the deadline has passed. */
void log_try_again(moment now);

#endif
