/* The rules of admission. Pure: readings, a demand and marks in, a verdict
 * and its reason out. Memory is in KiB throughout. */
#ifndef REAP_ADMISSION_DECIDE_H
#define REAP_ADMISSION_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

enum admission_class {
	ADMISSION_CRITICAL,  /* passes the floors, not the hard ones */
	ADMISSION_NORMAL,    /* waits below the floors */
	ADMISSION_SHEDDABLE, /* may be stopped to make room */
	ADMISSION_CLASSES
};

enum admission_verdict {
	ADMISSION_ADMIT,
	ADMISSION_DEFER,  /* not now */
	ADMISSION_REFUSE, /* never: more than there is */
};

/* What can run short; even ones are memory, odd ones are tasks. */
enum admission_resource {
	ADMISSION_DEVICE_MEMORY,
	ADMISSION_DEVICE_TASKS,
	ADMISSION_OWN_MEMORY, /* limits on the cgroup that PID 1 is in */
	ADMISSION_OWN_TASKS,
	ADMISSION_SERVICES_MEMORY, /* limits on all but critical services */
	ADMISSION_SERVICES_TASKS,
	ADMISSION_RESOURCES,
	ADMISSION_FORK = ADMISSION_RESOURCES, /* the kernel's own verdict */
	ADMISSION_TURN,                       /* others come first */
};

enum { ADMISSION_MEMORY, ADMISSION_TASKS, ADMISSION_KINDS };

#define ADMISSION_UNKNOWN UINT32_MAX

/* What is left of how much; ADMISSION_UNKNOWN where it can not be read. */
struct admission_amount {
	uint32_t left;
	uint32_t limit;
};

struct admission_readings {
	struct admission_amount of[ADMISSION_RESOURCES];
};

/* hard: nobody starts if less would be left. floor: only critical ones do.
 * resume: once something waits, this has to be left again. */
struct admission_mark {
	uint32_t hard;
	uint32_t floor;
	uint32_t resume;
};

struct admission_marks {
	struct admission_mark of[ADMISSION_KINDS];
};

/* Marks asked for; 0: compute. */
struct admission_wanted {
	uint32_t floor_kib;
	uint32_t resume_kib;
	uint32_t tasks;
};

struct admission_demand {
	uint32_t need_kib;
	uint32_t held_kib;   /* back for those that have just started */
	unsigned char class; /* enum admission_class */
	bool declared;       /* the need is a promise: it may be refused */
	bool resuming;       /* something waits: the resume marks hold */
};

/* have of what are left, want would be needed: the need and the mark. With
 * ADMISSION_FORK have is the errno. */
struct admission_reason {
	unsigned char what; /* enum admission_resource */
	uint32_t have;
	uint32_t want;
};

enum admission_verdict admission_decide(const struct admission_readings *now,
					const struct admission_demand *demand,
					const struct admission_marks *marks,
					struct admission_reason *reason);

/*
 * The marks for a device with total_kib of memory and room for tasks_limit
 * tasks (either may be unknown). False when wanted is no use for such a device
 * (floor or tasks above half of what there is, or resume below the floor): then
 * that one is computed.
 */
bool admission_compute_marks(struct admission_marks *marks,
			     const struct admission_wanted *wanted,
			     uint32_t total_kib, uint32_t tasks_limit);

#endif
