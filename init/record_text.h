/* An exit record in words. Pure. */
#ifndef INIT_RECORD_TEXT_H
#define INIT_RECORD_TEXT_H

#include "reap.h"

struct record_text {
	char text[64];
};

/* "exited with 3", "killed by SIGSEGV (core dumped)",
 * "not started: exec: ENOENT". */
void record_describe(struct record_text *text,
		     const struct reap_record *record);

#endif
