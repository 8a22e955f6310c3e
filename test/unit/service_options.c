/* uses: init/service_options.c init/number.c */
#include "cmocka_head.h"

#include "service_options.h"

#include <stdio.h>
#include <string.h>

static char text[512];
static char said[512];
static struct service_options options;

static void report(void *context, const char *word, const char *reason)
{
	size_t used = strlen(said);

	assert_ptr_equal(context, said);
	snprintf(said + used, sizeof(said) - used, "%s: %s\n", word, reason);
}

static void parse(const char *field)
{
	strcpy(text, field);
	*said = '\0';
	options = (struct service_options){0};
	service_options_parse(&options, text, report, said);
}

static void every_option(void **state)
{
	(void)state;
	parse("name=ntpd,class=critical,oom=-500,user=ntp,group=time,cwd=/run,"
	      "nofile=64,nproc=8,as=1G,nice=-5,umask=027,grace=2.5,"
	      "backoff=0.1-30,memory=4M,tasks=9,envfile=/etc/ntpd.env");
	assert_string_equal(said, "");
	assert_string_equal(options.name, "ntpd");
	assert_string_equal(options.user, "ntp");
	assert_string_equal(options.group, "time");
	assert_string_equal(options.cwd, "/run");
	assert_string_equal(options.envfile, "/etc/ntpd.env");
	assert_int_equal(options.class, CLASS_CRITICAL);
	assert_int_equal(options.oom, -500);
	assert_int_equal(options.nofile, 64);
	assert_int_equal(options.nproc, 8);
	assert_int_equal(options.as, 1ull << 30);
	assert_int_equal(options.nice, -5);
	assert_int_equal(options.umask, 027);
	assert_int_equal(options.grace_ms, 2500);
	assert_int_equal(options.backoff_first_ms, 100);
	assert_int_equal(options.backoff_max_ms, 30000);
	assert_int_equal(options.memory, 4 << 20);
	assert_int_equal(options.tasks, 9);
	assert_int_equal(options.set, (1 << 11) - 1);
}

static void what_is_not_given_is_not_set(void **state)
{
	static const struct {
		const char *field;
		unsigned set;
	} cases[] = {
		{"", 0},
		{"name=a,user=b,group=c,cwd=d,envfile=e", 0},
		{"oom=0", OPTION_OOM},
		{"nice=0", OPTION_NICE},
		{"umask=0", OPTION_UMASK},
		{"nofile=0", OPTION_NOFILE},
		{"nproc=1", OPTION_NPROC},
		{"as=1", OPTION_AS},
		{"grace=0", OPTION_GRACE},
		{"backoff=1", OPTION_BACKOFF},
		{"memory=1", OPTION_MEMORY},
		{"tasks=1", OPTION_TASKS},
		{"class=normal", OPTION_CLASS},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(cases[i].field);
		assert_string_equal(said, "");
		assert_int_equal(options.set, cases[i].set);
	}
}

static void classes(void **state)
{
	(void)state;
	parse("class=normal");
	assert_int_equal(options.class, CLASS_NORMAL);
	parse("class=critical");
	assert_int_equal(options.class, CLASS_CRITICAL);
	parse("class=sheddable");
	assert_int_equal(options.class, CLASS_SHEDDABLE);
}

static void limits_of_values(void **state)
{
	static const char *const good[] = {
		"oom=-1000",       "oom=1000",
		"oom=+5",          "nice=-20",
		"nice=19",         "umask=777",
		"umask=0000",      "tasks=4194304",
		"grace=86400",     "grace=250ms",
		"grace=1m",        "backoff=5",
		"backoff=50ms-5s", "as=16777215G",
		"memory=1k",       "nofile=18446744073709551615",
		"nofile=1K",       "cwd=a=b",
	};
	static const char *const bad[] = {
		"oom=-1001",     "oom=1001",
		"oom=",          "oom=-",
		"oom=1x",        "oom=--1",
		"nice=-21",      "nice=20",
		"umask=1000",    "umask=8",
		"umask=-1",      "tasks=0",
		"tasks=4194305", "tasks=1K",
		"tasks=-1",      "nofile=18446744073709551616",
		"nofile=-1",     "nproc=",
		"as=1T",         "as=K",
		"as=1KB",        "as=17179869184G",
		"memory=0.5M",   "grace=-1",
		"grace=86401",   "grace=1h",
		"grace=",        "grace=1 s",
		"backoff=0",     "backoff=2-1",
		"backoff=0-1",   "backoff=1-",
		"backoff=-1",    "backoff=1-2-3",
		"backoff=0.5ms", "class=",
		"class=high",    "class=CRITICAL",
		"name=",         "user=",
		"cwd=",          "oom=99999999999999999999",
	};
	char expected[128];

	(void)state;
	for (unsigned i = 0; i < sizeof(good) / sizeof(*good); i++) {
		parse(good[i]);
		assert_string_equal(said, "");
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct service_options nothing = {0};

		parse(bad[i]);
		snprintf(expected, sizeof(expected), "%s: wrong value\n",
			 bad[i]);
		assert_string_equal(said, expected);
		/* A half-read value leaves nothing behind. */
		assert_memory_equal(&options, &nothing, sizeof(nothing));
	}
}

static void wrong_words_are_reported_and_the_others_serve(void **state)
{
	(void)state;
	parse("colour=red,nice=3,names=x,nam=x,=3,respawn,NICE=4");
	assert_string_equal(said, "colour=red: unknown option\n"
				  "names=x: unknown option\n"
				  "nam=x: unknown option\n"
				  "=3: unknown option\n"
				  "respawn: not an option, which has a =\n"
				  "NICE=4: unknown option\n");
	assert_int_equal(options.nice, 3);
	assert_int_equal(options.set, OPTION_NICE);
	/* A wrong value keeps the one before it. */
	parse("nice=3,nice=99");
	assert_string_equal(said, "nice=99: wrong value\n");
	assert_int_equal(options.nice, 3);
	parse("nice=3,nice=4");
	assert_int_equal(options.nice, 4);
	parse(",,nice=3,,");
	assert_string_equal(said, "");
	assert_int_equal(options.nice, 3);
}

static void old_runlevels_are_skipped(void **state)
{
	(void)state;
	parse("2345");
	assert_string_equal(said, "");
	parse("S");
	assert_string_equal(said, "");
	parse("12345,nice=2");
	assert_string_equal(said, "");
	assert_int_equal(options.nice, 2);
	parse("12345x");
	assert_string_equal(said, "12345x: not an option, which has a =\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option),
		cmocka_unit_test(what_is_not_given_is_not_set),
		cmocka_unit_test(classes),
		cmocka_unit_test(limits_of_values),
		cmocka_unit_test(wrong_words_are_reported_and_the_others_serve),
		cmocka_unit_test(old_runlevels_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
