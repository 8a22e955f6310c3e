/* The container job's messages: on standard error, by level. */
#ifndef INIT_TELL_H
#define INIT_TELL_H

#include <stdbool.h>

enum tell_level {
	TELL_ERROR,
	TELL_WARNING,
	TELL_MORE, /* -v */
	TELL_ALL,  /* -vv */
};

/* "NAME: …\n". Without CONFIG_LOG only errors are linked. */
#define tell(level, ...)                                             \
	do {                                                         \
		if (IS_ENABLED(CONFIG_LOG) || (level) == TELL_ERROR) \
			tell_message(level, __VA_ARGS__);            \
	} while (0)

void tell_open(const char *name, int level);

bool tell_wants(enum tell_level level);

/* What poll(2) says of a write to descriptor now: POLLOUT, a trouble, 0 where
 * it would block. */
short tell_looks(int descriptor);

/* Never blocks: a line that descriptor 2 does not take at once is counted, and
 * the count said before the next one. */
void tell_message(enum tell_level level, const char *pattern, ...)
	__attribute__((format(printf, 2, 3)));

#endif
