/* What a service wants done in its own process before its program starts:
 * files read there can not hold up PID 1. */
#ifndef INIT_SERVICE_CHILD_H
#define INIT_SERVICE_CHILD_H

#include "inittab.h"
#include "reap.h"

struct service_child {
	const struct inittab_entry *entry;
	struct reap_spec *spec;
	char **environment; /* room for one entry more a variable of envfile */
	unsigned room;
};

/* Hooks child into spec where entry asks for a prompt, a user or an envfile.
 * Both must live until reap_spawn has returned. */
void service_child_prepare(struct service_child *child, struct reap_spec *spec);

#endif
