/* uses: init/container_report.c init/errors.c init/number.c init/format.c
 * init/signal_names.c init/tell.c init/clock.c init/text_file.c */
#include "cmocka_head.h"

#include "container_report.h"

static void oom_kills(void **state)
{
	(void)state;
	assert_int_equal(report_oom_kills(""), 0);
	assert_int_equal(report_oom_kills("oom_kill"), 0);
	assert_int_equal(report_oom_kills("oom_kill 7"), 7);
	assert_int_equal(report_oom_kills("oom 3\noom_kill 12\nx 1\n"), 12);
	assert_int_equal(report_oom_kills("oom 3\noom_group_kill 2\n"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oom_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
