/* uses: reap/admission_decide.c */
/* The rules of admission: as a table, and by properties that hold for any
 * readings (from a fixed seed). */
#include "cmocka_head.h"

#include "admission_decide.h"

#define NONE ADMISSION_UNKNOWN
#define EVERYTHING_UNKNOWN                                        \
	{                                                         \
		{                                                 \
			{NONE, NONE}, {NONE, NONE}, {NONE, NONE}, \
				{NONE, NONE}, {NONE, NONE},       \
			{                                         \
				NONE, NONE                        \
			}                                         \
		}                                                 \
	}

static const struct admission_marks marks = {
	{[ADMISSION_MEMORY] = {256, 2048, 3072},
	 [ADMISSION_TASKS] = {1, 8, 12}}};

static struct admission_reason reason;

static enum admission_verdict decide(const struct admission_readings *readings,
				     struct admission_demand demand)
{
	reason = (struct admission_reason){.what = 99};
	return admission_decide(readings, &demand, &marks, &reason);
}

static void nothing_known_admits_all(void **state)
{
	struct admission_readings readings = EVERYTHING_UNKNOWN;

	(void)state;
	for (unsigned class = 0; class < ADMISSION_CLASSES; class ++)
		assert_int_equal(decide(&readings,
					(struct admission_demand){
						.need_kib = 1 << 30,
						.class = (unsigned char)class,
						.declared = true,
						.resuming = true}),
				 ADMISSION_ADMIT);
}

static void table(void **state)
{
	static const struct {
		const char *name;
		unsigned resource;
		struct admission_amount amount;
		struct admission_demand demand;
		enum admission_verdict verdict;
		struct admission_reason reason;
	} rows[] = {
		{"at the floor",
		 ADMISSION_DEVICE_MEMORY,
		 {3048, 32768},
		 {1000, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"below the floor",
		 ADMISSION_DEVICE_MEMORY,
		 {3047, 32768},
		 {1000, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 3047, 3048}},
		{"while something waits, below the resume mark",
		 ADMISSION_DEVICE_MEMORY,
		 {4071, 32768},
		 {1000, 0, ADMISSION_NORMAL, false, true},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 4071, 4072}},
		{"while something waits, at the resume mark",
		 ADMISSION_DEVICE_MEMORY,
		 {4072, 32768},
		 {1000, 0, ADMISSION_NORMAL, false, true},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"sheddable always takes the resume mark",
		 ADMISSION_DEVICE_MEMORY,
		 {4071, 32768},
		 {1000, 0, ADMISSION_SHEDDABLE, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 4071, 4072}},
		{"what is held back counts",
		 ADMISSION_DEVICE_MEMORY,
		 {4047, 32768},
		 {1000, 1000, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 4047, 4048}},
		{"but refuses nothing",
		 ADMISSION_DEVICE_MEMORY,
		 {1256, 32768},
		 {1000, 32000, ADMISSION_CRITICAL, true, true},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 1256, 33256}},
		{"critical passes the floor",
		 ADMISSION_DEVICE_MEMORY,
		 {1256, 32768},
		 {1000, 0, ADMISSION_CRITICAL, false, true},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"critical does not pass the hard floor",
		 ADMISSION_DEVICE_MEMORY,
		 {1255, 32768},
		 {1000, 0, ADMISSION_CRITICAL, false, true},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 1255, 1256}},
		{"a declared need that can never be",
		 ADMISSION_DEVICE_MEMORY,
		 {30000, 32768},
		 {32600, 0, ADMISSION_CRITICAL, true, false},
		 ADMISSION_REFUSE,
		 {ADMISSION_DEVICE_MEMORY, 32768, 32856}},
		{"a measured need that can never be is a guess",
		 ADMISSION_DEVICE_MEMORY,
		 {30000, 32768},
		 {32600, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_MEMORY, 30000, 34648}},
		{"a declared need of the whole device is no overflow",
		 ADMISSION_DEVICE_MEMORY,
		 {30000, 32768},
		 {UINT32_MAX - 1, 0, ADMISSION_NORMAL, true, false},
		 ADMISSION_REFUSE,
		 {ADMISSION_DEVICE_MEMORY, 32768, UINT32_MAX}},
		{"the last free tasks are kept",
		 ADMISSION_DEVICE_TASKS,
		 {8, 133},
		 {0, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_DEVICE_TASKS, 8, 9}},
		{"for critical ones",
		 ADMISSION_DEVICE_TASKS,
		 {2, 133},
		 {0, 0, ADMISSION_CRITICAL, false, false},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"the own cgroup counts for critical ones too",
		 ADMISSION_OWN_TASKS,
		 {1, 20},
		 {0, 0, ADMISSION_CRITICAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_OWN_TASKS, 1, 2}},
		{"a small cgroup around PID 1 is kept like a small device",
		 ADMISSION_OWN_MEMORY,
		 {1127, 2048},
		 {1000, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_OWN_MEMORY, 1127, 1128}},
		{"and lets start what it has room for",
		 ADMISSION_OWN_MEMORY,
		 {1128, 2048},
		 {1000, 0, ADMISSION_NORMAL, true, false},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"of its tasks too",
		 ADMISSION_OWN_TASKS,
		 {1, 15},
		 {0, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"the services' limits do not",
		 ADMISSION_SERVICES_TASKS,
		 {0, 20},
		 {0, 0, ADMISSION_CRITICAL, false, false},
		 ADMISSION_ADMIT,
		 {99, 0, 0}},
		{"but for the others",
		 ADMISSION_SERVICES_MEMORY,
		 {10, 20000},
		 {0, 0, ADMISSION_NORMAL, false, false},
		 ADMISSION_DEFER,
		 {ADMISSION_SERVICES_MEMORY, 10, 2048}},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct admission_readings readings = EVERYTHING_UNKNOWN;

		readings.of[rows[i].resource] = rows[i].amount;
		enum admission_verdict verdict =
			decide(&readings, rows[i].demand);
		if (verdict != rows[i].verdict ||
		    reason.what != rows[i].reason.what ||
		    (verdict && (reason.have != rows[i].reason.have ||
				 reason.want != rows[i].reason.want)))
			fail_msg("%s: verdict %d, %u: %u of %u", rows[i].name,
				 verdict, reason.what, reason.have,
				 reason.want);
	}
}

static unsigned seed = 20240611;

static unsigned any(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % below;
}

static void readings_any(struct admission_readings *readings)
{
	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++) {
		unsigned limit = i % 2 ? 200 : 40000;

		readings->of[i].limit = any(8) ? 1 + any(limit) : NONE;
		readings->of[i].left = any(8) ? any(limit) : NONE;
	}
}

static struct admission_demand demand_any(void)
{
	return (struct admission_demand){
		.need_kib = any(3) ? any(8000) : 0,
		.held_kib = any(3) ? 0 : any(8000),
		.class = (unsigned char)any(ADMISSION_CLASSES),
		.declared = any(2),
		.resuming = any(2),
	};
}

static struct admission_mark mark_of(const struct admission_readings *readings,
				     unsigned i)
{
	struct admission_mark mark = marks.of[i % 2];
	uint32_t limit = readings->of[i].limit;

	if ((i == ADMISSION_OWN_MEMORY || i == ADMISSION_OWN_TASKS) &&
	    mark.resume > limit / 4 * 3) {
		mark.floor = limit / 16;
		mark.hard = limit / 128;
	}
	return mark;
}

/* What is admitted leaves the hard mark of everything that is known and
 * concerns it. */
static void never_below_the_hard_floor(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		struct admission_readings readings;
		struct admission_demand demand = demand_any();

		readings_any(&readings);
		if (decide(&readings, demand) != ADMISSION_ADMIT)
			continue;
		for (unsigned i = 0; i < ADMISSION_RESOURCES; i++) {
			unsigned need = i % 2 ? 1 : demand.need_kib;

			if (i >= ADMISSION_SERVICES_MEMORY &&
			    demand.class == ADMISSION_CRITICAL)
				continue;
			assert_true(readings.of[i].left == NONE ||
				    readings.of[i].left >=
					    need + mark_of(&readings, i).hard);
		}
	}
}

/* With everything free, whatever the limits allow is admitted; refused is
 * only what exceeds one. */
static void never_refuses_what_could_fit(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		struct admission_readings readings;
		struct admission_demand demand = demand_any();

		readings_any(&readings);
		if (decide(&readings, demand) != ADMISSION_REFUSE)
			continue;
		assert_true(demand.declared);
		bool exceeds = false;
		for (unsigned i = 0; i < ADMISSION_RESOURCES; i += 2) {
			struct admission_mark mark = mark_of(&readings, i);

			exceeds |= demand.need_kib +
					   (demand.class == ADMISSION_CRITICAL
						    ? mark.hard
						    : mark.floor) >
				   readings.of[i].limit;
		}
		assert_true(exceeds);
	}
}

/* More of anything never turns a yes into a no. */
static void more_is_never_worse(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		struct admission_readings readings;
		struct admission_demand demand = demand_any();

		readings_any(&readings);
		enum admission_verdict before = decide(&readings, demand);
		unsigned which = any(ADMISSION_RESOURCES);
		if (readings.of[which].left != NONE)
			readings.of[which].left += any(1000);
		assert_true(decide(&readings, demand) <= before);
	}
}

/* A reading that is noisy by less than the gap between the marks: one that
 * waits and one that is admitted alternate at most once. */
static void no_oscillation_under_noise(void **state)
{
	unsigned gap = marks.of[0].resume - marks.of[0].floor;

	(void)state;
	for (unsigned level = 0; level < 6000; level += 50) {
		bool waits = false;
		unsigned changes = 0;

		for (unsigned n = 0; n < 200; n++) {
			struct admission_readings readings = EVERYTHING_UNKNOWN;

			readings.of[0].left = level + any(gap);
			readings.of[0].limit = 32768;
			bool defer = decide(&readings,
					    (struct admission_demand){
						    .class = ADMISSION_NORMAL,
						    .resuming = waits}) ==
				     ADMISSION_DEFER;
			changes += defer != waits;
			waits = defer;
		}
		assert_true(changes <= 2);
	}
}

static void marks_are_computed(void **state)
{
	static const struct {
		struct admission_wanted wanted;
		uint32_t total, tasks;
		struct admission_mark memory, slots;
		bool fits;
	} rows[] = {
		{{0}, 32768, 133, {256, 2048, 3073}, {1, 8, 13}, true},
		{{0}, 8192, 60, {128, 1024, 1537}, {1, 8, 13}, true},
		{{0},
		 24684084,
		 192730,
		 {8192, 65536, 98305},
		 {64, 512, 769},
		 true},
		{{0}, NONE, NONE, {8192, 65536, 98305}, {64, 512, 769}, true},
		{{4096, 0, 0}, 32768, 133, {512, 4096, 6145}, {1, 8, 13}, true},
		{{4096, 5000, 20},
		 32768,
		 133,
		 {512, 4096, 5000},
		 {2, 20, 31},
		 true},
		{{40000, 0, 0},
		 32768,
		 133,
		 {256, 2048, 3073},
		 {1, 8, 13},
		 false},
		{{4096, 100, 0},
		 32768,
		 133,
		 {256, 2048, 3073},
		 {1, 8, 13},
		 false},
		{{0, 1000, 0},
		 32768,
		 133,
		 {256, 2048, 3073},
		 {1, 8, 13},
		 false},
		{{0, 2500, 0}, 32768, 133, {256, 2048, 2500}, {1, 8, 13}, true},
		{{0, 0, 100}, 32768, 133, {256, 2048, 3073}, {1, 8, 13}, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct admission_marks got;

		assert_int_equal(admission_compute_marks(&got, &rows[i].wanted,
							 rows[i].total,
							 rows[i].tasks),
				 rows[i].fits);
		assert_memory_equal(&got.of[0], &rows[i].memory,
				    sizeof(got.of[0]));
		assert_memory_equal(&got.of[1], &rows[i].slots,
				    sizeof(got.of[1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_known_admits_all),
		cmocka_unit_test(table),
		cmocka_unit_test(never_below_the_hard_floor),
		cmocka_unit_test(never_refuses_what_could_fit),
		cmocka_unit_test(more_is_never_worse),
		cmocka_unit_test(no_oscillation_under_noise),
		cmocka_unit_test(marks_are_computed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
