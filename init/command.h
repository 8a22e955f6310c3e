/* The command field of an inittab line, as BusyBox reads it. Pure. */
#ifndef INIT_COMMAND_H
#define INIT_COMMAND_H

#include <stdbool.h>

enum { COMMAND_WORDS_MAX = 64, COMMAND_BYTES_MAX = 512 + 8 };

struct command {
	const char *path;
	char *argv[COMMAND_WORDS_MAX + 1];
	bool controlling_tty; /* a login shell: it wants job control */
	char text[COMMAND_BYTES_MAX];
};

/*
 * With any character that a shell would interpret: sh -c "exec …", else split
 * on blanks. A '-' in front makes a login shell. 0, or -E2BIG.
 */
int command_parse(struct command *command, const char *line);

#endif
