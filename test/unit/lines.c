/* uses: init/lines.c */
#include "cmocka_head.h"

#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = sizeof(((struct lines *)0)->buffer) - 1 };

static struct lines lines;
static char path[] = "/tmp/foster-lines-XXXXXX";

static int make_file(void **state)
{
	(void)state;
	int descriptor = mkstemp(path);

	return descriptor < 0 || close(descriptor);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* before, then a line of length times x, then after. */
static void open_text(const char *before, size_t length, const char *after)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(before, file);
	for (size_t i = 0; i < length; i++)
		fputc('x', file);
	fputs(after, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(lines_open(&lines, path), 0);
}

static void expect_line(const char *text)
{
	const char *line = lines_next(&lines);

	assert_non_null(line);
	assert_string_equal(line, text);
}

static void expect_end(void)
{
	assert_null(lines_next(&lines));
	lines_close(&lines);
}

static void the_last_line_may_lack_its_newline(void **state)
{
	(void)state;
	open_text("a\n\nb", 0, "");
	expect_line("a");
	expect_line("");
	expect_line("b");
	expect_end();
	open_text("", 0, "");
	expect_end();
}

static void the_rest_of_a_long_line_is_no_line(void **state)
{
	(void)state;
	static const size_t lengths[] = {
		LONGEST - 1, LONGEST,         LONGEST + 1, 2 * LONGEST - 1,
		2 * LONGEST, 2 * LONGEST + 1, 5 * LONGEST, 100000,
	};

	for (unsigned i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		size_t length = lengths[i];

		for (unsigned with_newline = 0; with_newline < 2;
		     with_newline++) {
			open_text("a\n", length,
				  with_newline ? "\nroot:x:0:\nb\n" : "");
			expect_line("a");
			const char *line = lines_next(&lines);
			assert_non_null(line);
			assert_int_equal(strspn(line, "x"), strlen(line));
			assert_int_equal(strlen(line),
					 length < LONGEST ? length : LONGEST);
			if (with_newline) {
				expect_line("root:x:0:");
				expect_line("b");
			}
			expect_end();
		}
	}
}

static void it_begins_anew_in_the_middle_of_a_long_line(void **state)
{
	(void)state;
	open_text("a\n", 3 * LONGEST, "\nb\n");
	expect_line("a");
	assert_non_null(lines_next(&lines));
	assert_true(lines_rewind(&lines));
	expect_line("a");
	assert_non_null(lines_next(&lines));
	expect_line("b");
	expect_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_may_lack_its_newline),
		cmocka_unit_test(the_rest_of_a_long_line_is_no_line),
		cmocka_unit_test(it_begins_anew_in_the_middle_of_a_long_line),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
