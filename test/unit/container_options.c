/* uses: init/container_options.c init/personality.c init/number.c
 * init/signal_names.c */
#include "cmocka_head.h"

#include "container_options.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 24 };

static struct container_options options;
static struct container_mistake mistake;
static char text[512], variable_text[512];
static char *words[WORDS + 1], *variables[WORDS + 1];

static void cut(char *from, char **to)
{
	unsigned count = 0;

	for (char *word = strtok(from, " "); word; word = strtok(NULL, " "))
		to[count++] = word;
	to[count] = NULL;
}

/* line: argv with blanks between; environment: the same. */
static bool parse(const char *line, const char *environment)
{
	cut(strcpy(text, line), words);
	cut(strcpy(variable_text, environment), variables);
	return container_options_parse(&options, &mistake, words[0], words,
				       variables);
}

static bool is_on(enum option_action option)
{
	return options.on >> option & 1;
}

static void good(const char *line, const char *environment)
{
	if (!parse(line, environment))
		fail_msg("%s: %s: %s", line, mistake.word, mistake.why);
}

static void every_option_of_foster(void **state)
{
	(void)state;
	good("foster prog -x", "");
	assert_ptr_equal(options.program, words + 1);
	assert_int_equal(options.task, TASK_RUN);
	assert_int_equal(options.stop_signal, SIGTERM);
	assert_int_equal(options.grace, NO_TIME);
	good("foster -s INT -d 1 -g 0.5 -l 2s -f all -SD -a -1 -v -- -prog",
	     "");
	assert_string_equal(*options.program, "-prog");
	assert_int_equal(options.stop_signal, SIGINT);
	assert_int_equal(options.delay, 1000);
	assert_int_equal(options.grace, 500);
	assert_int_equal(options.linger, 2000);
	assert_int_equal(options.forward, FORWARD_ALL);
	assert_true(is_on(OPTION_SUBREAPER) && is_on(OPTION_DAEMONIZED));
	assert_true(is_on(OPTION_WAIT_ALL) && is_on(OPTION_REQUIRE_PID1));
	assert_int_equal(options.level, 2);
	good("foster --stop-signal=RTMIN+3 --grace 250ms --forward=group x",
	     "");
	assert_int_equal(options.stop_signal, 37);
	assert_int_equal(options.grace, 250);
	assert_int_equal(options.forward, FORWARD_GROUP);
	good("foster -q x", "");
	assert_int_equal(options.level, 0);
	good("foster -vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
	     "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
	     "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv x",
	     "");
	assert_int_equal(options.level, 3);
	good("foster -h", "");
	assert_int_equal(options.task, TASK_HELP);
	good("foster --version", "");
	assert_int_equal(options.task, TASK_VERSION);
}

static void maps(void **state)
{
	(void)state;
	good("foster -m TERM=INT,HUP=ignore,USR1=0 -e 1-3=0,255=4 x", "");
	assert_int_equal(options.map[SIGTERM], SIGINT);
	assert_int_equal(options.map[SIGHUP], 0);
	assert_int_equal(options.map[SIGUSR1], 0);
	assert_int_equal(options.map[SIGUSR2], SIGUSR2);
	assert_int_equal(options.map[64], 64);
	assert_int_equal(options.map[SIGCHLD], 0);
	assert_int_equal(options.exit_map[1], 0);
	assert_int_equal(options.exit_map[3], 0);
	assert_int_equal(options.exit_map[4], 4);
	assert_int_equal(options.exit_map[255], 4);
}

static void variables_come_before_the_command_line(void **state)
{
	(void)state;
	good("foster x", "FOSTER_GRACE=3 FOSTER_SUBREAPER=1 FOSTER_WAIT_ALL=0 "
			 "FOSTER_STRANGER=1 FOSTER=1 PATH=/bin");
	assert_int_equal(options.grace, 3000);
	assert_true(is_on(OPTION_SUBREAPER));
	assert_false(is_on(OPTION_WAIT_ALL));
	good("foster -g 4 x", "FOSTER_GRACE=3");
	assert_int_equal(options.grace, 4000);
	assert_false(parse("foster x", "FOSTER_GRACE=soon"));
	assert_string_equal(mistake.word, "FOSTER_GRACE=soon");
}

static void peers(void **state)
{
	(void)state;
	good("tini -s -g -vv -e 143 -p SIGUSR1 -- x", "");
	assert_true(is_on(OPTION_SUBREAPER));
	assert_int_equal(options.forward, FORWARD_GROUP);
	assert_int_equal(options.exit_map[143], 0);
	assert_int_equal(options.parent_death, SIGUSR1);
	assert_int_equal(options.level, 3);
	good("tini x", "TINI_SUBREAPER= TINI_VERBOSITY=3 FOSTER_GRACE=soon");
	assert_true(is_on(OPTION_SUBREAPER));
	assert_int_equal(options.level, 3);
	good("dumb-init -r 15:2 --rewrite 1:0 x", "");
	assert_int_equal(options.map[SIGTERM], SIGINT);
	assert_int_equal(options.map[SIGHUP], 0);
	assert_int_equal(options.map[SIGTSTP], SIGSTOP);
	assert_true(options.session);
	good("dumb-init -c x", "");
	assert_false(options.session);
	good("dumb-init x", "DUMB_INIT_SETSID=0");
	assert_false(options.session);
	good("catatonit -P", "");
	assert_int_equal(options.task, TASK_PAUSE);
}

static void every_mistake(void **state)
{
	static const struct {
		const char *line;
		const char *word;
	} cases[] = {
		{"foster", "no program given"},
		{"foster --", "no program given"},
		{"foster -?", "-?"},
		{"foster --nosuch x", "--nosuch"},
		{"foster --wait-all=1 x", "--wait-all=1"},
		{"foster -s NOSUCH x", "NOSUCH"},
		{"foster -s 65 x", "65"},
		{"foster -g -1 x", "-1"},
		{"foster -g 86401 x", "86401"},
		{"foster -f some x", "some"},
		{"foster -m TERM x", "TERM"},
		{"foster -m KILL=TERM x", "KILL=TERM"},
		{"foster -m TERM=INT,HUP x", "TERM=INT,HUP"},
		{"foster -e 256=0 x", "256=0"},
		{"foster -e 3-1=0 x", "3-1=0"},
		{"foster -e 1=256 x", "1=256"},
		{"tini -e 256 x", "256"},
		{"tini --version x", "--version"},
		{"dumb-init -r 15:32 x", "15:32"},
		{"dumb-init -r 0:1 x", "0:1"},
		{"dumb-init -r TERM:INT x", "TERM:INT"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (parse(cases[i].line, ""))
			fail_msg("%s", cases[i].line);
		if (strcmp(mistake.word, cases[i].word))
			fail_msg("%s: %s", cases[i].line, mistake.word);
		assert_non_null(mistake.why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_of_foster),
		cmocka_unit_test(maps),
		cmocka_unit_test(variables_come_before_the_command_line),
		cmocka_unit_test(peers),
		cmocka_unit_test(every_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
