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

/* A sixteenth, but no less than least; hard is an eighth of that. */
static bool compute(struct admission_mark *mark, uint32_t floor,
		    uint32_t resume, uint32_t limit, uint32_t least,
		    uint32_t most)
{
	bool fits = floor <= limit / 2;

	if (!floor || !fits) {
		floor = limit / 16;
		if (floor < least)
			floor = least;
		if (floor > most)
			floor = most;
	}
	mark->floor = floor;
	mark->hard = floor / 8;
	mark->resume = add(floor, floor / 2 + 1);
	if (!resume)
		return fits;
	if (resume < floor || resume > limit / 4 * 3)
		return false;
	mark->resume = resume;
	return fits;
}

bool admission_compute_marks(struct admission_marks *marks,
			     const struct admission_wanted *wanted,
			     uint32_t total_kib, uint32_t tasks_limit)
{
	enum { LEAST_KIB = 1024, MOST_KIB = 64 * 1024 };
	enum { LEAST_TASKS = 8, MOST_TASKS = 64 };
	bool memory_fits =
		compute(&marks->of[ADMISSION_MEMORY], wanted->floor_kib,
			wanted->resume_kib, total_kib, LEAST_KIB, MOST_KIB);
	bool tasks_fit = compute(&marks->of[ADMISSION_TASKS], wanted->tasks, 0,
				 tasks_limit, LEAST_TASKS, MOST_TASKS);

	return memory_fits && tasks_fit;
}

static uint32_t gives(const struct admission_candidate *candidate,
		      const struct admission_reason *reason, uint32_t missing)
{
	uint32_t amount =
		reason->what % 2 ? candidate->tasks : candidate->memory_kib;

	return amount && reason->what < ADMISSION_FORK ? amount : missing;
}

void admission_choose(struct admission_candidate *all, unsigned count,
		      const struct admission_reason *reason)
{
	uint32_t missing = 1;
	uint32_t given = 0;

	if (reason->what < ADMISSION_FORK) {
		if (reason->have >= reason->want)
			return;
		missing = reason->want - reason->have;
	}
	for (unsigned i = 0; i < count; i++)
		if (all[i].ending)
			given = add(given, gives(&all[i], reason, missing));
	while (given < missing) {
		struct admission_candidate *last = NULL;

		for (unsigned i = 0; i < count; i++)
			if (!all[i].ending && !all[i].chosen &&
			    (!last || all[i].started >= last->started))
				last = &all[i];
		if (!last)
			return;
		last->chosen = true;
		given = add(given, gives(last, reason, missing));
	}
}
