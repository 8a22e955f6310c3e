/* The terminal that the container's program shares with the init. */
#ifndef INIT_CONTAINER_TERMINAL_H
#define INIT_CONTAINER_TERMINAL_H

#include "reap.h"

#include <stdbool.h>

/* Looks whether descriptors 0 to 2 have the controlling terminal, and whether
 * this process is in its foreground. To be called before the spawn. */
void terminal_look(void);

/* Whether there is one. */
bool terminal_is_there(void);

/* In the child: a process group of its own, in the foreground if the init is
 * there and its standard input is the terminal; a job in the background never
 * takes it, nor does one whose input is a pipe, as the others of the pipeline
 * may read from it. */
void terminal_prepare_child(void);

/* The init was told to continue: where it is in the foreground, the program's
 * group takes that place, under the same condition. */
void terminal_give(const struct reap_child *program);

/* Signal number has stopped the program. True when that was for the use of a
 * terminal whose foreground the init is in; the program's is then, and it has
 * to be continued. */
bool terminal_lend(const struct reap_child *program, int number);

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
