/* uses: init/signal_names.c init/number.c */
#include "cmocka_head.h"

#include "signal_names.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_signal_there_and_back(void **state)
{
	(void)state;
	for (int number = 1; number <= 64; number++) {
		struct signal_text name;
		char digits[12];

		signal_name(&name, number);
		assert_int_equal(signal_number(name.text), number);
		if (!strncmp(name.text, "SIG", 3))
			assert_int_equal(signal_number(name.text + 3), number);
		snprintf(digits, sizeof(digits), "%d", number);
		assert_int_equal(signal_number(digits), number);
	}
}

/* libc's own table is the golden one. */
static void names_are_those_of_libc(void **state)
{
	(void)state;
	for (int number = 1; number < 32; number++) {
		struct signal_text name;

		signal_name(&name, number);
		/* Two names for one; Linux' own comes first in signal(7). */
		assert_string_equal(name.text + 3,
				    number == SIGIO ? "IO"
						    : sigabbrev_np(number));
	}
}

static void real_time_signals(void **state)
{
	static const struct {
		const char *word;
		int number;
	} cases[] = {
		{"RTMIN", 34},      {"SIGRTMIN", 34}, {"RTMIN+0", 34},
		{"SIGRTMIN+3", 37}, {"rtmin+30", 64}, {"RTMAX", 64},
		{"SIGRTMAX-1", 63}, {"RTMAX-30", 34}, {"RTMIN+31", -1},
		{"RTMAX-31", -1},   {"RTMIN-1", -1},  {"RTMAX+1", -1},
		{"RTMIN+", -1},     {"RTMIN+x", -1},  {"RTMIN3", -1},
		{"RTMI", -1},       {"RTMIN+ 1", -1},
	};
	struct signal_text name;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (signal_number(cases[i].word) != cases[i].number)
			fail_msg("%s", cases[i].word);
	signal_name(&name, 37);
	assert_string_equal(name.text, "SIGRTMIN+3");
	signal_name(&name, 64);
	assert_string_equal(name.text, "SIGRTMIN+30");
	signal_name(&name, 33);
	assert_string_equal(name.text, "33");
}

static void what_is_no_signal(void **state)
{
	static const char *const bad[] = {
		"",      "0",        "65",       "-1",   "SIG",    "SIGSIGTERM",
		"TERMS", "SIG15",    "sig",      "15 ",  " TERM",  "TER",
		"+15",   "99999999", "SIGTERM ", "EXIT", "15TERM",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (signal_number(bad[i]) != -1)
			fail_msg("\"%s\"", bad[i]);
	assert_int_equal(signal_number("term"), SIGTERM);
	assert_int_equal(signal_number("SigTerm"), SIGTERM);
	assert_int_equal(signal_number("015"), 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_there_and_back),
		cmocka_unit_test(names_are_those_of_libc),
		cmocka_unit_test(real_time_signals),
		cmocka_unit_test(what_is_no_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
