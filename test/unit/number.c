/* uses: init/number.c */
#include "cmocka_head.h"

#include "number.h"

#include <limits.h>

static void whole_numbers(void **state)
{
	static const struct {
		const char *text;
		unsigned base;
		unsigned long long max, value;
		bool good;
	} cases[] = {
		{"0", 10, 9, 0, true},
		{"9", 10, 9, 9, true},
		{"10", 10, 9, 0, false},
		{"9", 10, 5, 0, false},
		{"007", 10, 9, 7, true},
		{"22", 8, 0777, 18, true},
		{"8", 8, 0777, 0, false},
		{"18446744073709551615", 10, ULLONG_MAX, ULLONG_MAX, true},
		{"18446744073709551616", 10, ULLONG_MAX, 0, false},
		{"99999999999999999999999", 10, ULLONG_MAX, 0, false},
		{"", 10, 9, 0, false},
		{"-1", 10, 9, 0, false},
		{"+1", 10, 9, 0, false},
		{" 1", 10, 9, 0, false},
		{"1 ", 10, 9, 0, false},
		{"0x1", 10, 99, 0, false},
		{"/", 10, 9, 0, false},
		{":", 10, 9, 0, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned long long value;
		bool good = number_parse(cases[i].text, cases[i].base,
					 cases[i].max, &value);

		if (good != cases[i].good || (good && value != cases[i].value))
			fail_msg("\"%s\"", cases[i].text);
	}
}

static void signed_numbers(void **state)
{
	int value;

	(void)state;
	assert_true(number_parse_signed("-20", -20, 19, &value));
	assert_int_equal(value, -20);
	assert_true(number_parse_signed("+19", -20, 19, &value));
	assert_int_equal(value, 19);
	assert_true(number_parse_signed("-0", -20, 19, &value));
	assert_int_equal(value, 0);
	assert_false(number_parse_signed("-21", -20, 19, &value));
	assert_false(number_parse_signed("20", -20, 19, &value));
	assert_false(number_parse_signed("", -20, 19, &value));
	assert_false(number_parse_signed("-", -20, 19, &value));
	assert_false(number_parse_signed("+-1", -20, 19, &value));
	assert_false(number_parse_signed("4294967295", -20, 19, &value));
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		unsigned long long bytes;
	} good[] = {
		{"0", 0},
		{"1", 1},
		{"1K", 1ull << 10},
		{"1k", 1ull << 10},
		{"3M", 3ull << 20},
		{"3m", 3ull << 20},
		{"2G", 2ull << 30},
		{"17179869183G", 17179869183ull << 30},
		{"18446744073709551615", ULLONG_MAX},
	};
	static const char *const bad[] = {
		"",     "K",    "1T",  "1KK",          "1 K",
		"1.5M", "1KiB", "-1K", "17179869184G", "18446744073709551615K",
		"1+",   "1\x0b"};
	unsigned long long bytes;

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(number_parse_size(good[i].text, &bytes));
		assert_int_equal(bytes, good[i].bytes);
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (number_parse_size(bad[i], &bytes))
			fail_msg("\"%s\"", bad[i]);
}

static void times(void **state)
{
	static const struct {
		const char *text;
		unsigned ms;
	} good[] = {
		{"0", 0},
		{"1", 1000},
		{"1s", 1000},
		{"0.1", 100},
		{"0.05s", 50},
		{"1.234", 1234},
		{"250ms", 250},
		{"1.5ms", 1},
		{"2m", 120000},
		{"0.5m", 30000},
		{"86400", 86400000},
		{"86400000ms", 86400000},
		{"1440m", 86400000},
	};
	static const char *const bad[] = {
		"",          ".5",         "1.2345",
		"1h",        "1sec",       "-1",
		"86401",     "86400001ms", "1441m",
		"86400.001", "1440.5m",    "1 s",
		"ms",        "1,5",        "99999999999999999999"};
	unsigned ms;

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!number_parse_time(good[i].text, '\0', &ms))
			fail_msg("\"%s\"", good[i].text);
		assert_int_equal(ms, good[i].ms);
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (number_parse_time(bad[i], '\0', &ms))
			fail_msg("\"%s\"", bad[i]);
	assert_true(number_parse_time("2-3", '-', &ms));
	assert_int_equal(ms, 2000);
	assert_false(number_parse_time("2", '-', &ms));
	assert_false(number_parse_time("2-3", '\0', &ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(signed_numbers),
		cmocka_unit_test(sizes),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
