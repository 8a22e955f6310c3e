/* The container job: one program, its signals, its orphans, its status. */
#ifndef INIT_CONTAINER_H
#define INIT_CONTAINER_H

#include "signals.h"

#include <stdbool.h>

/* Whether it is the name of another container's init, whose job it then has to
 * be, also without a program. */
bool container_has_peer(const char *name);

/* first: this is PID 1. Returns the exit status. */
int container_main(int argc, char **argv, char **environment,
		   const struct signal_inheritance *inherited, bool first);

#endif
