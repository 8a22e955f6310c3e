/* To whom the container job sends signals. */
#ifndef INIT_CONTAINER_SIGNALS_H
#define INIT_CONTAINER_SIGNALS_H

#include "container_options.h"
#include "reap.h"

/* To all processes but this one: as PID 1 those of its namespace, else those
 * that descend from it. False when there is none. */
bool signal_all(int number);

/* To the program, its group or all, as options says. A failure is told. */
void signal_program(const struct reap_child *program,
		    enum container_forward forward, int number);

/* Whether there is a report on the program of what: WSTOPPED, WCONTINUED, or
 * both. It is left where it is. */
bool program_has(const struct reap_child *program, int what);

/* The signal that has stopped it since the last call, or 0. */
int program_take_stop(const struct reap_child *program);

#endif
