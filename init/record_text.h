/* An exit record in words. Pure. */
#ifndef INIT_RECORD_TEXT_H
#define INIT_RECORD_TEXT_H

#include "reap.h"

/* A program not started for a line of its envfile has the line's number above
 * the errno. */
enum { RECORD_LINE_SHIFT = 8 };

struct record_text {
	char text[64];
};

/* "exited with 3", "killed by SIGSEGV (core dumped)",
 * "not started: exec: ENOENT". */
void record_describe(struct record_text *text,
		     const struct reap_record *record);

#endif
