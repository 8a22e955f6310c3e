/* uses: init/processes.c init/format.c init/text_file.c */
#include "cmocka_head.h"

#include "processes.h"

#include <stdlib.h>
#include <string.h>

static struct process process;

/* In a block of its own, so that the sanitizer sees a byte too far. */
static bool parse(const char *text)
{
	size_t length = strlen(text);
	char *copy = malloc(length ? length : 1);

	memcpy(copy, text, length);
	bool good = process_parse(&process, copy, length);
	free(copy);
	return good;
}

static void good_lines(void **state)
{
	static const struct {
		const char *text;
		pid_t pid;
		const char *name;
		char state;
		pid_t parent;
	} cases[] = {
		{"1 (init) S 0 1 1 0 -1", 1, "init", 'S', 0},
		{"42 (sh) R 7 42 42", 42, "sh", 'R', 7},
		{"9 (x) Z 5", 9, "x", 'Z', 5},
		{"9 () Z 5 ", 9, "", 'Z', 5},
		/* A program may call itself what it likes. */
		{"9 (a) Z 1 () S 3 9", 9, "a) Z 1 (", 'S', 3},
		{"9 (a\nb) D 3 9", 9, "a\nb", 'D', 3},
		{"9 (((() S 3 9", 9, "(((", 'S', 3},
		{"4194304 (kworker/u17:2-events) I 2", 4194304,
		 "kworker/u17:2-e", 'I', 2},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (!parse(cases[i].text))
			fail_msg("%s", cases[i].text);
		assert_int_equal(process.pid, cases[i].pid);
		assert_string_equal(process.name, cases[i].name);
		assert_int_equal(process.state, cases[i].state);
		assert_int_equal(process.parent, cases[i].parent);
	}
}

static void what_is_no_line(void **state)
{
	static const char *const bad[] = {
		"",
		"9",
		"9 (x",
		"9 x) S 1",
		"9 )x( S 1",
		"9 (x)",
		"9 (x) ",
		"9 (x) S",
		"9 (x) S ",
		"9 (x) S a",
		"9 (x) S -1",
		"0 (x) S 1",
		"-9 (x) S 1",
		"x (x) S 1",
		" (x) S 1",
		"9(x) S 1x",
		"9 (x) S 1234567890",
		"1234567890 (x) S 1",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse(bad[i]))
			fail_msg("%s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines),
		cmocka_unit_test(what_is_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
