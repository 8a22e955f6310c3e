/* uses: init/inittab.c init/service_options.c init/number.c */
#include "cmocka_head.h"

#include "inittab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const actions[ACTIONS] = {
	"sysinit",  "wait",       "once",     "respawn",
	"askfirst", "ctrlaltdel", "shutdown", "restart",
};

static struct inittab_entry entries[CONFIG_INITTAB_ENTRIES];
static struct inittab table = {.entries = entries};
static char *text;
static char said[4096];

static void report(void *context, const struct inittab_problem *problem)
{
	size_t used = strlen(said);

	assert_ptr_equal(context, said);
	snprintf(said + used, sizeof(said) - used, "%u:%u %s (%s)%s\n",
		 problem->line, problem->column, problem->reason, problem->word,
		 problem->skipped ? " skipped" : "");
}

/* In a block of its own, so that the sanitizer sees a byte too far. */
static void parse_bytes(const char *from, size_t size)
{
	free(text);
	text = malloc(size + 1);
	memcpy(text, from, size);
	text[size] = '!';
	*said = '\0';
	inittab_parse(&table, text, size, report, said);
}

/* The table as text: a line for each entry. */
static const char *dump(void)
{
	static char out[8192];
	size_t used = 0;

	*out = '\0';
	for (unsigned i = 0; i < table.count; i++)
		used += (size_t)snprintf(
			out + used, sizeof(out) - used, "%u [%s] %s [%s]\n",
			entries[i].line, entries[i].tty,
			actions[entries[i].action], entries[i].command);
	return out;
}

static void check(const char *from, const char *expected, const char *problems)
{
	parse_bytes(from, strlen(from));
	assert_string_equal(dump(), expected);
	assert_string_equal(said, problems);
}

static void all_actions(void **state)
{
	(void)state;
	check("::sysinit:/etc/init.d/rcS\n"
	      "::wait:a\n::once:b\n::respawn:c\ntty2::askfirst:-/bin/sh\n"
	      "::ctrlaltdel:reboot\n::shutdown:umount -a -r\n::restart:init\n",
	      "1 [] sysinit [/etc/init.d/rcS]\n2 [] wait [a]\n3 [] once [b]\n"
	      "4 [] respawn [c]\n5 [tty2] askfirst [-/bin/sh]\n"
	      "6 [] ctrlaltdel [reboot]\n7 [] shutdown [umount -a -r]\n"
	      "8 [] restart [init]\n",
	      "");
}

static void three_colons_split_and_the_rest_is_the_command(void **state)
{
	(void)state;
	check("::once:a:b::c:", "1 [] once [a:b::c:]\n", "");
	check("/dev/ttyS0::once:a\nttyS1::once:a",
	      "1 [ttyS0] once [a]\n2 [ttyS1] once [a]\n", "");
}

static void comments_and_blanks(void **state)
{
	(void)state;
	check("# all\n\n  # more\n \t\n::once:a # why\n::once:b#c\n"
	      "::once:\"#x\"\n",
	      "5 [] once [a]\n6 [] once [b]\n7 [] once [\"]\n", "");
	check(" \t::once:a \t \n::once:  b\r\n",
	      "1 [] once [a]\n2 [] once [  b]\n", "");
	check("", "", "");
	check("\n", "", "");
	check("#", "", "");
	check("::once:last", "1 [] once [last]\n", "");
}

static void a_backslash_joins_lines(void **state)
{
	(void)state;
	check("::once:a \\\n  b\n::once:c\n",
	      "1 [] once [a   b]\n3 [] once [c]\n", "");
	check("# joined \\\n::once:a\n::once:b\n", "3 [] once [b]\n", "");
	check("::once:a \\n\\", "1 [] once [a \\n\\]\n", "");
	check("::once:a\\\\\nb", "1 [] once [a\\b]\n", "");
	check("::once:a\\\n", "1 [] once [a]\n", "");
}

static void zero_bytes_are_blanks(void **state)
{
	static const char zeros[] = "::once:a\0b\n\0\n::once:c\0";

	(void)state;
	parse_bytes(zeros, sizeof(zeros) - 1);
	assert_string_equal(dump(), "1 [] once [a b]\n3 [] once [c]\n");
	assert_string_equal(said, "1:9 NUL byte, read as a blank ( b)\n"
				  "2:1 NUL byte, read as a blank ( )\n"
				  "3:9 NUL byte, read as a blank ( )\n");
}

static void every_error(void **state)
{
	(void)state;
	check("nonsense\na:b\n::once\n::once:a\n", "4 [] once [a]\n",
	      "1:1 fewer than three colons (nonsense) skipped\n"
	      "2:1 fewer than three colons (a) skipped\n"
	      "3:1 fewer than three colons () skipped\n");
	check("tty1::Once:a\n  :34::b\n:: once:c\n", "",
	      "1:7 no such action (Once) skipped\n"
	      "2:7 no such action () skipped\n"
	      "3:3 no such action ( once) skipped\n");
	check("::once:\n::once:# none\n::once:  \n", "",
	      "1:8 no command () skipped\n2:8 no command () skipped\n"
	      "3:8 no command () skipped\n");
	check(":oom=5000,nice=3,x=1:once:a\n", "1 [] once [a]\n",
	      "1:2 wrong value (oom=5000)\n1:18 unknown option (x=1)\n");
	assert_int_equal(entries[0].options.nice, 3);
	check("\\\n\\\nbad\n", "",
	      "1:1 fewer than three colons (bad) skipped\n");
}

static void a_long_tty_name_is_refused(void **state)
{
	char line[128];
	int most = INITTAB_TTY_MAX;

	(void)state;
	snprintf(line, sizeof(line), "/dev/%0*d::once:a", most, 0);
	parse_bytes(line, strlen(line));
	assert_int_equal(table.count, 1);
	assert_string_equal(said, "");
	snprintf(line, sizeof(line), "/dev/%0*d::once:a", most + 1, 0);
	parse_bytes(line, strlen(line));
	assert_int_equal(table.count, 0);
	assert_non_null(strstr(said, "1:6 tty name too long ("));
	assert_non_null(strstr(said, " skipped"));
}

static void the_same_command_on_the_same_tty_is_one_entry(void **state)
{
	(void)state;
	check("::once:a\n:nice=1:once:b\n:nice=2:respawn:a\ntty1::once:a\n",
	      "2 [] once [b]\n3 [] respawn [a]\n4 [tty1] once [a]\n", "");
	assert_int_equal(entries[1].options.nice, 2);
	/* By text: a blank more is another command. */
	check("::once:a b\n::once:a  b\n",
	      "1 [] once [a b]\n2 [] once [a  b]\n", "");
}

static void a_full_table_reports_the_rest(void **state)
{
	char line[64], many[CONFIG_INITTAB_ENTRIES * 32];
	size_t used = 0;

	(void)state;
	for (int i = 0; i < CONFIG_INITTAB_ENTRIES; i++)
		used += (size_t)sprintf(many + used, "::once:c%d\n", i);
	sprintf(many + used, "::once:more\n::respawn:c0\n");
	parse_bytes(many, strlen(many));
	assert_int_equal(table.count, CONFIG_INITTAB_ENTRIES);
	snprintf(line, sizeof(line), "%d:8 the table is full (more) skipped\n",
		 CONFIG_INITTAB_ENTRIES + 1);
	assert_string_equal(said, line);
	/* One that replaces another still finds its place. */
	assert_string_equal(entries[CONFIG_INITTAB_ENTRIES - 1].command, "c0");
	assert_int_equal(entries[CONFIG_INITTAB_ENTRIES - 1].action,
			 ACTION_RESPAWN);
	assert_string_equal(entries[0].command, "c1");
}

static void a_name_belongs_to_one_line(void **state)
{
	(void)state;
	check(":name=x:once:a\n:name=x:once:b\n:name=y:once:c\n",
	      "1 [] once [a]\n2 [] once [b]\n3 [] once [c]\n",
	      "2:7 name already taken (x)\n");
	assert_string_equal(entries[0].options.name, "x");
	assert_null(entries[1].options.name);
	assert_string_equal(entries[2].options.name, "y");
	/* Not by the line that this one replaces. */
	check(":name=x:once:a\n:name=x:respawn:a\n", "2 [] respawn [a]\n", "");
	assert_string_equal(entries[0].options.name, "x");
}

static void identity_across_reloads(void **state)
{
	static const struct {
		const char *lines;
		bool service, definition;
	} cases[] = {
		{"::once:a\n::wait:a", true, false},
		{"::once:a\n::once:a", true, true},
		{"::once:a\ntty1::once:a", false, false},
		{"::once:a\n::once:b", false, false},
		{":name=x:once:a\n:name=x:once:b", true, false},
		{":name=x:once:a\n:name=y:once:a", false, false},
		{":name=x:once:a\n::once:a", true, false},
		{":nice=1:once:a\n:nice=2:once:a", true, false},
		{":nice=0:once:a\n::once:a", true, false},
		{":user=u,cwd=/:once:a\n:cwd=/,user=u:once:a", true, true},
		{":user=u:once:a\n:user=v:once:a", true, false},
		{":umask=0:once:a\n::once:a", true, false},
		{":class=critical:once:a\n::once:a", true, false},
		{":backoff=1-2:once:a\n:backoff=1-3:once:a", true, false},
		{":envfile=/a:once:a\n:envfile=/b:once:a", true, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		static struct inittab_entry two[2][CONFIG_INITTAB_ENTRIES];
		struct inittab one = {two[0], 0}, other = {two[1], 0};
		char copy[128];

		strcpy(copy, cases[i].lines);
		char *second = strchr(copy, '\n');
		*second++ = '\0';
		*said = '\0';
		inittab_parse(&one, copy, strlen(copy), report, said);
		inittab_parse(&other, second, strlen(second), report, said);
		assert_string_equal(said, "");
		if (inittab_same_service(two[0], two[1]) != cases[i].service ||
		    inittab_same_definition(two[0], two[1]) !=
			    cases[i].definition)
			fail_msg("%s", cases[i].lines);
		assert_int_equal(inittab_same_service(two[1], two[0]),
				 cases[i].service);
	}
}

static void the_builtin_table(void **state)
{
	(void)state;
	parse_bytes(inittab_builtin, strlen(inittab_builtin));
	assert_string_equal(dump(), "1 [] sysinit [/etc/init.d/rcS]\n"
				    "2 [] askfirst [-/bin/sh]\n"
				    "3 [tty2] askfirst [-/bin/sh]\n"
				    "4 [tty3] askfirst [-/bin/sh]\n"
				    "5 [tty4] askfirst [-/bin/sh]\n"
				    "6 [] ctrlaltdel [reboot]\n"
				    "7 [] shutdown [umount -a -r]\n"
				    "8 [] shutdown [swapoff -a]\n"
				    "9 [] restart [init]\n");
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
		cmocka_unit_test(all_actions),
		cmocka_unit_test(
			three_colons_split_and_the_rest_is_the_command),
		cmocka_unit_test(comments_and_blanks),
		cmocka_unit_test(a_backslash_joins_lines),
		cmocka_unit_test(zero_bytes_are_blanks),
		cmocka_unit_test(every_error),
		cmocka_unit_test(a_long_tty_name_is_refused),
		cmocka_unit_test(the_same_command_on_the_same_tty_is_one_entry),
		cmocka_unit_test(a_full_table_reports_the_rest),
		cmocka_unit_test(a_name_belongs_to_one_line),
		cmocka_unit_test(identity_across_reloads),
		cmocka_unit_test(the_builtin_table),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
