/*
 * Fork admission: whether there is room for one more process, who goes first
 * when there is not, and when to look again. doc/low-memory.md says why.
 *
 * The caller asks before every spawn and says how the spawn went:
 *
 *	switch (admission_ask(&a, &request, now, &reason)) {
 *	case ADMISSION_ADMIT:  spawn, then admission_started() or _failed()
 *	case ADMISSION_DEFER:  request is queued now; nothing else to do
 *	case ADMISSION_REFUSE: it can never fit
 *	}
 *
 * and in its loop, with admission_deadline() among its deadlines:
 *
 *	if (something was reaped)
 *		admission_wake(&a, now);
 *	while ((request = admission_next(&a, now)))
 *		spawn, then admission_started() or admission_failed()
 *
 * No allocation, no lock, no wait. What can not be read is no reason to defer.
 */
#ifndef REAP_ADMISSION_H
#define REAP_ADMISSION_H

#include "admission_decide.h"
#include "admission_sensors.h"

#include <stdbool.h>
#include <stdint.h>

#define ADMISSION_NEVER UINT64_MAX

/* One who wants to be started; lives in the caller's table as long as it is
 * queued. Fields above the line are the caller's to fill. */
struct admission_request {
	uint32_t need_kib;   /* declared, or measured; 0: not known */
	unsigned char class; /* enum admission_class */
	bool declared;       /* need_kib is a promise, no measurement */
	/* ---- */
	bool queued;
	uint64_t since; /* waits since then, milliseconds */
	struct admission_request *next;
};

struct admission {
	struct admission_marks marks;
	struct admission_sensors sensors;
	struct admission_reason reason;  /* why the first in the queue waits */
	struct admission_request *queue; /* by class, then first come */
	uint64_t deadline; /* of the next look while something is queued */
	uint64_t looked;   /* time of the last look */
	unsigned delay;    /* back-off, milliseconds; 0: none yet */
	int error;         /* errno of the fork that the kernel refused last */
	/* What was admitted lately and may not have taken its memory yet: since
	 * then, and in the half second before. */
	uint64_t begun;
	uint32_t settling_kib;
	uint32_t before_kib;
};

/*
 * Learns what the device has and computes the marks; what is not 0 in wanted
 * replaces a computed one. To be called again when /proc may have come. The
 * descriptors in a->sensors.folders are the caller's to set. Returns what is
 * wrong or missing, as bits of enum admission_gap.
 */
unsigned admission_init(struct admission *a,
			const struct admission_wanted *wanted);

/* Decides. DEFER has put the request in the queue; reason says what is short
 * of what unless the verdict is ADMIT. The request must not be queued. */
enum admission_verdict admission_ask(struct admission *a,
				     struct admission_request *request,
				     uint64_t now,
				     struct admission_reason *reason);

/* The next request that may start now, taken out of the queue; NULL when none
 * may, and then deadline is set. Call it whenever deadline has passed. */
struct admission_request *admission_next(struct admission *a, uint64_t now);

/* An admitted request was started. */
void admission_started(struct admission *a, struct admission_request *request,
		       uint64_t now);

/* An admitted request was refused by the kernel with error (positive errno):
 * it is first of its class again, and nobody forks before the deadline. */
void admission_failed(struct admission *a, struct admission_request *request,
		      int error, uint64_t now);

/* Takes a request back, queued or not. */
void admission_cancel(struct admission *a, struct admission_request *request);

/* Something was freed or may have been: look again, at once if the last look
 * is CONFIG_ADMISSION_RETRY_FIRST_MS ago. Costs nothing when none waits. */
void admission_wake(struct admission *a, uint64_t now);

/* When to call admission_next: ADMISSION_NEVER while none waits. */
static inline uint64_t admission_deadline(const struct admission *a)
{
	return a->queue ? a->deadline : ADMISSION_NEVER;
}

#endif
