/* uses: init/admit.c init/backoff.c init/errors.c init/format.c init/number.c
 * reap/admission.c reap/admission_decide.c */
/* What services ask with, what is said of it, and who makes room, with
 * readings and a record of cgroup calls that the test sets and reads. */
#include "cmocka_head.h"

#include "admission_cgroup.h"
#include "admission_sensors.h"
#include "admit.h"
#include "format.h"
#include "log.h"
#include "services.h"
#include "zombies.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { TOTAL_KIB = 32768, FLOOR_KIB = 2048 };

/* ---- the rooms around it */
static struct service all[SERVICES_MAX + 1];
struct service *services = all;
struct service *services_end = all + 5;
bool services_held;
bool services_ending;

static struct inittab_entry entries[4];
static struct reap_record record;
static uint32_t left_kib;
static unsigned gaps;
static uint64_t kills, kills_in_cgroup; /* UINT64_MAX: no such file */
static char said[2048], done[1024];
static int fork_error, limit_error, make_error, procs_error;
static int remove_error, tighten_error;
static unsigned forks, zombies_told;
static bool has_cgroups;

static void note(char *text, size_t size, const char *pattern, va_list values)
{
	size_t used = strlen(text);

	assert_in_range(used, 0, size - 200);
	used += format_list(text + used, size - used - 1, pattern, values);
	strcpy(text + used, "\n");
}

void log_message(const char *pattern, ...)
{
	va_list values;

	va_start(values, pattern);
	note(said, sizeof(said), pattern, values);
	va_end(values);
}

__attribute__((format(printf, 1, 2))) static void did(const char *pattern, ...)
{
	va_list values;

	va_start(values, pattern);
	note(done, sizeof(done), pattern, values);
	va_end(values);
}

unsigned admission_sensors_open(struct admission_sensors *sensors)
{
	sensors->total_kib = TOTAL_KIB;
	sensors->tasks_limit = 133;
	return gaps;
}

void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib, unsigned class)
{
	(void)sensors;
	(void)enough_kib;
	(void)class;
	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++)
		readings->of[i] = (struct admission_amount){ADMISSION_UNKNOWN,
							    ADMISSION_UNKNOWN};
	readings->of[ADMISSION_DEVICE_MEMORY] =
		(struct admission_amount){left_kib, TOTAL_KIB};
}

uint64_t admission_number(int folder, const char *path, const char *key)
{
	if (strcmp(key, "oom_kill "))
		return UINT64_MAX;
	return folder == AT_FDCWD               ? kills
	       : !strcmp(path, "memory.events") ? kills_in_cgroup
						: UINT64_MAX;
}

const char admission_uses[ADMISSION_KINDS][15] = {"memory.current",
						  "pids.current"};

int admission_cgroup_open(struct admission_cgroup *c, const char *path,
			  const uint32_t limits[ADMISSION_KINDS])
{
	(void)path;
	if (!has_cgroups)
		return -ENOENT;
	c->root = c->services = 1000;
	c->limits[ADMISSION_MEMORY] = limits[ADMISSION_MEMORY];
	c->limits[ADMISSION_TASKS] = limits[ADMISSION_TASKS];
	return 0;
}

static int folder(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int admission_cgroup_make(const struct admission_cgroup *c, const char *name)
{
	(void)c;
	did("make %s", name);
	return make_error ? make_error : folder();
}

int admission_cgroup_procs(int cgroup)
{
	(void)cgroup;
	return procs_error ? procs_error : folder();
}

int admission_cgroup_limit(const struct admission_cgroup *c, int cgroup,
			   const uint32_t wanted[ADMISSION_KINDS])
{
	(void)c;
	(void)cgroup;
	did("limit %u KiB %u", wanted[ADMISSION_MEMORY],
	    wanted[ADMISSION_TASKS]);
	return limit_error;
}

int admission_cgroup_find(const struct admission_cgroup *c, const char *name)
{
	(void)c;
	(void)name;
	return folder();
}

void admission_cgroup_whole(int cgroup)
{
	(void)cgroup;
	did("whole");
}

void admission_cgroup_kill(int cgroup)
{
	(void)cgroup;
	did("kill");
}

int admission_cgroup_remove(const struct admission_cgroup *c, const char *name)
{
	(void)c;
	did("remove %s", name);
	return remove_error;
}

int admission_cgroup_tighten(struct admission_cgroup *c, bool tight)
{
	if (c->is_tight == tight)
		return 0;
	did(tight ? "tighten" : "lift");
	if (!tighten_error)
		c->is_tight = tight;
	return tighten_error;
}

void zombies_tell(void)
{
	zombies_told++;
}

enum reap_class reap_classify(int error)
{
	return error == -EAGAIN ? REAP_RETRY : REAP_NEVER;
}

static void start(struct service *service, moment now)
{
	service->state = SERVICE_WAITING;
	if (!admit_may_start(service, now))
		return;
	forks++;
	if (fork_error) {
		admit_refused(service, fork_error, now);
		return;
	}
	service->child.pid = 100 + (int)(service - all);
	admit_started(service, now);
	service->started = now;
	service->state = SERVICE_RUNNING;
}

/* As init/service.c, but for what is not admission's. */
void service_handle(struct service *service, enum service_event event,
		    moment now)
{
	if (event == SERVICE_DEADLINE)
		start(service, now);
	if (event == SERVICE_STOP)
		service->state = SERVICE_STOPPING;
}

/* ---- helpers */
static int setup(void **state)
{
	(void)state;
	memset(all, 0, sizeof(all));
	for (unsigned i = 0; i < 4; i++) {
		entries[i] = (struct inittab_entry){
			.tty = "", .command = "x", .action = ACTION_RESPAWN};
		all[i + 1].entry = &entries[i];
		all[i + 1].record = &record;
		format(all[i + 1].name, sizeof(all[0].name), "s%u", i + 1);
	}
	services_held = services_ending = false;
	fork_error = limit_error = make_error = procs_error = 0;
	remove_error = tighten_error = 0;
	forks = zombies_told = gaps = 0;
	kills = kills_in_cgroup = 0;
	left_kib = 20000;
	has_cgroups = true;
	*said = *done = '\0';
	admit_open(&(struct boot_words){0}, false);
	return 0;
}

/* What one test leaves in the queue is not the next one's. */
static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 5; i++)
		admit_forget(&all[i]);
	admit_boot_is_over();
	left_kib = 20000;
	admit_turn(true, 1 << 30);
	return 0;
}

static void option(unsigned i, unsigned char class, unsigned set,
		   unsigned long long memory, unsigned tasks)
{
	entries[i - 1].options.set |= set;
	entries[i - 1].options.class = class;
	entries[i - 1].options.memory = memory;
	entries[i - 1].options.tasks = tasks;
}

static unsigned ended(unsigned i, enum reap_end end, int status, long kib,
		      moment now)
{
	record = (struct reap_record){
		.pid = 100 + (int)i, .end = end, .status = status};
	record.usage.ru_maxrss = kib;
	all[i].child.pid = 0;
	return admit_ended(&all[i], now);
}

static unsigned count(const char *text, const char *word)
{
	unsigned found = 0;

	for (; (text = strstr(text, word)); text++)
		found++;
	return found;
}

/* ---- what is asked for */
static void memory_of_the_line_is_what_is_asked_for(void **state)
{
	(void)state;
	left_kib = 8192 + FLOOR_KIB - 1;
	option(1, CLASS_NORMAL, OPTION_MEMORY, 8192 * 1024, 0);
	start(&all[1], 1000);
	assert_int_equal(forks, 0);
	assert_string_equal(said, "s1: waits: 10239 KiB left, 10240 needed; "
				  "next look in 50 ms\n");
	/* A promise holds for ever. */
	admit_turn(false, 90000);
	assert_int_equal(forks, 0);
}

static void what_the_last_run_had_is_asked_for(void **state)
{
	(void)state;
	start(&all[1], 1000);
	assert_int_equal(ended(1, REAP_EXITED, 0, 8192, 2000), 0);
	left_kib = 8192 + FLOOR_KIB - 1;
	start(&all[1], 3000);
	assert_int_equal(forks, 1);
	assert_string_equal(said, "s1: waits: 10239 KiB left, 10240 needed; "
				  "next look in 50 ms\n");
}

static void what_a_killed_one_had_is_not(void **state)
{
	(void)state;
	start(&all[1], 1000);
	ended(1, REAP_EXITED, 0, 100, 2000);
	start(&all[1], 3000);
	ended(1, REAP_KILLED, SIGKILL, 30000, 4000);
	left_kib = 8192;
	start(&all[1], 5000);
	assert_int_equal(forks, 3);
}

static void what_the_device_can_not_hold_never_starts(void **state)
{
	(void)state;
	option(1, CLASS_CRITICAL, OPTION_CLASS | OPTION_MEMORY, 1ull << 40, 0);
	start(&all[1], 1000);
	assert_string_equal(said, "s1: never started: memory= is 1073741824 "
				  "KiB of 32768 KiB\n");
	assert_true(all[1].has_run);
	assert_int_equal(all[1].state, SERVICE_IDLE);
	assert_true(admit_deadline() == NEVER);
}

static void the_boots_lines_pass_the_floor(void **state)
{
	static const struct {
		enum action action;
		unsigned forks;
	} rows[] = {
		{ACTION_SYSINIT, 1},    {ACTION_WAIT, 1},
		{ACTION_CTRLALTDEL, 1}, {ACTION_ONCE, 0},
		{ACTION_RESPAWN, 0},    {ACTION_ASKFIRST, 0},
	};

	left_kib = FLOOR_KIB - 1;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		forks = 0;
		entries[0].action = (unsigned char)rows[i].action;
		start(&all[1], 1000);
		assert_int_equal(forks, rows[i].forks);
		admit_forget(&all[1]);
	}
	/* Unless they say otherwise. */
	entries[0].action = ACTION_SYSINIT;
	option(1, CLASS_NORMAL, OPTION_CLASS, 0, 0);
	start(&all[1], 1000);
	assert_int_equal(forks, 0);
	/* The end of a boot is never put off. */
	services_ending = true;
	start(&all[2], 1000);
	assert_int_equal(forks, 1);
	(void)state;
}

/* ---- what is said */
static void one_line_when_it_waits_and_one_when_it_starts(void **state)
{
	moment now = 1000;

	(void)state;
	fork_error = -EAGAIN;
	start(&all[1], now);
	for (unsigned i = 0; i < 9; i++) {
		now = admit_deadline();
		assert_in_range(now, 1000, 100000);
		admit_turn(true, now);
	}
	assert_int_equal(forks, 10);
	assert_string_equal(said, "s1: waits: EAGAIN; next look in 50 ms\n");
	assert_int_equal(zombies_told, 1);
	fork_error = 0;
	admit_turn(true, admit_deadline());
	assert_string_equal(strchr(said, '\n') + 1,
			    "s1 (pid 101): started after waiting for 11.1 s\n");
	assert_true(admit_deadline() == NEVER);
}

static void what_waits_is_told_when_asked(void **state)
{
	(void)state;
	admit_tell(500);
	assert_string_equal(said, "nothing waits\n");
	left_kib = 100;
	start(&all[1], 1000);
	start(&all[2], 1000);
	*said = '\0';
	admit_tell(2000);
	assert_string_equal(said,
			    "s1: waits for 1.0 s: 100 KiB left, 2048 needed; "
			    "next look in 0 ms\n"
			    "s2: waits for 1.0 s: others come first; next look "
			    "in 0 ms\n");
}

static void what_is_missing_is_said_when_sysinit_is_over(void **state)
{
	(void)state;
	gaps = ADMISSION_NO_MEMORY | ADMISSION_NO_TASKS;
	admit_open_again();
	assert_string_equal(said,
			    "services: at most 15904 KiB, 0 tasks\n"
			    "admission: no /proc/meminfo; going on without\n"
			    "admission: no threads-max; going on without\n");
}

/* ---- kills for lack of memory */
static void start_at(unsigned i, moment now)
{
	struct service *service = &all[i];

	start(service, now);
	assert_int_equal(service->state, SERVICE_RUNNING);
	admit_entered(admit_cgroup(service));
}

static void a_kill_for_lack_of_memory_waits_longer_each_time(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		start_at(1, 1000);
		*said = '\0';
		kills_in_cgroup++;
		assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 7000, 2000),
				 1000 << i);
		assert_int_equal(count(said, "s1: out of memory at 7000 KiB; "
					     "a restart waits "),
				 1);
	}
	/* One that ends by itself forgives. */
	start_at(1, 1000);
	assert_int_equal(ended(1, REAP_EXITED, 1, 100, 2000), 0);
	start_at(1, 1000);
	kills_in_cgroup++;
	assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 7000, 2000), 1000);
}

static void somebodys_kill_is_no_lack_of_memory(void **state)
{
	(void)state;
	start_at(1, 1000);
	*said = '\0';
	kills = 5; /* of another cgroup */
	assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 7000, 2000), 0);
	start_at(1, 3000);
	kills_in_cgroup++;
	assert_int_equal(ended(1, REAP_KILLED, SIGTERM, 7000, 4000), 0);
	assert_string_equal(said, "");
}

static void without_a_cgroup_the_devices_count_says_so(void **state)
{
	(void)state;
	option(1, CLASS_CRITICAL, OPTION_CLASS, 0, 0);
	option(2, CLASS_CRITICAL, OPTION_CLASS, 0, 0);
	start_at(1, 1000);
	start_at(2, 1000);
	assert_string_equal(done, "");
	kills = 2;
	assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 7000, 20000), 100);
	/* Both may be in the count already. */
	assert_int_equal(ended(2, REAP_KILLED, SIGKILL, 7000, 20400), 100);
	start_at(1, 21000);
	assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 7000, 21000), 0);
}

/* ---- making room */
static void started_at(unsigned i, moment now)
{
	option(i, CLASS_SHEDDABLE, OPTION_CLASS, 0, 0);
	start(&all[i], now);
	assert_int_equal(all[i].state, SERVICE_RUNNING);
}

static void a_critical_one_ends_the_last_started_one_at_a_time(void **state)
{
	(void)state;
	started_at(1, 1000);
	started_at(3, 1200);
	started_at(2, 1100);
	option(4, CLASS_CRITICAL, OPTION_CLASS | OPTION_MEMORY, 8192 * 1024, 0);
	left_kib = 4000;
	start(&all[4], 2000);
	*said = '\0';
	/* Not before a look in vain. */
	admit_turn(false, 2000);
	admit_turn(false, 2010);
	assert_string_equal(said, "");
	admit_turn(false, 2050);
	assert_string_equal(said, "s3: stopped to make room for s4\n");
	/* Nobody else while it has not ended. */
	admit_turn(true, admit_deadline());
	admit_turn(true, admit_deadline());
	assert_string_equal(said, "s3: stopped to make room for s4\n");
	all[3].child.pid = 0;
	all[3].state = SERVICE_WAITING;
	*said = '\0';
	moment now = admit_deadline();
	admit_turn(true, now);
	assert_string_equal(said, "s2: stopped to make room for s4\n");
	/* It was enough: no more. */
	all[2].child.pid = 0;
	all[2].state = SERVICE_WAITING;
	left_kib = 9000;
	admit_turn(true, admit_deadline());
	assert_int_equal(all[4].state, SERVICE_RUNNING);
	assert_int_equal(all[1].state, SERVICE_RUNNING);
}

static void a_normal_one_ends_nobody(void **state)
{
	(void)state;
	started_at(1, 1000);
	left_kib = 100;
	start(&all[2], 2000);
	for (unsigned i = 0; i < 20; i++)
		admit_turn(true, admit_deadline());
	assert_int_equal(all[1].state, SERVICE_RUNNING);
	assert_int_equal(count(done, "tighten"), 0);
}

static void a_critical_one_waits(void)
{
	option(1, CLASS_CRITICAL, OPTION_CLASS, 0, 0);
	left_kib = 100;
	start(&all[1], 2000);
	admit_turn(false, 2000);
}

static void limits_are_tight_while_a_critical_one_waits(void **state)
{
	(void)state;
	a_critical_one_waits();
	admit_turn(true, 2050);
	assert_string_equal(done, "tighten\n");
	left_kib = 20000;
	admit_turn(true, admit_deadline());
	assert_int_equal(all[1].state, SERVICE_RUNNING);
	assert_string_equal(done, "tighten\nlift\n");
}

static void limits_that_stay_tight_are_told_once(void **state)
{
	(void)state;
	a_critical_one_waits();
	left_kib = 20000;
	tighten_error = -EIO;
	admit_turn(true, admit_deadline());
	assert_int_equal(all[1].state, SERVICE_RUNNING);
	admit_turn(false, 9000);
	admit_turn(true, 9001);
	assert_string_equal(done, "tighten\nlift\nlift\nlift\n");
	assert_int_equal(count(said, "services: limits stay: EIO\n"), 1);
	/* It is tried until it is done. */
	tighten_error = 0;
	admit_turn(false, 9002);
	admit_turn(false, 9003);
	assert_string_equal(done, "tighten\nlift\nlift\nlift\nlift\n");
	assert_int_equal(count(said, "limits stay"), 1);
}

/* ---- cgroups */
static void limits_of_the_line_are_given_at_the_first_start(void **state)
{
	(void)state;
	option(1, CLASS_NORMAL, OPTION_TASKS | OPTION_MEMORY, 8192 * 1024, 12);
	start_at(1, 1000);
	assert_string_equal(done, "make s1.1\nlimit 8192 KiB 12\nwhole\n");
	*done = '\0';
	ended(1, REAP_EXITED, 0, 100, 2000);
	start_at(1, 3000);
	assert_string_equal(done, "make s1.1\n");
}

static void the_boots_lines_have_limits_and_critical_ones_none(void **state)
{
	(void)state;
	entries[0].action = ACTION_SYSINIT;
	entries[1].action = ACTION_WAIT;
	start_at(1, 1000);
	/* Of many daemons the kernel is to kill one. */
	assert_string_equal(done, "make boot\nlimit 0 KiB 0\n");
	*done = '\0';
	int procs = admit_cgroup(&all[1]);
	assert_true(procs >= 0);
	assert_int_equal(fcntl(procs, F_GETFD), FD_CLOEXEC);
	start_at(2, 1000);
	assert_int_equal(admit_cgroup(&all[2]), procs);
	assert_string_equal(done, "");
	option(3, CLASS_CRITICAL, OPTION_CLASS, 0, 0);
	start_at(3, 1000);
	entries[3].action = ACTION_SYSINIT;
	option(4, CLASS_CRITICAL, OPTION_CLASS, 0, 0);
	start_at(4, 1000);
	assert_string_equal(done, "");
	admit_boot_is_over();
	assert_int_equal(fcntl(procs, F_GETFD), -1);
	assert_string_equal(done, "remove boot\n");
}

static void a_boots_line_with_limits_has_its_own(void **state)
{
	(void)state;
	entries[0].action = ACTION_SYSINIT;
	entries[1].action = ACTION_WAIT;
	option(1, CLASS_NORMAL, OPTION_TASKS, 0, 12);
	start_at(1, 1000);
	assert_string_equal(done, "make s1.1\nlimit 0 KiB 12\n");
	*done = '\0';
	start_at(2, 1000);
	assert_string_equal(done, "make boot\nlimit 0 KiB 0\n");
}

static void what_is_refused_is_said_and_takes_no_start(void **state)
{
	(void)state;
	make_error = -EROFS;
	start_at(1, 1000);
	assert_string_equal(said, "s1: cgroup: EROFS; started without it\n");
	*said = '\0';
	make_error = 0;
	limit_error = -EIO;
	start_at(2, 1000);
	assert_string_equal(said, "s2: cgroup: EIO; started without it\n");
	*said = '\0';
	procs_error = -EMFILE;
	start_at(3, 1000);
	assert_string_equal(said, "s3: cgroup: EMFILE; started without it\n");
	entries[3].action = ACTION_SYSINIT;
	*said = '\0';
	start_at(4, 1000);
	assert_string_equal(said, "s4: cgroup: EMFILE; started without it\n");
	procs_error = 0;
	start_at(4, 1000);
	assert_true(admit_cgroup(&all[4]) >= 0);
}

static void one_that_can_not_enter_its_cgroup_starts_without(void **state)
{
	(void)state;
	start_at(1, 1000);
	all[1].without = 1 << REAP_STEP_CGROUP | 1 << REAP_STEP_OOM;
	*done = '\0';
	assert_int_equal(admit_cgroup(&all[1]), -1);
	assert_string_equal(done, "remove s1.1\n");
	assert_int_equal(all[1].without, 1 << REAP_STEP_OOM);
	*done = '\0';
	/* Once. */
	start_at(1, 2000);
	assert_string_equal(done, "make s1.1\nlimit 0 KiB 0\nwhole\n");
}

static void a_stopped_one_leaves_nothing(void **state)
{
	(void)state;
	start_at(1, 1000);
	*done = '\0';
	service_handle(&all[1], SERVICE_STOP, 2000);
	ended(1, REAP_EXITED, 0, 100, 2000);
	assert_string_equal(done, "kill\nremove s1.1\n");
}

static void one_that_ends_by_itself_may_leave_something(void **state)
{
	(void)state;
	start_at(1, 1000);
	*done = '\0';
	ended(1, REAP_EXITED, 0, 100, 2000);
	assert_string_equal(done, "");
	admit_forget(&all[1]);
	assert_string_equal(done, "remove s1.1\n");
}

/* What was left in it ends later, and then it is removed. */
static void a_cgroup_goes_when_the_last_in_it_has_gone(void **state)
{
	(void)state;
	start_at(1, 1000);
	service_handle(&all[1], SERVICE_STOP, 2000);
	*done = '\0';
	remove_error = -EBUSY;
	ended(1, REAP_EXITED, 0, 100, 2000);
	all[1].state = SERVICE_IDLE;
	admit_forget(&all[1]);
	assert_int_equal(count(done, "remove s1.1\n"), 2);
	*done = '\0';
	assert_true(all[1].left_cgroup);
	remove_error = 0;
	admit_leave_cgroup(&all[1]);
	assert_false(all[1].left_cgroup);
	admit_leave_cgroup(&all[1]);
	assert_string_equal(done, "remove s1.1\n");
}

/* Its new run gets the limits of the line that is there by then, and what was
 * killed in the old one is not told of it. */
static void a_cgroup_that_is_left_serves_the_next_run(void **state)
{
	(void)state;
	start_at(1, 1000);
	kills_in_cgroup = 3;
	ended(1, REAP_KILLED, SIGKILL, 100, 1500);
	remove_error = -EBUSY;
	admit_forget(&all[1]);
	*done = '\0';
	option(1, CLASS_NORMAL, OPTION_TASKS, 0, 9);
	start_at(1, 2000);
	assert_string_equal(done, "make s1.1\nlimit 0 KiB 9\nwhole\n");
	assert_false(all[1].left_cgroup);
	assert_int_equal(ended(1, REAP_KILLED, SIGKILL, 100, 3500), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(memory_of_the_line_is_what_is_asked_for),
		TEST(what_the_last_run_had_is_asked_for),
		TEST(what_a_killed_one_had_is_not),
		TEST(what_the_device_can_not_hold_never_starts),
		TEST(the_boots_lines_pass_the_floor),
		TEST(one_line_when_it_waits_and_one_when_it_starts),
		TEST(what_waits_is_told_when_asked),
		TEST(what_is_missing_is_said_when_sysinit_is_over),
		TEST(a_kill_for_lack_of_memory_waits_longer_each_time),
		TEST(somebodys_kill_is_no_lack_of_memory),
		TEST(without_a_cgroup_the_devices_count_says_so),
		TEST(a_critical_one_ends_the_last_started_one_at_a_time),
		TEST(a_normal_one_ends_nobody),
		TEST(limits_are_tight_while_a_critical_one_waits),
		TEST(limits_that_stay_tight_are_told_once),
		TEST(limits_of_the_line_are_given_at_the_first_start),
		TEST(the_boots_lines_have_limits_and_critical_ones_none),
		TEST(a_boots_line_with_limits_has_its_own),
		TEST(what_is_refused_is_said_and_takes_no_start),
		TEST(one_that_can_not_enter_its_cgroup_starts_without),
		TEST(a_stopped_one_leaves_nothing),
		TEST(one_that_ends_by_itself_may_leave_something),
		TEST(a_cgroup_goes_when_the_last_in_it_has_gone),
		TEST(a_cgroup_that_is_left_serves_the_next_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
