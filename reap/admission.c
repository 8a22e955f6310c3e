#include "admission.h"

#include <stddef.h>

/* A started program takes its memory within this time; until then what it is
 * expected to need is held back. */
enum { SETTLE_MS = 500 };

/* A measured need is a guess from a former run. One that has waited so long
 * is judged without it. */
enum { PATIENCE_MS = 3000 };

static uint32_t add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

unsigned admission_init(struct admission *a,
			const struct admission_wanted *wanted)
{
	unsigned gaps = admission_sensors_open(&a->sensors);

	if (!admission_compute_marks(&a->marks, wanted, a->sensors.total_kib,
				     a->sensors.tasks_limit))
		gaps |= ADMISSION_BAD_MARKS;
	return gaps;
}

/* Those who start again and again must not put the end off: each start is held
 * back for one to two of these times. */
static void settle(struct admission *a, uint64_t now)
{
	uint64_t passed = now - a->begun;

	if (passed < SETTLE_MS)
		return;
	a->before_kib = passed - SETTLE_MS < SETTLE_MS ? a->settling_kib : 0;
	a->settling_kib = 0;
	a->begun = now;
}

/* ---- the queue: by class, within a class first come, first served. */
static struct admission_request **place(struct admission *a, unsigned class,
					bool in_front)
{
	struct admission_request **link = &a->queue;

	while (*link &&
	       (in_front ? (*link)->class < class : (*link)->class <= class))
		link = &(*link)->next;
	return link;
}

static void enqueue(struct admission *a, struct admission_request *request,
		    bool in_front, uint64_t now)
{
	struct admission_request **link = place(a, request->class, in_front);

	request->next = *link;
	request->queued = true;
	if (!request->since)
		request->since = now;
	*link = request;
}

static void dequeue(struct admission *a, struct admission_request *request)
{
	struct admission_request **link = &a->queue;

	while (*link && *link != request)
		link = &(*link)->next;
	if (*link)
		*link = request->next;
	request->next = NULL;
	request->queued = false;
}

/* ---- when to look again */
static unsigned longest_wait(const struct admission *a)
{
	return a->queue->class == ADMISSION_CRITICAL
		       ? CONFIG_ADMISSION_RETRY_MAX_MS / 4
		       : CONFIG_ADMISSION_RETRY_MAX_MS;
}

static void back_off(struct admission *a, uint64_t now)
{
	unsigned most = longest_wait(a);

	a->delay = a->delay ? a->delay * 2 : CONFIG_ADMISSION_RETRY_FIRST_MS;
	if (a->delay > most)
		a->delay = most;
	a->deadline = now + a->delay;
}

void admission_wake(struct admission *a, uint64_t now)
{
	uint64_t soonest = a->looked + CONFIG_ADMISSION_RETRY_FIRST_MS;

	/* The kernel's own refusal is tried again by time only. */
	if (!a->queue || a->error)
		return;
	if (soonest < now)
		soonest = now;
	if (a->deadline > soonest)
		a->deadline = soonest;
}

/* ---- verdicts */
static enum admission_verdict judge(struct admission *a,
				    const struct admission_request *request,
				    uint64_t now,
				    struct admission_reason *reason)
{
	struct admission_readings readings;
	struct admission_demand demand = {
		.need_kib = request->need_kib,
		.class = request->class,
		.declared = request->declared,
		.resuming = a->queue,
	};

	settle(a, now);
	if (request->class != ADMISSION_CRITICAL)
		demand.held_kib = add(a->settling_kib, a->before_kib);
	if (!request->declared && request->since &&
	    now >= request->since + PATIENCE_MS)
		demand.need_kib = 0;
	a->looked = now;
	admission_sensors_read(&a->sensors, &readings,
			       add(add(demand.need_kib, demand.held_kib),
				   a->marks.of[ADMISSION_MEMORY].resume),
			       demand.class);
	return admission_decide(&readings, &demand, &a->marks, reason);
}

/* Whether others come first, or the kernel has just refused a fork. */
static bool has_to_wait(const struct admission *a,
			const struct admission_request *request, uint64_t now,
			struct admission_reason *reason)
{
	if (!a->queue)
		return false;
	if (a->error && now < a->deadline) {
		reason->what = ADMISSION_FORK;
		reason->have = (uint32_t)a->error;
		return true;
	}
	*reason = (struct admission_reason){.what = ADMISSION_TURN};
	return a->queue->class <= request->class;
}

enum admission_verdict admission_ask(struct admission *a,
				     struct admission_request *request,
				     uint64_t now,
				     struct admission_reason *reason)
{
	enum admission_verdict verdict = ADMISSION_DEFER;

	/* What one that was taken back has waited is not this one's. */
	if (!a->queue) {
		a->error = 0;
		a->delay = 0;
	}
	request->since = 0;
	if (!has_to_wait(a, request, now, reason))
		verdict = judge(a, request, now, reason);
	if (verdict != ADMISSION_DEFER)
		return verdict;
	enqueue(a, request, false, now);
	if (a->queue == request) {
		a->reason = *reason;
		/* The wait is its own now; but what the kernel has refused is
		 * tried again sooner for a critical one only. */
		if (!a->error || request->class == ADMISSION_CRITICAL) {
			a->delay = 0;
			back_off(a, now);
		}
	}
	return verdict;
}

struct admission_request *admission_next(struct admission *a, uint64_t now)
{
	struct admission_request *first = a->queue;

	if (!first || now < a->deadline)
		return NULL;
	if (judge(a, first, now, &a->reason) == ADMISSION_ADMIT) {
		dequeue(a, first);
		return first;
	}
	a->error = 0;
	back_off(a, now);
	return NULL;
}

void admission_started(struct admission *a, struct admission_request *request,
		       uint64_t now)
{
	settle(a, now);
	a->settling_kib = add(a->settling_kib, request->need_kib);
	request->since = 0;
	a->error = 0;
	a->delay = 0;
}

void admission_failed(struct admission *a, struct admission_request *request,
		      int error, uint64_t now)
{
	enqueue(a, request, true, now);
	a->error = error;
	a->reason = (struct admission_reason){
		.what = ADMISSION_FORK,
		.have = (uint32_t)error,
	};
	back_off(a, now);
}

void admission_cancel(struct admission *a, struct admission_request *request)
{
	if (request->queued)
		dequeue(a, request);
	request->since = 0;
}
