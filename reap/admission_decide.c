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

/* A sheddable one that comes back too early is stopped again: it always waits
 * for the resume mark. */
static uint32_t mark_for(const struct admission_mark *mark,
			 const struct admission_demand *demand)
{
	if (demand->class == ADMISSION_CRITICAL)
		return mark->hard;
	if (demand->resuming || demand->class == ADMISSION_SHEDDABLE)
		return mark->resume;
	return mark->floor;
}

enum admission_verdict admission_decide(const struct admission_readings *now,
					const struct admission_demand *demand,
					const struct admission_marks *marks,
					struct admission_reason *reason)
{
	enum admission_verdict verdict = ADMISSION_ADMIT;

	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++) {
		const struct admission_amount *amount = &now->of[i];
		const struct admission_mark *mark = &marks->of[i % 2];
		uint32_t need = i % 2 ? 1 : demand->need_kib;

		if (amount->left == ADMISSION_UNKNOWN ||
		    !concerns(i, demand->class))
			continue;
		bool never = i % 2 == ADMISSION_MEMORY && demand->declared &&
			     add(need, mark->hard) > amount->limit;
		if (i % 2 == ADMISSION_MEMORY)
			need = add(need, demand->held_kib);
		uint32_t want = add(need, mark_for(mark, demand));
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
 * times it; hard is an eighth of that, resume half as much again. */
static bool compute(struct admission_mark *mark, uint32_t floor,
		    uint32_t resume, uint32_t limit, uint32_t least)
{
	bool fits = floor <= limit / 2 && (!resume || resume >= floor) &&
		    resume <= limit / 4 * 3;

	if (!floor || !fits) {
		floor = limit / 16;
		if (floor < least)
			floor = least;
		if (floor > 64 * least)
			floor = 64 * least;
	}
	mark->floor = floor;
	mark->hard = floor / 8;
	mark->resume = fits && resume ? resume : floor + floor / 2 + 1;
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
