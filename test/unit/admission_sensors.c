/* uses: reap/admission_parse.c reap/admission_sensors.c */
/* What is read, from texts and from files that may say anything. */
#include "cmocka_head.h"

#include "admission_parse.h"
#include "admission_sensors.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void numbers(void **state)
{
	(void)state;
	assert_true(admission_parse("12\n", "") == 12);
	assert_true(admission_parse(" \t0\n", "") == 0);
	assert_true(admission_parse("18446744073709551616\n", "") ==
		    PARSE_NONE - 1);
	assert_true(admission_parse("99999999999999999999999999\n", "") ==
		    PARSE_NONE - 1);
	assert_true(admission_parse("max\n", "") == PARSE_NONE);
	assert_true(admission_parse("", "") == PARSE_NONE);
	assert_true(admission_parse("-1\n", "") == PARSE_NONE);
	assert_true(admission_parse("12", "") == PARSE_NONE);
	assert_true(admission_parse("\n12\n", "") == PARSE_NONE);
}

static void keyed(void **state)
{
	(void)state;
	assert_true(admission_parse("oom 1\noom_kill 2\n", "oom_kill ") == 2);
	assert_true(admission_parse("oom_kill 2\noom 1\n", "oom ") == 1);
	assert_true(admission_parse("MemFree:   7 kB\n", "MemFree:") == 7);
	assert_true(admission_parse("xoom 3\n", "oom ") == PARSE_NONE);
	assert_true(admission_parse("oom\n4\n", "oom ") == PARSE_NONE);
	assert_true(admission_parse("oom 45", "oom ") == PARSE_NONE);
	assert_true(admission_parse("oom", "oom ") == PARSE_NONE);
	assert_true(admission_parse("", "oom ") == PARSE_NONE);
	assert_true(admission_parse("\n\n\noom max\n", "oom ") == PARSE_NONE);
	assert_true(admission_parse("\xff\xfe\noom 3\n", "oom ") == 3);
}

static char folder[] = "/tmp/foster-unit-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void limits_of_a_cgroup(void **state)
{
	struct admission_sensors sensors = {.folders = {-1, -1}};
	struct admission_readings readings;
	const struct admission_amount *memory =
		&readings.of[ADMISSION_SERVICES_MEMORY];
	const struct admission_amount *tasks =
		&readings.of[ADMISSION_SERVICES_TASKS];
	char list[8][24] = {"memory.max",    "memory.current", "memory.stat",
			    "memory.events", "pids.max",       "pids.current"};

	(void)state;
	assert_non_null(mkdtemp(folder));
	put("memory.max", "8388608\n");
	put("memory.current", "8388608\n");
	put("memory.stat", "anon 1\nactive_file 1048576\n"
			   "inactive_file 1048576\nslab_reclaimable 2097152\n");
	put("memory.events", "low 0\noom 5\noom_kill 3\noom_group_kill 1\n");
	put("pids.max", "40\n");
	put("pids.current", "33\n");
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(admission_sensors_open(&sensors), 0);
	sensors.folders[1] = descriptor;

	admission_sensors_read(&sensors, &readings, 1024, ADMISSION_NORMAL);
	assert_int_equal(memory->limit, 8192);
	assert_int_equal(memory->left, 1024);
	assert_int_equal(tasks->limit, 40);
	assert_int_equal(tasks->left, 7);
	assert_int_equal(readings.of[ADMISSION_OWN_MEMORY].left,
			 ADMISSION_UNKNOWN);
	assert_true(admission_number(descriptor, "memory.events",
				     "oom_kill ") == 3);

	admission_sensors_read(&sensors, &readings, 1024, ADMISSION_CRITICAL);
	assert_int_equal(tasks->left, ADMISSION_UNKNOWN);

	put("pids.current", "50\n");
	put("memory.max", "max\n");
	admission_sensors_read(&sensors, &readings, 1024, ADMISSION_NORMAL);
	assert_int_equal(memory->left, ADMISSION_UNKNOWN);
	assert_int_equal(tasks->left, 0);

	put("pids.max", "");
	put("memory.max", "9999999999999999999999");
	put("memory.current", "x\1");
	admission_sensors_read(&sensors, &readings, 1024, ADMISSION_NORMAL);
	assert_int_equal(memory->left, ADMISSION_UNKNOWN);
	assert_int_equal(tasks->left, ADMISSION_UNKNOWN);

	close(descriptor);
	for (unsigned i = 0; i < 6; i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/%s", folder, list[i]);
		unlink(path);
	}
	rmdir(folder);
}

/* /proc, as folder has it where lies is set. */
static bool lies;

int openat(int descriptor, const char *path, int flags, ...)
{
	char instead[64];

	if (lies && descriptor == AT_FDCWD) {
		snprintf(instead, sizeof(instead), "%s/all", folder);
		path = instead;
	}
	return (int)syscall(SYS_openat, descriptor, path, flags, 0);
}

/* What can not be read, or says nothing, is no reason to wait. */
static void a_proc_that_lies_is_unknown(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"99999",
		"MemAvailable:",
		"MemAvailable: -1 kB\n",
		"\1\2\377\n\n",
		NULL,
	};

	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	lies = true;
	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct admission_sensors sensors = {.folders = {-1, -1}};
		struct admission_readings readings;
		char path[64];

		snprintf(path, sizeof(path), "%s/all", folder);
		if (texts[i])
			put("all", texts[i]);
		else
			unlink(path);
		assert_int_equal(admission_sensors_open(&sensors),
				 ADMISSION_NO_MEMORY | ADMISSION_NO_TASKS);
		admission_sensors_read(&sensors, &readings, UINT32_MAX,
				       ADMISSION_NORMAL);
		assert_int_equal(readings.of[ADMISSION_DEVICE_MEMORY].left,
				 ADMISSION_UNKNOWN);
		assert_int_equal(readings.of[ADMISSION_DEVICE_TASKS].left,
				 ADMISSION_UNKNOWN);
	}
	lies = false;
	rmdir(folder);
}

static void limits_of_this_machine(void **state)
{
	struct admission_sensors sensors = {.folders = {-1, -1}};
	struct admission_readings readings;
	const struct admission_amount *memory =
		&readings.of[ADMISSION_DEVICE_MEMORY];
	const struct admission_amount *tasks =
		&readings.of[ADMISSION_DEVICE_TASKS];

	(void)state;
	int before = dup(0);
	close(before);
	assert_int_equal(admission_sensors_open(&sensors), 0);
	admission_sensors_read(&sensors, &readings, UINT32_MAX,
			       ADMISSION_NORMAL);
	assert_in_range(memory->left, 1, memory->limit);
	assert_in_range(tasks->left, 1, tasks->limit);
	uint32_t exact = memory->left;
	/* Enough is free: less, but more than asked for. */
	admission_sensors_read(&sensors, &readings, 1, ADMISSION_NORMAL);
	assert_in_range(memory->left, 2, exact + 100000);
	int after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

/* /proc/vmstat is long, and oom_kill is far behind. */
static void kills_are_counted(void **state)
{
	char line[128];
	unsigned long long expected = 0;
	FILE *file = fopen("/proc/vmstat", "r");

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "oom_kill %llu", &expected) == 1)
			break;
	fclose(file);
	assert_true(admission_number(AT_FDCWD, "/proc/vmstat", "oom_kill ") ==
		    expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(keyed),
		cmocka_unit_test(limits_of_a_cgroup),
		cmocka_unit_test(a_proc_that_lies_is_unknown),
		cmocka_unit_test(limits_of_this_machine),
		cmocka_unit_test(kills_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
