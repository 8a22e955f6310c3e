/* All services: the pool, who is who by pid, the change of the table. */
#ifndef INIT_SERVICES_H
#define INIT_SERVICES_H

#include "service.h"

enum {
	/* Twice: those of the table, and those that a reload removed and that
	 * have not ended yet; and the test command. */
	SERVICES_MAX = 2 * CONFIG_INITTAB_ENTRIES,
};

/* In memory that the children share, for the sake of service->report: the
 * kernel counts memory by pages, and this saves one. */
extern struct service *services;

/* Behind the last slot that has ever been used: those behind it have not been
 * touched, and take no memory. */
extern struct service *services_end;

#define EACH_SERVICE(service)               \
	struct service *service = services; \
	service < services_end;             \
	service++

/* The first slot is the test command's. */
#define TEST_SERVICE (&services[0])

/* Respawns wait: after SIGTSTP, or since a shutdown began. */
extern bool services_held;
extern bool services_ending;

/* Once, before anything else here. */
void services_prepare(void);

/*
 * Makes table the one that is served. Unchanged services keep running;
 * changed and removed ones are told to stop, but for a sysinit or wait line,
 * which runs to its end; added ones are idle until boot starts them. The first
 * table is what boots. Returns false, with nothing done, when too many removed
 * ones have not ended yet.
 */
bool services_replace(const struct inittab *table, moment now);

/* Whether a sysinit or wait line is under way, one too that the table has no
 * more: a boot's script is not stopped half way. */
bool services_hold_boot(void);

/* The first service of action, in the order of the table, that has not run to
 * its end; NULL when there is none. */
struct service *services_next(enum action action);

/* Starts every idle one of action that has not run. */
void services_start(enum action action, moment now);

/* Lets idle ones of action run once more. */
void services_forget_runs(enum action action);

/* Hands the record to the service that it is of. False: an orphan's. */
bool services_ended(struct reap_record *record, moment now);

/* SIGHUP to all that have a terminal. */
void services_hang_up(void);

/* Takes back every start that has not happened yet. */
void services_forget_waiting(moment now);

/* Acts on every deadline that has passed. */
void services_check_deadlines(moment now);

/* The next deadline of any; NEVER. */
moment services_deadline(void);

#endif
