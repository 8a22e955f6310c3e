/* Starts the container's program. */
#ifndef INIT_CONTAINER_START_H
#define INIT_CONTAINER_START_H

#include "container_options.h"
#include "reap.h"
#include "signals.h"

/* 0 with child filled, or -errno of the fork, told. report may be NULL. */
int container_start(struct reap_child *child,
		    const struct container_options *options, char **environment,
		    const struct signal_inheritance *inherited,
		    struct reap_report *report);

/* Tells why the program could not be run. Returns the exit status. */
int container_not_started(const struct container_options *options,
			  enum reap_step step, int error);

#endif
