/* uses: init/command.c */
#include "cmocka_head.h"

#include "command.h"

#include <stdio.h>
#include <string.h>

static struct command command;

/* "path|argv[0]|argv[1]…", with a + in front of one that wants the tty. */
static const char *parsed(const char *line)
{
	static char out[1024];
	size_t used;

	memset(&command, '#', sizeof(command));
	command_parse(&command, line);
	used = (size_t)snprintf(out, sizeof(out), "%s%s",
				command.controlling_tty ? "+" : "",
				command.path);
	for (char **word = command.argv; *word; word++)
		used += (size_t)snprintf(out + used, sizeof(out) - used, "|%s",
					 *word);
	return out;
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(parsed("reboot"), "reboot|reboot");
	assert_string_equal(parsed("/sbin/getty -L  ttyS0\t115200 "),
			    "/sbin/getty|/sbin/getty|-L|ttyS0|115200");
	assert_string_equal(parsed("  a b"), "a|a|b");
	assert_string_equal(parsed("a,b@%+/:_-.#"),
			    "a,b@%+/:_-.#|a,b@%+/:_-.#");
}

static void a_dash_makes_a_login_shell(void **state)
{
	(void)state;
	assert_string_equal(parsed("-/bin/sh"), "+/bin/sh|-/bin/sh");
	assert_string_equal(parsed("-/bin/ash -x y"),
			    "+/bin/ash|-/bin/ash|-x|y");
	assert_string_equal(parsed("-/bin/sh <x"),
			    "+/bin/sh|-/bin/sh|-c|exec /bin/sh <x");
	assert_string_equal(parsed("a -b"), "a|a|-b");
}

static void every_character_for_a_shell(void **state)
{
	static const char all[] = "~`!$^&*()=|\\{}[];\"'<>?";

	(void)state;
	assert_string_equal(parsed("echo a; echo b"),
			    "/bin/sh|/bin/sh|-c|exec echo a; echo b");
	for (const char *c = all; *c; c++) {
		char line[8], expected[64];

		snprintf(line, sizeof(line), "a %c b", *c);
		snprintf(expected, sizeof(expected),
			 "/bin/sh|/bin/sh|-c|exec %s", line);
		assert_string_equal(parsed(line), expected);
	}
}

static void more_words_than_fit_go_by_a_shell(void **state)
{
	char line[2 * COMMAND_WORDS_MAX + 3];

	(void)state;
	for (int i = 0; i <= COMMAND_WORDS_MAX; i++)
		memcpy(line + 2 * i, "w ", 2);
	line[2 * COMMAND_WORDS_MAX] = '\0';
	command_parse(&command, line);
	assert_string_equal(command.argv[COMMAND_WORDS_MAX - 1], "w");
	assert_null(command.argv[COMMAND_WORDS_MAX]);
	line[2 * COMMAND_WORDS_MAX] = 'w';
	line[2 * COMMAND_WORDS_MAX + 1] = '\0';
	command_parse(&command, line);
	assert_string_equal(command.path, "/bin/sh");
	assert_string_equal(command.argv[2] + strlen("exec "), line);
	assert_null(command.argv[3]);
}

static void the_longest_line_fits(void **state)
{
	static char line[CONFIG_INITTAB_BYTES + 1];

	(void)state;
	memset(line, 'a', CONFIG_INITTAB_BYTES);
	command_parse(&command, line);
	assert_string_equal(command.argv[0], line);
	*line = '$';
	command_parse(&command, line);
	assert_string_equal(command.argv[2] + strlen("exec "), line);
}

static void no_words_are_no_command(void **state)
{
	(void)state;
	/* No line of an inittab is one; a shell would have nothing to do. */
	assert_string_equal(parsed(" \t"), "/bin/sh|/bin/sh|-c|exec  \t");
	/* A dash alone leaves an empty path, which exec refuses. */
	assert_string_equal(parsed("-"), "+|-");
	assert_string_equal(parsed("- a"), "+|-|a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(a_dash_makes_a_login_shell),
		cmocka_unit_test(every_character_for_a_shell),
		cmocka_unit_test(more_words_than_fit_go_by_a_shell),
		cmocka_unit_test(the_longest_line_fits),
		cmocka_unit_test(no_words_are_no_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
