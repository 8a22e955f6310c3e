/* The terminal that the container's program shares with the init. */
#ifndef INIT_CONTAINER_TERMINAL_H
#define INIT_CONTAINER_TERMINAL_H

#include "reap.h"

#include <stdbool.h>

/* Looks for the controlling terminal, and whether this process is in its
 * foreground. apart: the program is to have a process group of its own in any
 * case. To be called before the spawn. */
void terminal_look(bool apart);

/* Whether there is one. */
bool terminal_is_there(void);

/* In the child: a process group of its own, in the foreground if the init is
 * there; a job in the background never takes it. But where not both standard
 * input and output are the terminal, others of a pipeline or a script may need
 * it: the program stays with them, in the init's group, unless the init leads
 * the session or the group is asked for. */
void terminal_prepare_child(void);

/* The init was told to continue: where it is in the foreground, the program's
 * group takes that place, unless that is shared. */
void terminal_give(const struct reap_child *program);

/* The program has ended: the terminal goes back to the init's group. */
void terminal_take_back(const struct reap_child *program);

enum terminal_stop {
	STOP_CONTINUED, /* stopped, and CONT has come */
	STOP_REFUSED,   /* by the kernel: nobody could ever continue it */
	STOP_ELSEWHERE, /* stopped the rest of its group, outside the namespace;
			   CONT will come */
};

/* The program was stopped by signal number: stops the init's own group, so that
 * the shell that waits for it sees that its job has stopped. */
enum terminal_stop terminal_stop_with(int number);

/* dumb-init's way: gives the controlling terminal up for the child's session to
 * take. True when this process led the session, and so gets HUP and CONT. */
bool terminal_give_up(void);

#endif
