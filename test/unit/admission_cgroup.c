/* uses: reap/admission_cgroup.c reap/admission_parse.c
 * reap/admission_sensors.c */
/* Which numbers go into which files, with a folder that passes for the root of
 * cgroup v2. */
#include "cmocka_head.h"

#include "admission_cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static char root[] = "/tmp/foster-unit-XXXXXX";
static struct admission_cgroup cgroup;
static const uint32_t limits[ADMISSION_KINDS] = {20000, 120};

/* linux/magic.h */
static long magic = 0x63677270;

int fstatfs(int descriptor, struct statfs *file_system)
{
	(void)descriptor;
	file_system->f_type = magic;
	return 0;
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* A number is written over what was there, so it is one word of it. */
static void holds(const char *name, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path_of(name), "r");

	assert_non_null(file);
	assert_true(fgets(text, sizeof(text), file) || !*expected);
	fclose(file);
	text[strcspn(text, " \n")] = '\0';
	assert_string_equal(text, expected);
}

#define BLANK "                    \n"

static const char *const files[] = {
	"cgroup.subtree_control",   "services/cgroup.subtree_control",
	"services/memory.max",      "services/pids.max",
	"services/pids.current",    "services/a.1/memory.max",
	"services/a.1/pids.max",    "services/a.1/memory.oom.group",
	"services/a.1/cgroup.kill",
};

static int setup(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	assert_non_null(mkdtemp(root));
	assert_int_equal(mkdir(path_of("services"), 0755), 0);
	assert_int_equal(mkdir(path_of("services/a.1"), 0755), 0);
	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
		put(files[i], BLANK);
	magic = 0x63677270;
	cgroup = (struct admission_cgroup){.root = -1, .services = -1};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (cgroup.root >= 0)
		close(cgroup.root);
	if (cgroup.services >= 0)
		close(cgroup.services);
	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(path_of(files[i]));
	rmdir(path_of("services/a.1"));
	rmdir(path_of("services"));
	return rmdir(root);
}

static void limits_stand_from_the_start(void **state)
{
	(void)state;
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), 0);
	holds("services/memory.max", "20480000");
	holds("services/pids.max", "120");
	/* One by one, the last of them over the other. */
	holds("cgroup.subtree_control", "+pidsry");
	holds("services/cgroup.subtree_control", "+pidsry");
	assert_int_equal(cgroup.limits[ADMISSION_MEMORY], 20000);
	assert_int_equal(cgroup.limits[ADMISSION_TASKS], 120);
}

static void what_is_no_cgroup_is_left_alone(void **state)
{
	(void)state;
	magic = 0x01021994;
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), -ENODEV);
	assert_int_equal(
		admission_cgroup_open(&cgroup, path_of("none"), limits),
		-ENOENT);
	assert_int_equal(cgroup.services, -1);
	holds("services/pids.max", "");
}

static void a_kind_that_is_refused_has_no_limit(void **state)
{
	(void)state;
	unlink(path_of("services/pids.max"));
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), 0);
	assert_int_equal(cgroup.limits[ADMISSION_MEMORY], 20000);
	assert_int_equal(cgroup.limits[ADMISSION_TASKS], 0);
}

static void a_service_has_its_share_or_what_it_asks_for(void **state)
{
	const uint32_t nothing[ADMISSION_KINDS] = {0};
	const uint32_t wanted[ADMISSION_KINDS] = {4096, 7};

	(void)state;
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), 0);
	int child = admission_cgroup_make(&cgroup, "a.1");
	assert_true(child >= 0);
	assert_int_equal(admission_cgroup_limit(&cgroup, child, nothing), 0);
	char share[24];
	snprintf(share, sizeof(share), "%u",
		 20000 * CONFIG_ADMISSION_SHARE_MEMORY / 100 * 1024);
	holds("services/a.1/memory.max", share);
	snprintf(share, sizeof(share), "%u",
		 120 * CONFIG_ADMISSION_SHARE_TASKS / 100);
	holds("services/a.1/pids.max", share);
	put("services/a.1/memory.max", BLANK);
	put("services/a.1/pids.max", BLANK);
	assert_int_equal(admission_cgroup_limit(&cgroup, child, wanted), 0);
	holds("services/a.1/memory.max", "4194304");
	holds("services/a.1/pids.max", "7");
	unlink(path_of("services/a.1/memory.max"));
	assert_int_equal(admission_cgroup_limit(&cgroup, child, wanted),
			 -ENOENT);
	admission_cgroup_whole(child);
	holds("services/a.1/memory.oom.group", "1");
	put("services/a.1/cgroup.procs", BLANK);
	int procs = admission_cgroup_procs(child);
	assert_int_equal(fcntl(procs, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(procs, "0", 1), 1);
	holds("services/a.1/cgroup.procs", "0");
	close(procs);
	unlink(path_of("services/a.1/cgroup.procs"));
	assert_int_equal(admission_cgroup_procs(child), -ENOENT);
	admission_cgroup_kill(child);
	holds("services/a.1/cgroup.kill", "1");
	close(child);
}

static void a_cgroup_is_made_and_removed(void **state)
{
	struct stat unused;

	(void)state;
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), 0);
	close(admission_cgroup_make(&cgroup, "b.2"));
	int found = admission_cgroup_find(&cgroup, "b.2");
	assert_true(found >= 0);
	close(found);
	assert_int_equal(admission_cgroup_remove(&cgroup, "b.2"), 0);
	assert_int_equal(stat(path_of("services/b.2"), &unused), -1);
	assert_int_equal(admission_cgroup_find(&cgroup, "b.2"), -ENOENT);
	assert_int_equal(admission_cgroup_remove(&cgroup, "b.2"), -ENOENT);
}

static void tight_is_what_is_in_use_and_then_the_limit_again(void **state)
{
	(void)state;
	assert_int_equal(admission_cgroup_open(&cgroup, root, limits), 0);
	put("services/pids.max", BLANK);
	put("services/pids.current", "33\n");
	admission_cgroup_tighten(&cgroup, false);
	holds("services/pids.max", "");
	admission_cgroup_tighten(&cgroup, true);
	holds("services/pids.max", "33");
	/* Not again with what is left by now. */
	put("services/pids.current", "22\n");
	admission_cgroup_tighten(&cgroup, true);
	holds("services/pids.max", "33");
	unlink(path_of("services/pids.max"));
	assert_int_equal(admission_cgroup_tighten(&cgroup, false), -ENOENT);
	put("services/pids.max", BLANK);
	assert_int_equal(admission_cgroup_tighten(&cgroup, false), 0);
	holds("services/pids.max", "120");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(limits_stand_from_the_start),
		TEST(what_is_no_cgroup_is_left_alone),
		TEST(a_kind_that_is_refused_has_no_limit),
		TEST(a_service_has_its_share_or_what_it_asks_for),
		TEST(a_cgroup_is_made_and_removed),
		TEST(tight_is_what_is_in_use_and_then_the_limit_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
