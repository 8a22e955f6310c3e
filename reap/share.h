/* A child that runs in its parent's memory, at the same time, until its exec.
 */
#ifndef REAP_SHARE_H
#define REAP_SHARE_H

#include "reap.h"
#include "thread.h"

enum { REAP_SHARE_STACK_BYTES = 6 * 1024 };

/*
 * What such a child has of its own, of a program of one thread that has all
 * signals blocked; it stays until in_use is 0. A spec that names one has no
 * prepare, no limits and no REAP_SET_OOM (the kernel sets that for all that
 * share the memory), and what it points to stays as it is while the share is in
 * use. spec itself is copied.
 */
struct reap_share {
	volatile int in_use; /* the kernel clears it at the child's exec or end;
				the caller where it was reaped without */
	union thread thread;
	struct reap_spec spec;
	char stack[REAP_SHARE_STACK_BYTES] __attribute__((aligned(16)));
};

#endif
