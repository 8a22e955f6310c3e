/* One supervised line of the inittab, as state × event. */
#ifndef INIT_SERVICE_H
#define INIT_SERVICE_H

#include "admission.h"
#include "clock.h"
#include "inittab.h"
#include "reap.h"

#include <stdbool.h>

enum service_state {
	SERVICE_IDLE,    /* nothing is wanted: not yet, or no more */
	SERVICE_WAITING, /* wanted; to be started at deadline */
	SERVICE_RUNNING,
	SERVICE_STOPPING, /* TERM sent; KILL at deadline */
	SERVICE_KILLED,   /* KILL sent; only its end is awaited */
	SERVICE_STATES
};

enum service_event {
	SERVICE_START,    /* it is to run */
	SERVICE_DEADLINE, /* service->deadline has passed */
	SERVICE_ENDED,    /* its process was reaped: service->record */
	SERVICE_STOP,     /* it is to end */
	SERVICE_EVENTS
};

enum { SERVICE_NAME_BYTES = 24 };

enum {
	STEPS_TO_LEAVE_OUT = 1 << REAP_STEP_OOM | 1 << REAP_STEP_CGROUP,
};

struct service {
	/* NULL: removed by a reload, or a free slot. */
	const struct inittab_entry *entry;
	struct reap_child child; /* pid 0: none */
	struct reap_record *record;
	moment started;       /* the run under way, or the last one */
	moment deadline;      /* NEVER: none */
	unsigned crash_delay; /* back-off kept between runs, milliseconds */
	unsigned spawn_delay; /* the same between refused forks */
	unsigned refusals;    /* forks refused since it is wanted */
	unsigned grace;       /* TERM to KILL, milliseconds */
	struct reap_report report; /* the child's, should it fail */
	unsigned short without;    /* 1 << step: it failed, and is left out */
	unsigned char state;       /* enum service_state */
	int told; /* why it can not be started, when that is no news any more */
	bool has_terminal; /* the run under way; a shell there ignores TERM */
	bool has_run;      /* to its end, or it never can */
	bool holds_boot;   /* a sysinit or wait line is under way */
	bool left_cgroup;  /* the last run's, in which something is left */
#if IS_ENABLED(CONFIG_ADMISSION)
	struct admission_request request;
	uint32_t used_kib;  /* by the last run, at its most */
	unsigned oom_delay; /* back-off kept between kills by the kernel */
	uint32_t oom_kills; /* in its cgroup, as last counted */
	bool is_admitted;   /* it was its turn in the queue */
	/* Made for it; "": none. A reload may change its name meanwhile. */
	char cgroup[SERVICE_NAME_BYTES + 8];
#endif
	bool mentioned; /* by the table that a reload brings */
	/* A copy: the text it came from is gone after two reloads. */
	char name[SERVICE_NAME_BYTES];
};

/* Gives the service its line, new or changed. */
void service_assign(struct service *service, const struct inittab_entry *entry);

void service_handle(struct service *service, enum service_event event,
		    moment now);

/* SIGHUP to a run that has a terminal: interactive shells ignore TERM. */
void service_hang_up(const struct service *service);

/* It has had its time: KILL, and nobody waits for it any more. */
void service_abandon(struct service *service, moment now);

static inline bool service_is_active(const struct service *service)
{
	return service->state != SERVICE_IDLE;
}

#endif
