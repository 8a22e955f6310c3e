/*
 * cgroup v2: one parent with standing limits for all but critical services,
 * below it one child a service. A limit that only reacts comes too late.
 *
 *	/sys/fs/cgroup/              PID 1, critical services
 *	/sys/fs/cgroup/services/     memory.max, pids.max: less than the device
 *	/sys/fs/cgroup/services/ntpd a share of it, or memory= and tasks=
 */
#ifndef REAP_ADMISSION_CGROUP_H
#define REAP_ADMISSION_CGROUP_H

#include "admission_decide.h"

/* Limits: KiB and tasks, by kind; 0: none. */
struct admission_cgroup {
	int root;     /* of the hierarchy; -1: no cgroup v2 */
	int services; /* -1: nothing is capped */
	uint32_t limits[ADMISSION_KINDS];
	bool is_tight;
};

/*
 * Makes the parent below path, a mounted cgroup2, with its limits. 0, or
 * -errno: -ENODEV when path is no cgroup2. A controller that the kernel lacks
 * is no error: that limit then becomes 0 in *c.
 */
int admission_cgroup_open(struct admission_cgroup *c, const char *path,
			  const uint32_t limits[ADMISSION_KINDS]);

/* The cgroup of the service name, made where it is not there yet: its
 * descriptor, which the caller closes. -errno. */
int admission_cgroup_make(const struct admission_cgroup *c, const char *name);

/* For reap_spec.cgroup: a descriptor that the caller closes. -errno. */
int admission_cgroup_procs(int cgroup);

/* Gives it the wanted limits (0: the default share). 0, or -errno of the last
 * that was refused. */
int admission_cgroup_limit(const struct admission_cgroup *c, int cgroup,
			   const uint32_t wanted[ADMISSION_KINDS]);

/* Opens the one that is there. -errno. */
int admission_cgroup_find(const struct admission_cgroup *c, const char *name);

/* Out of memory, all of it is killed, not one process. Does nothing before
 * Linux 4.19. */
void admission_cgroup_whole(int cgroup);

/* Kills all that is in it, by its descriptor. Does nothing before Linux 5.14.
 */
void admission_cgroup_kill(int cgroup);

/* Removes it. 0; -EBUSY when a process is left in it; another -errno. */
int admission_cgroup_remove(const struct admission_cgroup *c, const char *name);

/* Under pressure: services get no more tasks than they have now; then the
 * standing limit again. 0, or -errno: then the limit is what it was. */
int admission_cgroup_tighten(struct admission_cgroup *c, bool tight);

#endif
