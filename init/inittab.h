/* The inittab: text in, table out. Pure. */
#ifndef INIT_INITTAB_H
#define INIT_INITTAB_H

#include "service_options.h"

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACTION_SYSINIT,
	ACTION_WAIT,
	ACTION_ONCE,
	ACTION_RESPAWN,
	ACTION_ASKFIRST,
	ACTION_CTRLALTDEL,
	ACTION_SHUTDOWN,
	ACTION_RESTART,
	ACTIONS
};

/* Bytes of a tty's name: more than any in /dev has. */
enum { INITTAB_TTY_MAX = 58 };

struct inittab_entry {
	const char *tty; /* "": init's own console; no /dev/ in front */
	const char *command;
	struct service_options options;
	unsigned short line;
	unsigned char action;
};

/* entries has room for CONFIG_INITTAB_ENTRIES. */
struct inittab {
	struct inittab_entry *entries;
	unsigned count;
};

struct inittab_problem {
	unsigned line;
	unsigned column;
	const char *reason;
	const char *word; /* what it stumbled over */
	bool skipped;     /* the whole line, not only the word */
};

typedef void inittab_report(void *context,
			    const struct inittab_problem *problem);

/*
 * Parses in place: text is cut into strings that the table points to, so it
 * must live as long as the table, and has room for one byte behind its size.
 * Whatever is wrong is reported and left out.
 */
void inittab_parse(struct inittab *table, char *text, size_t size,
		   inittab_report *report, void *context);

/* What BusyBox does without a file, as one. */
extern const char inittab_builtin[];

/* The same service across a reload: the same name where both have one, else
 * the same tty and command. */
bool inittab_same_service(const struct inittab_entry *one,
			  const struct inittab_entry *other);

/* Nothing about it has changed. */
bool inittab_same_definition(const struct inittab_entry *one,
			     const struct inittab_entry *other);

#endif
