/* All processes that /proc shows. */
#ifndef INIT_PROCESSES_H
#define INIT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	pid_t parent;
	char state; /* 'R', 'S', 'Z', … */
	char name[16];
};

/* A line of /proc/PID/stat; a name may hold any byte, ") Z 1 (" too. Pure.
 * False when it is none. */
bool process_parse(struct process *process, const char *text, size_t length);

/* False when there is none, or /proc is not there. */
bool process_read(struct process *process, pid_t pid);

/* Calls visit for each. False, without a call, when /proc is not there. */
bool processes_visit(void (*visit)(const struct process *process,
				   void *context),
		     void *context);

/* True when ancestor is above it; a chain that breaks off meanwhile is none. */
bool process_descends(const struct process *process, pid_t ancestor);

#endif
