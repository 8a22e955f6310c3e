/* uses: init/format.c */
#include "cmocka_head.h"

#include "format.h"

#include <limits.h>
#include <string.h>

#define CHECK(expected, ...)                                                 \
	do {                                                                 \
		char buffer[128];                                            \
		size_t length = format(buffer, sizeof(buffer), __VA_ARGS__); \
		assert_string_equal(buffer, expected);                       \
		assert_int_equal(length, strlen(expected));                  \
	} while (0)

static void values_become_text(void **state)
{
	const char *volatile nothing = NULL;

	(void)state;
	CHECK("", "%s", "");
	CHECK("a b c", "a %s %c", "b", 'c');
	CHECK("0 -1 2147483647", "%d %d %d", 0, -1, INT_MAX);
	CHECK("-2147483648", "%d", INT_MIN);
	CHECK("4294967295", "%u", UINT_MAX);
	CHECK("18446744073709551615.", "%llu.", ULLONG_MAX);
	CHECK("0.0 0.9 1.0", "%.1llu %.1llu %.1llu", 99ull, 999ull, 1000ull);
	CHECK("18446744073709551.6", "%.1llu", ULLONG_MAX);
	CHECK("(none)", "%s", nothing);
	CHECK("100%", "100%%");
	CHECK("ab|", "%.*s|", 2, "abc");
	CHECK("abc|", "%.*s|", 9, "abc");
	CHECK("|", "%.*s|", 0, "abc");
}

static void what_does_not_fit_is_cut(void **state)
{
	char buffer[8];

	(void)state;
	memset(buffer, '#', sizeof(buffer));
	assert_int_equal(format(buffer, 5, "%s%u", "abc", 123456u), 4);
	assert_string_equal(buffer, "abc1");
	assert_int_equal(buffer[5], '#');
	assert_int_equal(format(buffer, 1, "%s", "abc"), 0);
	assert_string_equal(buffer, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_become_text),
		cmocka_unit_test(what_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
