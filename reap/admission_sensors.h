/* What admission reads of the kernel: kept-open descriptors and pread(2). */
#ifndef REAP_ADMISSION_SENSORS_H
#define REAP_ADMISSION_SENSORS_H

#include "admission_decide.h"

enum admission_file {
	ADMISSION_MEMORY_MAX,
	ADMISSION_MEMORY_CURRENT,
	ADMISSION_MEMORY_STAT,
	ADMISSION_PIDS_MAX,
	ADMISSION_PIDS_CURRENT,
	ADMISSION_FILES
};

/* The limits of one cgroup: descriptors, -1 where there is no such file. */
struct admission_limits {
	int files[ADMISSION_FILES];
};

struct admission_sensors {
	int meminfo;
	uint32_t total_kib;
	uint32_t tasks_limit; /* of the device; ADMISSION_UNKNOWN */
	/* Of the cgroup that PID 1 is in, and of the services' parent. */
	struct admission_limits limits[2];
};

/* What is missing or wrong, for one message each. */
enum admission_gap {
	ADMISSION_NO_MEMINFO = 1 << 0, /* /proc/meminfo: memory is not seen */
	ADMISSION_NO_TASKS = 1 << 1,   /* kernel.threads-max: nor are tasks */
	ADMISSION_BAD_MARKS = 1 << 2,  /* wanted marks do not fit the device */
};

/*
 * Opens what is there; closes what an earlier call has opened. The first call
 * must find all bytes 0. own: descriptor of the folder of the own cgroup, or
 * -1; services: of the services' parent, or -1. Both stay the caller's.
 * Returns bits of enum admission_gap.
 */
unsigned admission_sensors_open(struct admission_sensors *sensors, int own,
				int services);

/*
 * Fills readings. Where more than enough_kib is free already, what the page
 * cache could give is not looked at: left is then less than it could be, but
 * above enough_kib.
 */
void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib);

/* How many processes the kernel has killed for lack of memory since it
 * started, of /proc/vmstat; UINT64_MAX where it does not count them. */
uint64_t admission_oom_kills(void);

/* The same of a cgroup and all below, by the descriptor of its folder. */
uint64_t admission_cgroup_oom_kills(int cgroup);

#endif
