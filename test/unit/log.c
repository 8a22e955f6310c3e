/* uses: init/log.c init/format.c init/errors.c */
#include "cmocka_head.h"

#include "log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe by name stands for the console: it takes 64 KiB, or nothing. */
static char folder[] = "/tmp/foster-log-XXXXXX";
static char console[64];
static int reader;

static int make_console(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(console, sizeof(console), "%s/console", folder);
	if (mkfifo(console, 0600))
		return -1;
	reader = open(console, O_RDWR | O_NONBLOCK);
	log_open(console, LOG_TO_CONSOLE);
	return reader < 0;
}

static int remove_console(void **state)
{
	(void)state;
	close(reader);
	return unlink(console) || rmdir(folder);
}

static void fill(void)
{
	static const char page[4096];

	while (write(reader, page, sizeof(page)) > 0)
		;
}

/* What the console has got; then it takes again. */
static const char *taken(void)
{
	static char text[1 << 17];
	ssize_t length = read(reader, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void a_line_is_written_at_once(void **state)
{
	struct pollfd watch;
	moment deadline = NEVER;

	(void)state;
	log_message("one %d", 1);
	assert_string_equal(taken(), "foster: one 1\n");
	assert_false(log_waits(&watch, &deadline));
	assert_true(deadline == NEVER);
}

static void a_long_line_is_cut_and_ended(void **state)
{
	static char word[400];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	log_message("%s", word);
	const char *text = taken();
	assert_in_range(strlen(text), 100, 256);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void what_it_does_not_take_waits_and_the_rest_is_counted(void **state)
{
	struct pollfd watch;
	moment deadline = NEVER;
	char last[32];
	int kept = 0, dropped = 0;

	(void)state;
	fill();
	for (int i = 100; i < 300; i++)
		log_message("line %d", i);
	assert_true(log_waits(&watch, &deadline));
	assert_int_equal(watch.events, POLLOUT);
	assert_true(deadline == NEVER);
	taken();
	log_try_again(1);
	const char *text = taken();
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		kept += sscanf(line, "foster: line %*d%c", last) == 1;
	const char *told = strstr(text, " lines dropped: the log took none\n");
	assert_non_null(told);
	while (told[-1] != ' ')
		told--;
	dropped = atoi(told);
	assert_true(kept > 50 && dropped > 0);
	assert_int_equal(kept + dropped, 200);
	snprintf(last, sizeof(last), "line %d\n", 100 + kept - 1);
	assert_non_null(strstr(text, last));
	assert_false(log_waits(&watch, &deadline));
}

/* As a device in error does: it polls writable and takes nothing. */
static void a_refused_write_is_tried_again_once_a_second(void **state)
{
	struct pollfd watch;
	moment deadline = NEVER;

	(void)state;
	log_open("/dev/full", LOG_TO_CONSOLE);
	log_message("refused");
	assert_true(log_waits(&watch, &deadline));
	log_try_again(5000);
	assert_false(log_waits(&watch, &deadline));
	assert_true(deadline == 6000);
	log_try_again(5999);
	deadline = NEVER;
	assert_false(log_waits(&watch, &deadline));
	assert_true(deadline == 6000);
	log_open(console, LOG_TO_CONSOLE);
	assert_string_equal(taken(), "foster: refused\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_written_at_once),
		cmocka_unit_test(a_long_line_is_cut_and_ended),
		cmocka_unit_test(
			what_it_does_not_take_waits_and_the_rest_is_counted),
		cmocka_unit_test(a_refused_write_is_tried_again_once_a_second),
	};

	return cmocka_run_group_tests(tests, make_console, remove_console);
}
