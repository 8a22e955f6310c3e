/* The command field of an inittab line, as BusyBox reads it. Pure. */
#ifndef INIT_COMMAND_H
#define INIT_COMMAND_H

#include <stdbool.h>

/* Any line of an inittab fits. */
enum {
	COMMAND_WORDS_MAX = 64,
	COMMAND_BYTES_MAX = sizeof("exec ") + CONFIG_INITTAB_BYTES,
};

struct command {
	const char *path;
	char *argv[COMMAND_WORDS_MAX + 1];
	bool controlling_tty; /* a login shell: it wants job control */
	char text[COMMAND_BYTES_MAX];
};

/*
 * With any character that a shell would interpret, or more words than fit:
 * sh -c "exec …", else split on blanks. A '-' in front makes a login shell.
 * line has at most CONFIG_INITTAB_BYTES bytes.
 */
void command_parse(struct command *command, const char *line);

#endif
