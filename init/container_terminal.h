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

/* Whether the program stays in the init's process group, with all that shares
 * the terminal: unless the init leads the session, or the program is apart. */
bool terminal_is_shared(void);

/* In the child: a process group of its own, in the foreground if the init is
 * there. A job in the background never takes it. Not where the group is
 * shared. */
void terminal_prepare_child(void);

/* Where the init is in the foreground, the program's group takes that place,
 * and the call is true; but not where it is shared. */
bool terminal_give(const struct reap_child *program);

/* The program has ended: the terminal goes back to the init's group. */
void terminal_take_back(const struct reap_child *program);

/* The program was stopped by signal number: stops the init's own group, so that
 * the shell that waits for it sees that its job has stopped. has_stopped: the
 * terminal has sent a stop to that group, as to the program. True when CONT has
 * come, and is the next signal, or will come; false when the kernel has refused
 * to stop who nobody could ever continue. */
bool terminal_stop_with(int number, bool has_stopped);

/* dumb-init's way: gives the controlling terminal up for the child's session to
 * take. True when this process led the session, and so gets HUP and CONT. */
bool terminal_give_up(void);

#endif
