#include "admission_decide.h"

#include <stddef.h>

static uint32_t add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static bool concerns(unsigned resource, unsigned class)
{
	return class != ADMISSION_CRITICAL ||
	       resource < ADMISSION_SERVICES_MEMORY;
}

/* hard is an eighth of the floor, resume half as much again. */
static void derive(struct admission_mark *mark, uint32_t floor)
{
	mark->floor = floor;
	mark->hard = floor / 8;
	mark->resume = floor + floor / 2 + 1;
}

/* The marks are the device's. A cgroup around PID 1 that they leave nothing of
 * is kept as a device of that size is. */
static struct admission_mark fit(const struct admission_marks *marks,
				 unsigned resource, uint32_t limit)
{
	struct admission_mark mark = marks->of[resource % 2];

	if (resource / 2 == ADMISSION_OWN_MEMORY / 2 &&
	    mark.resume > limit / 4 * 3)
		derive(&mark, limit / 16);
	return mark;
}

/* What it has to leave where nothing waits. */
static uint32_t least_for(const struct admission_mark *mark, unsigned class)
{
	return class == ADMISSION_CRITICAL ? mark->hard : mark->floor;
}

/* A sheddable one that comes back too early is stopped again: it always waits
 * for the resume mark. */
static uint32_t mark_for(const struct admission_mark *mark,
			 const struct admission_demand *demand)
{
	if (demand->class != ADMISSION_CRITICAL &&
	    (demand->resuming || demand->class == ADMISSION_SHEDDABLE))
		return mark->resume;
	return least_for(mark, demand->class);
}

enum admission_verdict admission_decide(const struct admission_readings *now,
					const struct admission_demand *demand,
					const struct admission_marks *marks,
					struct admission_reason *reason)
{
	enum admission_verdict verdict = ADMISSION_ADMIT;

	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++) {
		const struct admission_amount *amount = &now->of[i];
		struct admission_mark mark = fit(marks, i, amount->limit);
		uint32_t need = i % 2 ? 1 : demand->need_kib;

		if (amount->left == ADMISSION_UNKNOWN ||
		    !concerns(i, demand->class))
			continue;
		uint32_t least = add(need, least_for(&mark, demand->class));
		bool never = i % 2 == ADMISSION_MEMORY && demand->declared &&
			     least > amount->limit;
		uint32_t want = add(need, mark_for(&mark, demand));
		/* What may fit is not to wait for more than there is. */
		if (want > amount->limit)
			want = amount->limit;
		if (want < least)
			want = least;
		if (i % 2 == ADMISSION_MEMORY)
			want = add(want, demand->held_kib);
		if (!never && (amount->left >= want || verdict))
			continue;
		*reason = (struct admission_reason){
			.what = (unsigned char)i,
			.have = never ? amount->limit : amount->left,
			.want = want,
		};
		if (never)
			return ADMISSION_REFUSE;
		verdict = ADMISSION_DEFER;
	}
	return verdict;
}

/* A sixteenth of what there is, but no less than least and no more than 64
 * times it. */
static bool compute(struct admission_mark *mark, uint32_t floor,
		    uint32_t resume, uint32_t limit, uint32_t least)
{
	uint32_t computed = limit / 16;

	if (computed < least)
		computed = least;
	if (computed > 64 * least)
		computed = 64 * least;
	if (!floor)
		floor = computed;
	bool fits = floor <= limit / 2 && (!resume || resume >= floor) &&
		    resume <= limit / 4 * 3;
	if (!fits)
		floor = computed;
	derive(mark, floor);
	if (fits && resume)
		mark->resume = resume;
	return fits;
}

bool admission_compute_marks(struct admission_marks *marks,
			     const struct admission_wanted *wanted,
			     uint32_t total_kib, uint32_t tasks_limit)
{
	enum { LEAST_KIB = 1024, LEAST_TASKS = 8 };

	bool memory = compute(&marks->of[ADMISSION_MEMORY], wanted->floor_kib,
			      wanted->resume_kib, total_kib, LEAST_KIB);
	bool tasks = compute(&marks->of[ADMISSION_TASKS], wanted->tasks, 0,
			     tasks_limit, LEAST_TASKS);

	return memory && tasks;
}
