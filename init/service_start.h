/* From a line of the inittab to a process. */
#ifndef INIT_SERVICE_START_H
#define INIT_SERVICE_START_H

#include "service.h"

/* The environment of every child: what the kernel gave, and the defaults. */
void service_environment(char **from_kernel);

char **service_environ(void);

/* The path of a line's tty, which has no /dev/ in front, in a static buffer;
 * NULL for none. */
const char *service_tty_path(const char *tty);

/* Starts service's command. 0, or -errno of the fork that was refused. */
int service_spawn(struct service *service);

/* Turns the record of a child that failed before its exec into one that says
 * so: the child left step and errno in the service's report. */
void service_settle(const struct service *service, struct reap_record *record);

/* The memory in which lines that ran in turn were started. */
void service_start_give_back(void);

#endif
