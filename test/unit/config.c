/* uses: */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CONFIG_TEST_CHOSEN 1

static void option_chosen_is_1_and_option_not_set_is_0(void **state)
{
	(void)state;
	assert_int_equal(IS_ENABLED(CONFIG_TEST_CHOSEN), 1);
	assert_int_equal(IS_ENABLED(CONFIG_TEST_NOT_CHOSEN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(option_chosen_is_1_and_option_not_set_is_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
