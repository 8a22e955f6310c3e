/* A file read line by line, through a buffer of the longest line. */
#ifndef INIT_LINES_H
#define INIT_LINES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct lines {
	int descriptor;
	size_t used;
	size_t taken;
	int last; /* what the last read returned; of a failed one errno tells */
	bool cut; /* what follows is the rest of a line that was too long */
	char buffer[2 * PATH_MAX];
};

/* 0, or -errno with nothing to close. */
int lines_open(struct lines *lines, const char *path);

/* The next line, without its newline, in the buffer until the next call; NULL
 * at the end. A longer one than the buffer is cut; its rest is no line. */
char *lines_next(struct lines *lines);

bool lines_rewind(struct lines *lines);

void lines_close(struct lines *lines);

#endif
