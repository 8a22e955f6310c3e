/* The line that tells at the end how and why the program has ended. */
#ifndef INIT_CONTAINER_REPORT_H
#define INIT_CONTAINER_REPORT_H

#include "clock.h"
#include "container_options.h"
#include "reap.h"

struct container_report {
	int descriptor; /* -1: none asked for */
	moment start;
	unsigned long long oom_kills; /* of the cgroup, at the start */
};

/* Opens what the options name. 0 or -errno. */
int report_open(struct container_report *report,
		const struct container_options *options);

void report_write(const struct container_report *report,
		  const struct container_options *options,
		  const struct reap_record *record, unsigned orphans,
		  int status);

/* The value of a line "oom_kill N" in a cgroup's memory.events. Pure. */
unsigned long long report_oom_kills(const char *text);

#endif
