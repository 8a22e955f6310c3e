/* uses: init/backoff.c */
#include "cmocka_head.h"

#include "backoff.h"

static const struct backoff limits = {100, 5000};

static void delay_doubles_up_to_its_limit(void **state)
{
	static const unsigned expected[] = {100,  200,  400,  800, 1600,
					    3200, 5000, 5000, 5000};
	unsigned last = 0;

	(void)state;
	for (unsigned i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		assert_int_equal(backoff_next(&last, limits), expected[i]);
}

static void delay_stays_within_odd_limits(void **state)
{
	static const struct backoff odd[] = {
		{1, 1}, {1000, 10}, {4000000000u, 4294967295u}, {3, 100}};

	(void)state;
	for (unsigned i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		unsigned last = 0, before = 0;

		for (int n = 0; n < 40; n++) {
			unsigned delay = backoff_next(&last, odd[i]);

			assert_true(delay <= odd[i].max);
			assert_true(delay >= before);
			assert_true(delay > 0);
			before = delay;
		}
	}
}

static moment after(moment started, moment ended, bool exited_0, unsigned *last)
{
	const struct run run = {started, ended, exited_0};

	return respawn_at(&run, last, limits);
}

static void a_crash_waits_longer_each_time(void **state)
{
	unsigned last = 0;

	(void)state;
	assert_int_equal(after(1000, 1001, false, &last), 1101);
	assert_int_equal(after(1101, 1101, false, &last), 1301);
	assert_int_equal(after(1301, 1400, false, &last), 1800);
}

static void a_steady_run_starts_at_once_and_forgets_the_crashes(void **state)
{
	unsigned last = 0;

	(void)state;
	after(0, 1, false, &last);
	after(0, 1, false, &last);
	assert_int_equal(after(1000, 2000, false, &last), 2000);
	assert_int_equal(after(3000, 9999, false, &last), 9999);
	assert_int_equal(after(5000, 5001, false, &last), 5101);
}

static void exit_0_starts_at_once_but_once_a_second(void **state)
{
	unsigned last = 0;

	(void)state;
	assert_int_equal(after(1000, 1000, true, &last), 2000);
	assert_int_equal(after(1000, 1999, true, &last), 2000);
	assert_int_equal(after(1000, 2500, true, &last), 2500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delay_doubles_up_to_its_limit),
		cmocka_unit_test(delay_stays_within_odd_limits),
		cmocka_unit_test(a_crash_waits_longer_each_time),
		cmocka_unit_test(
			a_steady_run_starts_at_once_and_forgets_the_crashes),
		cmocka_unit_test(exit_0_starts_at_once_but_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
