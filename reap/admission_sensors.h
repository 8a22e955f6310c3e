/*
 * What admission reads of the kernel. Files are opened each time: no
 * descriptor is held, and where more than enough is free, which sysinfo(2)
 * tells, /proc/meminfo is not read at all. doc/low-memory.md has the cost.
 */
#ifndef REAP_ADMISSION_SENSORS_H
#define REAP_ADMISSION_SENSORS_H

#include "admission_decide.h"

struct admission_sensors {
	uint32_t total_kib;   /* of the device; ADMISSION_UNKNOWN */
	uint32_t tasks_limit; /* likewise */
	/* Folders of the cgroup that PID 1 is in, and of the services'
	 * parent, or -1; the caller's. */
	int folders[2];
};

/* What is missing or wrong, for one message each. */
enum admission_gap {
	ADMISSION_NO_MEMORY = 1 << 0, /* no /proc/meminfo */
	ADMISSION_NO_TASKS = 1 << 1,  /* no kernel.threads-max */
	ADMISSION_BAD_MARKS = 1 << 2, /* wanted marks do not fit the device */
};

/* Learns what does not change. Returns bits of enum admission_gap. */
unsigned admission_sensors_open(struct admission_sensors *sensors);

/*
 * Fills readings. Where more than enough_kib is free already, what the page
 * cache could give is not looked at: left is then less than it could be, but
 * above enough_kib. What does not concern class is not read either.
 */
void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib, unsigned class);

/* The files with a cgroup's limits. */
extern const char admission_limits[ADMISSION_KINDS][11];
extern const char admission_uses[ADMISSION_KINDS][15];

/* The number behind key ("": the first) in a file below folder (AT_FDCWD, or
 * a descriptor); UINT64_MAX when there is none. */
uint64_t admission_number(int folder, const char *path, const char *key);

#endif
