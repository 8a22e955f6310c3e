/*
 * cgroup v2: one parent with standing limits for all but critical services,
 * below it one child a service. A limit that only reacts comes too late.
 *
 *	/sys/fs/cgroup/              PID 1, critical services
 *	/sys/fs/cgroup/services/     pids.max, memory.max: less than the device
 *	/sys/fs/cgroup/services/ntpd a share of it, or tasks= and memory=
 */
#ifndef REAP_ADMISSION_CGROUP_H
#define REAP_ADMISSION_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct admission_cgroup {
	int root;            /* of the hierarchy, or of our part of it; -1 */
	int services;        /* -1: no cgroup v2, nothing is capped */
	uint32_t tasks;      /* limit of services; 0: none */
	uint32_t memory_kib; /* likewise */
	bool tight;
};

/* What a service may take; 0: the default share. */
struct admission_share {
	uint32_t tasks;
	uint32_t memory_kib;
	bool whole; /* no share: as much as all services together */
};

/*
 * Makes the parent below path, a mounted cgroup2, with tasks and memory_kib
 * as its limits (0: none). 0, or -errno with both descriptors -1: -ENODEV when
 * path is no cgroup2. A controller that the kernel lacks is no error: then that
 * limit is 0 in *c.
 */
int admission_cgroup_open(struct admission_cgroup *c, const char *path,
			  uint32_t tasks, uint32_t memory_kib);

/* Makes the cgroup of the service name, with its limits, and returns its
 * descriptor, for reap_spec.cgroup; the caller closes it. -errno. */
int admission_cgroup_make(const struct admission_cgroup *c, const char *name,
			  const struct admission_share *share);

/* Opens it. -errno. */
int admission_cgroup_find(const struct admission_cgroup *c, const char *name);

/* Kills all that is in it. 0 or -errno (-ENOENT before Linux 5.14). */
int admission_cgroup_kill(const struct admission_cgroup *c, const char *name);

/* Removes it; -EBUSY while a process is left in it. */
int admission_cgroup_remove(const struct admission_cgroup *c, const char *name);

/* The number in one of its files, UINT64_MAX for none and "max". */
uint64_t admission_cgroup_number(int cgroup, const char *file);

/* Under pressure: services get no more tasks than they have now; then the
 * standing limit again. */
void admission_cgroup_tighten(struct admission_cgroup *c, bool tight);

#endif
