/* Between the services and admission: who asks with what, what is said about
 * it, and what else has to make room. */
#ifndef INIT_ADMIT_H
#define INIT_ADMIT_H

#include "boot_words.h"
#include "service.h"

/* Opens what can be read. Again, when sysinit may have brought /proc and the
 * cgroups; what is still missing is said then. */
void admit_open(const struct boot_words *words, bool is_device);
void admit_open_again(void);

/* Whether the service may be spawned now. False: it is queued, or can never be
 * started and has_run is set; nothing else is to be done. */
bool admit_may_start(struct service *service, moment now);

/* How the spawn went. admit_refused returns false when the refusal was not for
 * lack of room, and then the service is not queued. */
void admit_started(struct service *service, moment now);
bool admit_refused(struct service *service, int error, moment now);

/* It is not wanted any more. */
void admit_forget(struct service *service);

/* For reap_spec.cgroup; below 0 for none. Given back by admit_entered. */
int admit_cgroup(struct service *service);
void admit_entered(int procs);

/* No line is waited for any more. */
void admit_boot_is_over(void);

/* Kills all that the service has left behind. */
void admit_kill(const struct service *service);

/* Removes its cgroup, unless something is left in it: then it is to be called
 * again. */
void admit_leave_cgroup(struct service *service);

/* Its process was reaped: what it took is remembered. Returns for how long not
 * to start it again since the kernel has killed it for lack of memory; 0 when
 * it has not. */
unsigned admit_ended(struct service *service, moment now);

/* Once a turn: freed says whether anything was reaped. */
void admit_turn(bool freed, moment now);

/* Who waits, short of what, since when. */
void admit_tell(moment now);

moment admit_deadline(void);

#endif
