/* uses: init/boot_words.c */
#include "cmocka_head.h"

#include "boot_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct boot_words found;
static char *text;
static char said[256];

static void report(void *context, const char *word, const char *reason)
{
	size_t used = strlen(said);

	assert_ptr_equal(context, said);
	snprintf(said + used, sizeof(said) - used, "%s: %s\n", word, reason);
}

static void parse(const char *line)
{
	size_t size = strlen(line);

	free(text);
	text = malloc(size + 1);
	memcpy(text, line, size);
	text[size] = '!';
	*said = '\0';
	found = (struct boot_words){0};
	boot_words_parse_cmdline(&found, text, size, report, said);
}

static void argv_words(void **state)
{
	static const struct {
		const char *word;
		bool single;
	} cases[] = {
		{"single", true},  {"-s", true},       {"1", true},
		{"splash", false}, {"singles", false}, {"-S", false},
		{"11", false},     {"", false},        {"single=1", false},
	};
	char *none[] = {NULL};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *argv[] = {(char *)"init", (char *)"quiet",
				(char *)cases[i].word, NULL};

		found = (struct boot_words){0};
		boot_words_parse_argv(&found, 3, argv, report, said);
		assert_int_equal(found.single, cases[i].single);
	}
	/* argv[0] is the name, also when it is 1 */
	char *named[] = {(char *)"1", NULL};
	found = (struct boot_words){0};
	boot_words_parse_argv(&found, 1, named, report, said);
	assert_false(found.single);
	boot_words_parse_argv(&found, 0, none, report, said);
	assert_false(found.single);
	char *values[] = {(char *)"init", (char *)"foster.inittab=/a",
			  (char *)"console=ttyS0,9600",
			  (char *)"foster.log=both", NULL};
	boot_words_parse_argv(&found, 4, values, report, said);
	assert_string_equal(found.inittab, "/a");
	assert_string_equal(found.console, "ttyS0,9600");
	assert_string_equal(found.log, "both");
	assert_string_equal(said, "");
	char *wrong[] = {(char *)"init",        (char *)"foster.lgo=both",
			 (char *)"foster",      (char *)"other.log=x",
			 (char *)"foster.log=", NULL};
	boot_words_parse_argv(&found, 5, wrong, report, said);
	assert_string_equal(said,
			    "foster.lgo=both: unknown, or without a value\n"
			    "foster.log=: unknown, or without a value\n");
}

static void our_words_on_the_command_line(void **state)
{
	(void)state;
	parse("BOOT_IMAGE=/vmlinuz root=/dev/vda quiet foster.inittab=/etc/a "
	      "foster.log=kmsg single\n");
	assert_string_equal(found.inittab, "/etc/a");
	assert_string_equal(found.log, "kmsg");
	assert_string_equal(said, "");
	/* The kernel has put it into argv. */
	assert_false(found.single);
	parse("foster.log=kmsg\tfoster.log=none");
	assert_string_equal(found.log, "none");
	parse("xfoster.log=kmsg foster=1 fosterx.log=1");
	assert_null(found.log);
	assert_string_equal(said, "");
}

static void quotes_keep_blanks(void **state)
{
	(void)state;
	parse("x=\"foster.log=none y\" foster.inittab=\"/a b\" "
	      "foster.log=both");
	assert_string_equal(found.inittab, "/a b");
	assert_string_equal(found.log, "both");
	parse("\"foster.inittab=/a b\"");
	assert_string_equal(found.inittab, "/a b");
	parse("foster.inittab=\"/open end");
	assert_string_equal(found.inittab, "/open end");
	parse("foster.inittab=\"\"");
	assert_null(found.inittab);
	assert_string_equal(said, "foster.inittab=: unknown, or without a "
				  "value\n");
}

static void wrong_words_are_reported(void **state)
{
	(void)state;
	parse("foster.inittab= foster.logs=x foster. foster.log");
	assert_string_equal(said,
			    "foster.inittab=: unknown, or without a value\n"
			    "foster.logs=x: unknown, or without a value\n"
			    "foster.: unknown, or without a value\n"
			    "foster.log: unknown, or without a value\n");
	assert_null(found.inittab);
	assert_null(found.log);
}

static void bytes_above_127_are_no_blanks(void **state)
{
	(void)state;
	parse("foster.inittab=/etc/\xc3\xa9t\xc3\xa9 foster.log=none");
	assert_string_equal(found.inittab, "/etc/\xc3\xa9t\xc3\xa9");
	assert_string_equal(found.log, "none");
}

static void nothing(void **state)
{
	(void)state;
	parse("");
	parse("   \n");
	parse("\"");
	assert_string_equal(said, "");
}

static int release(void **state)
{
	(void)state;
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(argv_words),
		cmocka_unit_test(our_words_on_the_command_line),
		cmocka_unit_test(quotes_keep_blanks),
		cmocka_unit_test(wrong_words_are_reported),
		cmocka_unit_test(bytes_above_127_are_no_blanks),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
