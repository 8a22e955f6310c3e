/* uses: reap/admission.c reap/admission_decide.c */
/* The queue and its times, with readings that the test sets. */
#include "cmocka_head.h"

#include "admission.h"

#include <errno.h>

enum { FIRST_MS = CONFIG_ADMISSION_RETRY_FIRST_MS };
enum { MAX_MS = CONFIG_ADMISSION_RETRY_MAX_MS };
enum { MANY = 20 };

static uint32_t left_kib;
static unsigned looks;
static struct admission a;
static struct admission_request requests[MANY];
static struct admission_reason reason;

unsigned admission_sensors_open(struct admission_sensors *sensors)
{
	sensors->total_kib = 32768;
	sensors->tasks_limit = 133;
	return 0;
}

void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib, unsigned class)
{
	(void)class;
	(void)sensors;
	(void)enough_kib;
	looks++;
	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++)
		readings->of[i].left = readings->of[i].limit =
			ADMISSION_UNKNOWN;
	readings->of[0].left = left_kib;
	readings->of[0].limit = 32768;
}

static int setup(void **state)
{
	(void)state;
	a = (struct admission){0};
	for (unsigned i = 0; i < MANY; i++)
		requests[i] =
			(struct admission_request){.class = ADMISSION_NORMAL};
	assert_int_equal(admission_init(&a, &(struct admission_wanted){0}), 0);
	left_kib = 20000;
	looks = 0;
	return 0;
}

static enum admission_verdict ask(unsigned i, uint64_t now)
{
	return admission_ask(&a, &requests[i], now, &reason);
}

/* The numbers of those that may start now, each of which does. */
static unsigned start_all(uint64_t now, unsigned *order)
{
	struct admission_request *next;
	unsigned count = 0;

	while ((next = admission_next(&a, now))) {
		order[count++] = (unsigned)(next - requests);
		admission_started(&a, next, now);
	}
	return count;
}

static void room_for_all_and_no_deadline(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		assert_int_equal(ask(i, 1000), ADMISSION_ADMIT);
		admission_started(&a, &requests[i], 1000);
	}
	assert_true(admission_deadline(&a) == ADMISSION_NEVER);
	admission_wake(&a, 2000);
	assert_true(admission_deadline(&a) == ADMISSION_NEVER);
}

static void by_class_then_first_come(void **state)
{
	static const unsigned char classes[] = {1, 2, 0, 1, 2, 0};
	static const unsigned expected[] = {2, 5, 0, 3, 1, 4};
	unsigned order[MANY];

	(void)state;
	left_kib = 0;
	for (unsigned i = 0; i < 6; i++) {
		requests[i].class = classes[i];
		assert_int_equal(ask(i, 1000 + i), ADMISSION_DEFER);
	}
	left_kib = 20000;
	assert_int_equal(start_all(admission_deadline(&a), order), 6);
	assert_memory_equal(order, expected, sizeof(expected));
	assert_true(admission_deadline(&a) == ADMISSION_NEVER);
}

static void nobody_overtakes_an_equal(void **state)
{
	(void)state;
	requests[0].need_kib = 19000;
	requests[0].declared = true;
	assert_int_equal(ask(0, 1000), ADMISSION_DEFER);
	assert_int_equal(reason.what, ADMISSION_DEVICE_MEMORY);
	assert_int_equal(ask(1, 1000), ADMISSION_DEFER);
	assert_int_equal(reason.what, ADMISSION_TURN);
	requests[2].class = ADMISSION_SHEDDABLE;
	assert_int_equal(ask(2, 1000), ADMISSION_DEFER);
	requests[3].class = ADMISSION_CRITICAL;
	assert_int_equal(ask(3, 1000), ADMISSION_ADMIT);
}

/* Looks get rarer up to the limit, and there is none in between. */
static void looks_back_off(void **state)
{
	uint64_t now = 1000;
	unsigned delay = FIRST_MS;

	(void)state;
	left_kib = 100;
	assert_int_equal(ask(0, now), ADMISSION_DEFER);
	for (unsigned i = 0; i < 12; i++) {
		assert_true(admission_deadline(&a) == now + delay);
		unsigned before = looks;
		assert_null(admission_next(&a, now + delay - 1));
		assert_int_equal(looks, before);
		now += delay;
		assert_null(admission_next(&a, now));
		assert_int_equal(looks, before + 1);
		delay = delay * 2 < MAX_MS ? delay * 2 : MAX_MS;
	}
}

static void critical_is_looked_at_more_often(void **state)
{
	uint64_t now = 1000;

	(void)state;
	left_kib = 100;
	requests[0].class = ADMISSION_CRITICAL;
	assert_int_equal(ask(0, now), ADMISSION_DEFER);
	for (unsigned i = 0; i < 20; i++) {
		assert_true(admission_deadline(&a) <= now + MAX_MS / 4);
		now = admission_deadline(&a);
		assert_null(admission_next(&a, now));
	}
}

static void waking_is_paced(void **state)
{
	unsigned order[MANY];

	(void)state;
	left_kib = 100;
	assert_int_equal(ask(0, 1000), ADMISSION_DEFER);
	for (uint64_t now = 1000; now < 21000; now = admission_deadline(&a))
		assert_null(admission_next(&a, now));
	uint64_t looked = a.looked;
	admission_wake(&a, looked + 1);
	assert_true(admission_deadline(&a) == looked + FIRST_MS);
	admission_wake(&a, looked + FIRST_MS + 500);
	assert_true(admission_deadline(&a) == looked + FIRST_MS);
	left_kib = 20000;
	assert_int_equal(start_all(looked + FIRST_MS, order), 1);
}

/* Twenty that want to start while the kernel refuses for 20 s: a number of
 * attempts that the back-off bounds, and afterwards all of them run, by
 * class. */
static void refused_forks_lose_nothing(void **state)
{
	enum { REFUSING_MS = 20000 };
	unsigned attempts = 0, started = 0;
	unsigned char last = ADMISSION_CRITICAL;
	uint64_t now = 1000;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		requests[i].class = (unsigned char)((i + 1) % 3);
		if (ask(i, now) == ADMISSION_ADMIT) {
			attempts++;
			admission_failed(&a, &requests[i], EAGAIN, now);
		}
	}
	assert_int_equal(attempts, 1);
	while (started < MANY) {
		struct admission_request *next = admission_next(&a, now);

		if (!next) {
			assert_true(admission_deadline(&a) > now);
			now = admission_deadline(&a);
			admission_wake(&a, now - 1);
			continue;
		}
		if (now < 1000 + REFUSING_MS) {
			attempts++;
			admission_failed(&a, next,
					 now < 11000 ? EAGAIN : ENOMEM, now);
			assert_int_equal(a.reason.what, ADMISSION_FORK);
			continue;
		}
		assert_true(next->class >= last);
		last = next->class;
		admission_started(&a, next, now);
		started++;
	}
	assert_true(attempts <= 2 + 5 + REFUSING_MS / (MAX_MS / 4));
	assert_true(attempts >= REFUSING_MS / MAX_MS);
	assert_true(now <= 1000 + REFUSING_MS + MAX_MS / 4);
}

static void a_refused_fork_keeps_its_place(void **state)
{
	unsigned order[MANY];

	(void)state;
	left_kib = 0;
	for (unsigned i = 0; i < 4; i++)
		ask(i, 1000);
	left_kib = 20000;
	struct admission_request *first = admission_next(&a, 1100);
	assert_ptr_equal(first, &requests[0]);
	admission_failed(&a, first, EAGAIN, 1100);
	uint64_t deadline = admission_deadline(&a);
	admission_failed(&a, admission_next(&a, deadline), EAGAIN, deadline);
	/* An ended child does not hurry it. */
	uint64_t later = admission_deadline(&a);
	admission_wake(&a, deadline + 1);
	assert_true(admission_deadline(&a) == later);
	assert_null(admission_next(&a, deadline));
	assert_int_equal(start_all(admission_deadline(&a), order), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(order[i], i);
}

static void a_wait_that_was_taken_back_is_forgotten(void **state)
{
	uint64_t now = 1000;

	(void)state;
	left_kib = 100;
	assert_int_equal(ask(0, now), ADMISSION_DEFER);
	for (unsigned i = 0; i < 9; i++) {
		now = admission_deadline(&a);
		assert_null(admission_next(&a, now));
	}
	admission_cancel(&a, &requests[0]);
	left_kib = 20000;
	assert_int_equal(ask(1, now), ADMISSION_ADMIT);
	admission_failed(&a, &requests[1], EAGAIN, now);
	assert_true(admission_deadline(&a) == now + FIRST_MS);
}

/* A critical request does not wait out the long back-off of a normal one. */
static void a_refused_fork_is_tried_sooner_for_critical(void **state)
{
	uint64_t now = 1000;

	(void)state;
	assert_int_equal(ask(0, now), ADMISSION_ADMIT);
	for (unsigned i = 0; i < 9; i++) {
		admission_failed(&a, &requests[0], EAGAIN, now);
		now = admission_deadline(&a);
		assert_ptr_equal(admission_next(&a, now), &requests[0]);
	}
	admission_failed(&a, &requests[0], EAGAIN, now);
	assert_true(admission_deadline(&a) == now + MAX_MS);
	requests[1].class = ADMISSION_CRITICAL;
	assert_int_equal(ask(1, now), ADMISSION_DEFER);
	assert_int_equal(reason.what, ADMISSION_FORK);
	assert_true(admission_deadline(&a) == now + FIRST_MS);
}

/* Critical ones that start more often than every half second must not add up:
 * a normal one would wait for memory that is there. */
static void who_starts_again_and_again_holds_nothing_up(void **state)
{
	(void)state;
	requests[0].class = ADMISSION_CRITICAL;
	requests[0].need_kib = 200;
	requests[1].need_kib = 300;
	for (uint64_t now = 1000; now < 200000; now += 250) {
		assert_int_equal(ask(0, now), ADMISSION_ADMIT);
		admission_started(&a, &requests[0], now);
		assert_int_equal(ask(1, now + 1), ADMISSION_ADMIT);
	}
}

/* What was started has not taken its memory yet: the next is judged without
 * it, and for a while only. */
static void memory_that_is_not_taken_yet_is_held_back(void **state)
{
	(void)state;
	left_kib = 10000;
	for (unsigned i = 0; i < 3; i++)
		requests[i].need_kib = 3500;
	assert_int_equal(ask(0, 1000), ADMISSION_ADMIT);
	admission_started(&a, &requests[0], 1000);
	assert_int_equal(ask(1, 1000), ADMISSION_ADMIT);
	admission_started(&a, &requests[1], 1000);
	requests[3].class = ADMISSION_CRITICAL;
	requests[3].need_kib = 3500;
	assert_int_equal(ask(3, 1000), ADMISSION_ADMIT);
	admission_cancel(&a, &requests[3]);
	assert_int_equal(ask(2, 1000), ADMISSION_DEFER);
	assert_null(admission_next(&a, 1300));
	assert_ptr_equal(admission_next(&a, 2100), &requests[2]);
}

static void a_measured_need_does_not_hold_for_ever(void **state)
{
	(void)state;
	left_kib = 10000;
	requests[0].need_kib = 9000;
	assert_int_equal(ask(0, 1000), ADMISSION_DEFER);
	assert_null(admission_next(&a, 3999));
	assert_ptr_equal(admission_next(&a, 8000), &requests[0]);
	admission_cancel(&a, &requests[0]);

	requests[1].need_kib = 9000;
	requests[1].declared = true;
	assert_int_equal(ask(1, 20000), ADMISSION_DEFER);
	assert_null(admission_next(&a, 60000));
}

static void taken_back_from_anywhere(void **state)
{
	unsigned order[MANY];

	(void)state;
	left_kib = 0;
	for (unsigned i = 0; i < 5; i++)
		ask(i, 1000);
	admission_cancel(&a, &requests[0]);
	admission_cancel(&a, &requests[2]);
	admission_cancel(&a, &requests[4]);
	admission_cancel(&a, &requests[4]);
	left_kib = 20000;
	assert_int_equal(start_all(5000, order), 2);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 3);
	assert_true(admission_deadline(&a) == ADMISSION_NEVER);
	ask(0, 6000);
	assert_true(admission_deadline(&a) == ADMISSION_NEVER);
}

static void what_was_stopped_for_room_waits_for_the_resume_mark(void **state)
{
	(void)state;
	requests[0].class = ADMISSION_SHEDDABLE;
	left_kib = a.marks.of[0].resume - 1;
	assert_int_equal(ask(0, 1000), ADMISSION_DEFER);
	left_kib = a.marks.of[0].resume;
	assert_ptr_equal(admission_next(&a, 3000), &requests[0]);
}

/* Any order of asking, taking back, starting and failing, from a fixed seed:
 * nothing is lost, nothing is twice in the queue, equals keep their order. */
static void any_order_loses_nothing(void **state)
{
	unsigned seed = 7;
	uint64_t now = 1000;
	unsigned stamp[MANY] = {0}, clock = 0;

	(void)state;
	for (unsigned n = 0; n < 200000; n++) {
		seed = seed * 1103515245 + 12345;
		unsigned which = (seed >> 8) % MANY;
		struct admission_request *request = &requests[which];

		now += (seed >> 16) % 100;
		left_kib = (seed >> 20) % 6000;
		switch ((seed >> 24) % 4) {
		case 0:
			if (request->queued)
				break;
			request->class = (unsigned char)((seed >> 13) % 3);
			if (ask(which, now) == ADMISSION_DEFER)
				stamp[which] = ++clock;
			break;
		case 1:
			admission_cancel(&a, request);
			break;
		case 2:
			request = admission_next(&a, now);
			if (request && seed % 3)
				admission_started(&a, request, now);
			else if (request)
				admission_failed(&a, request, EAGAIN, now);
			break;
		case 3:
			admission_wake(&a, now);
		}
		unsigned queued = 0, listed = 0;
		for (unsigned i = 0; i < MANY; i++)
			queued += requests[i].queued;
		for (request = a.queue; request; request = request->next) {
			listed++;
			if (!request->next)
				continue;
			assert_true(request->class <= request->next->class);
			if (request->class == request->next->class)
				assert_true(stamp[request - requests] <
					    stamp[request->next - requests]);
		}
		assert_int_equal(queued, listed);
		assert_true(!a.queue || admission_deadline(&a) <= now + MAX_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, setup)
		TEST(room_for_all_and_no_deadline),
		TEST(by_class_then_first_come),
		TEST(nobody_overtakes_an_equal),
		TEST(looks_back_off),
		TEST(critical_is_looked_at_more_often),
		TEST(waking_is_paced),
		TEST(refused_forks_lose_nothing),
		TEST(a_refused_fork_keeps_its_place),
		TEST(a_wait_that_was_taken_back_is_forgotten),
		TEST(a_refused_fork_is_tried_sooner_for_critical),
		TEST(who_starts_again_and_again_holds_nothing_up),
		TEST(memory_that_is_not_taken_yet_is_held_back),
		TEST(a_measured_need_does_not_hold_for_ever),
		TEST(taken_back_from_anywhere),
		TEST(what_was_stopped_for_room_waits_for_the_resume_mark),
		TEST(any_order_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
