/* uses: init/service.c init/backoff.c init/errors.c init/format.c */
#include "cmocka_head.h"

#include "admit.h"
#include "format.h"
#include "inittab_file.h"
#include "log.h"
#include "record_text.h"
#include "service.h"
#include "service_start.h"
#include "services.h"
#include "test_command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* ---- the rooms around the state table */

struct service *services;
bool services_held;
bool services_ending;
const char *inittab_served = "/table";

static int spawn_error;
static unsigned spawns;
static int signals[8];
static unsigned signals_sent;
static enum reap_class error_class;
static char said[256];

bool admit_may_start(struct service *service, moment now)
{
	(void)service;
	(void)now;
	return true;
}

void admit_started(struct service *service, moment now)
{
	(void)service;
	(void)now;
}

/* So that the service's own back-off is what is tested. */
bool admit_refused(struct service *service, int error, moment now)
{
	(void)service;
	(void)error;
	(void)now;
	return false;
}

void admit_forget(struct service *service)
{
	(void)service;
}

void admit_kill(const struct service *service)
{
	(void)service;
}

unsigned admit_ended(struct service *service, moment now)
{
	(void)service;
	(void)now;
	return 0;
}

int service_spawn(struct service *service)
{
	spawns++;
	if (spawn_error)
		return spawn_error;
	service->child.pid = 100;
	return 0;
}

void service_settle(const struct service *service, struct reap_record *record)
{
	(void)service;
	(void)record;
}

void test_command_started(const struct reap_child *child)
{
	(void)child;
}

void test_command_ended(const struct reap_record *record, moment now)
{
	(void)record;
	(void)now;
}

int reap_kill(const struct reap_child *child, int number)
{
	assert_int_equal(child->pid, 100);
	signals[signals_sent++ % 8] = number;
	return 0;
}

int reap_kill_group(const struct reap_child *child, int number)
{
	return reap_kill(child, number);
}

void reap_close(struct reap_child *child)
{
	child->fd = -1;
}

enum reap_class reap_classify(int error)
{
	(void)error;
	return error_class;
}

void record_describe(struct record_text *text, const struct reap_record *record)
{
	format(text->text, sizeof(text->text), "%d", record->status);
}

void log_message(const char *pattern, ...)
{
	va_list values;

	va_start(values, pattern);
	format_list(said, sizeof(said), pattern, values);
	va_end(values);
}

/* ---- helpers */

static const struct inittab_entry respawned = {
	.tty = "", .command = "/sbin/steady -f", .action = ACTION_RESPAWN};
static const struct inittab_entry ran_once = {
	.tty = "", .command = "/bin/first", .action = ACTION_ONCE};
static struct reap_record record;

static struct service in_state(enum service_state state,
			       const struct inittab_entry *entry)
{
	struct service service = {.deadline = NEVER, .record = &record};

	service_assign(&service, entry);
	service.state = state;
	if (state >= SERVICE_RUNNING) {
		service.child = (struct reap_child){.pid = 100, .fd = -1};
		service.started = 1000;
	}
	if (state == SERVICE_WAITING || state == SERVICE_STOPPING)
		service.deadline = 5000;
	return service;
}

static int reset(void **state)
{
	(void)state;
	spawn_error = 0;
	spawns = signals_sent = 0;
	error_class = REAP_RETRY;
	services_ending = false;
	record = (struct reap_record){
		.pid = 100, .end = REAP_EXITED, .status = 1};
	return 0;
}

/* ---- every state × event: the state that follows, what was done */

static const struct {
	enum service_state state;
	enum service_event event;
	enum service_state after;
	unsigned spawns;
	unsigned signals;
} expectations[] = {
	{SERVICE_IDLE, SERVICE_START, SERVICE_RUNNING, 1, 0},
	{SERVICE_IDLE, SERVICE_DEADLINE, SERVICE_IDLE, 0, 0},
	{SERVICE_IDLE, SERVICE_ENDED, SERVICE_IDLE, 0, 0},
	{SERVICE_IDLE, SERVICE_STOP, SERVICE_IDLE, 0, 0},
	{SERVICE_WAITING, SERVICE_START, SERVICE_WAITING, 0, 0},
	{SERVICE_WAITING, SERVICE_DEADLINE, SERVICE_RUNNING, 1, 0},
	{SERVICE_WAITING, SERVICE_ENDED, SERVICE_WAITING, 0, 0},
	{SERVICE_WAITING, SERVICE_STOP, SERVICE_IDLE, 0, 0},
	{SERVICE_RUNNING, SERVICE_START, SERVICE_RUNNING, 0, 0},
	{SERVICE_RUNNING, SERVICE_DEADLINE, SERVICE_RUNNING, 0, 0},
	{SERVICE_RUNNING, SERVICE_ENDED, SERVICE_WAITING, 0, 0},
	{SERVICE_RUNNING, SERVICE_STOP, SERVICE_STOPPING, 0, 2},
	{SERVICE_STOPPING, SERVICE_START, SERVICE_STOPPING, 0, 0},
	{SERVICE_STOPPING, SERVICE_DEADLINE, SERVICE_KILLED, 0, 1},
	{SERVICE_STOPPING, SERVICE_ENDED, SERVICE_WAITING, 0, 0},
	{SERVICE_STOPPING, SERVICE_STOP, SERVICE_STOPPING, 0, 0},
	{SERVICE_KILLED, SERVICE_START, SERVICE_KILLED, 0, 0},
	{SERVICE_KILLED, SERVICE_DEADLINE, SERVICE_KILLED, 0, 0},
	{SERVICE_KILLED, SERVICE_ENDED, SERVICE_WAITING, 0, 0},
	{SERVICE_KILLED, SERVICE_STOP, SERVICE_KILLED, 0, 0},
};

static void every_state_and_event_is_decided(void **state)
{
	enum { COUNT = sizeof(expectations) / sizeof(*expectations) };

	assert_int_equal(COUNT, SERVICE_STATES * SERVICE_EVENTS);
	for (unsigned i = 0; i < COUNT; i++) {
		struct service service =
			in_state(expectations[i].state, &respawned);

		reset(state);
		service_handle(&service, expectations[i].event, 2000);
		assert_int_equal(service.state, expectations[i].after);
		assert_int_equal(spawns, expectations[i].spawns);
		assert_int_equal(signals_sent, expectations[i].signals);
	}
}

static void a_refused_fork_waits_and_the_request_is_kept(void **state)
{
	struct service service = in_state(SERVICE_IDLE, &ran_once);
	moment now = 1000;

	(void)state;
	spawn_error = -EAGAIN;
	service_handle(&service, SERVICE_START, now);
	for (unsigned tries = 1; tries < 30; tries++) {
		assert_int_equal(service.state, SERVICE_WAITING);
		assert_int_equal(service.child.pid, 0);
		assert_false(service.has_run);
		assert_in_range(service.deadline, now + 1,
				now + CONFIG_SPAWN_RETRY_MAX_MS);
		now = service.deadline;
		service_handle(&service, SERVICE_DEADLINE, now);
	}
	spawn_error = 0;
	service_handle(&service, SERVICE_DEADLINE, service.deadline);
	assert_int_equal(service.state, SERVICE_RUNNING);
	assert_int_equal(service.spawn_delay, 0);
}

static void refused_for_good_is_kept_only_where_it_is_respawned(void **state)
{
	struct service once = in_state(SERVICE_IDLE, &ran_once);
	struct service respawn = in_state(SERVICE_IDLE, &respawned);

	(void)state;
	spawn_error = -E2BIG;
	error_class = REAP_NEVER;
	service_handle(&once, SERVICE_START, 1000);
	assert_int_equal(once.state, SERVICE_IDLE);
	assert_true(once.has_run);
	service_handle(&respawn, SERVICE_START, 1000);
	assert_int_equal(respawn.state, SERVICE_WAITING);
}

static void crash_backoff_and_fork_backoff_are_apart(void **state)
{
	struct service service = in_state(SERVICE_RUNNING, &respawned);

	(void)state;
	service_handle(&service, SERVICE_ENDED, 1001);
	assert_int_equal(service.deadline, 1001 + CONFIG_BACKOFF_FIRST_MS);
	assert_int_equal(service.spawn_delay, 0);
	unsigned crash_delay = service.crash_delay;
	spawn_error = -EAGAIN;
	service_handle(&service, SERVICE_DEADLINE, service.deadline);
	assert_int_equal(service.crash_delay, crash_delay);
	assert_int_not_equal(service.spawn_delay, 0);
}

/* Starts at the deadline, ends at once. */
static void end_again(struct service *service, enum reap_end end, int status)
{
	moment now = service->deadline;

	*said = '\0';
	service_handle(service, SERVICE_DEADLINE, now);
	record.end = end;
	record.status = status;
	service_handle(service, SERVICE_ENDED, now);
}

static void what_can_not_be_started_is_told_once(void **state)
{
	static const struct inittab_entry line = {
		.tty = "",
		.command = "x",
		.line = 7,
		.action = ACTION_RESPAWN,
		.options = {.set = OPTION_BACKOFF,
			    .backoff_first_ms = 2000,
			    .backoff_max_ms = 3000}};
	struct service service = in_state(SERVICE_WAITING, &line);

	(void)state;
	end_again(&service, REAP_NOT_STARTED, ENOENT);
	assert_string_equal(said,
			    "x (/table:7): 2; restart in 2.0 s, told once");
	end_again(&service, REAP_NOT_STARTED, ENOENT);
	assert_string_equal(said, "");
	assert_int_equal(service.state, SERVICE_WAITING);
	/* Another reason is news; so is an end, and the same one after it. */
	end_again(&service, REAP_NOT_STARTED, EACCES);
	assert_string_equal(said,
			    "x (/table:7): 13; restart in 3.0 s, told once");
	end_again(&service, REAP_EXITED, 2);
	assert_string_equal(said, "x (pid 100): 2 after 0.0 s; "
				  "restart in 3.0 s");
	end_again(&service, REAP_EXITED, 2);
	assert_string_equal(said, "x (pid 100): 2 after 0.0 s; "
				  "restart in 3.0 s");
	end_again(&service, REAP_NOT_STARTED, 2);
	assert_string_equal(said,
			    "x (/table:7): 2; restart in 3.0 s, told once");
	end_again(&service, REAP_NOT_STARTED, 2);
	assert_string_equal(said, "");
	/* So is what a changed line brings. */
	service_assign(&service, &line);
	end_again(&service, REAP_NOT_STARTED, 2);
	assert_string_equal(said,
			    "x (/table:7): 2; restart in 3.0 s, told once");
}

/* As one that is stopped to make room for another is, in its second run too. */
static void a_respawned_one_that_was_stopped_starts_again(void **state)
{
	static const struct inittab_entry line = {
		.tty = "", .command = "x", .action = ACTION_RESPAWN};
	struct service service = in_state(SERVICE_RUNNING, &line);

	(void)state;
	for (unsigned run = 0; run < 3; run++) {
		service_handle(&service, SERVICE_STOP, 1000);
		assert_int_equal(service.state, SERVICE_STOPPING);
		record.end = REAP_KILLED;
		record.status = SIGTERM;
		service_handle(&service, SERVICE_ENDED, 1000);
		assert_int_equal(service.state, SERVICE_WAITING);
		end_again(&service, REAP_EXITED, 0);
		assert_int_equal(service.state, SERVICE_WAITING);
		service_handle(&service, SERVICE_DEADLINE, service.deadline);
		assert_int_equal(service.state, SERVICE_RUNNING);
	}
}

/* At once, and what is left out stays left out, but for the cgroup, which
 * admission tries again. A changed line is another chance. */
static void what_fails_for_its_score_or_cgroup_starts_without(void **state)
{
	static const int steps[] = {REAP_STEP_OOM, REAP_STEP_CGROUP};
	struct service service = in_state(SERVICE_RUNNING, &ran_once);

	(void)state;
	record.end = REAP_NOT_STARTED;
	record.status = ENOENT;
	for (unsigned i = 0; i < 2; i++) {
		service.report.step = steps[i];
		service_handle(&service, SERVICE_ENDED, 2000);
		assert_int_equal(service.state, SERVICE_WAITING);
		assert_int_equal(service.deadline, 2000);
		assert_true(service.without & 1 << steps[i]);
		assert_false(service.has_run);
		assert_string_equal(said, "first (/table:0): 2; started "
					  "without it");
		service_handle(&service, SERVICE_DEADLINE, 2000);
	}
	service.report.step = REAP_STEP_USER;
	service_handle(&service, SERVICE_ENDED, 2000);
	assert_int_equal(service.state, SERVICE_IDLE);
	service_assign(&service, &ran_once);
	assert_int_equal(service.without, 0);
}

static void stopping_sends_term_then_cont_then_kill(void **state)
{
	struct service service = in_state(SERVICE_RUNNING, &respawned);

	(void)state;
	service_handle(&service, SERVICE_STOP, 2000);
	assert_int_equal(signals[0], SIGTERM);
	assert_int_equal(signals[1], SIGCONT);
	assert_int_equal(service.deadline, 2000 + CONFIG_STOP_GRACE_MS);
	service_handle(&service, SERVICE_DEADLINE, service.deadline);
	assert_int_equal(signals[2], SIGKILL);
	assert_int_equal(service.deadline, NEVER);
}

static void a_removed_service_gives_its_slot_back(void **state)
{
	struct service service = in_state(SERVICE_STOPPING, &respawned);

	(void)state;
	service.entry = NULL;
	service_handle(&service, SERVICE_ENDED, 2000);
	assert_int_equal(service.state, SERVICE_IDLE);
	assert_int_equal(service.child.pid, 0);
}

static void nothing_is_respawned_while_shutting_down(void **state)
{
	struct service service = in_state(SERVICE_RUNNING, &respawned);

	(void)state;
	services_ending = true;
	service_handle(&service, SERVICE_ENDED, 2000);
	assert_int_equal(service.state, SERVICE_IDLE);
}

static void an_abandoned_service_is_killed_and_not_waited_for(void **state)
{
	struct service service = in_state(SERVICE_RUNNING, &ran_once);
	struct service waiting = in_state(SERVICE_WAITING, &ran_once);

	(void)state;
	service_abandon(&service, 2000);
	assert_int_equal(signals[0], SIGKILL);
	assert_true(service.has_run);
	assert_int_equal(service.state, SERVICE_KILLED);
	service_abandon(&waiting, 2000);
	assert_int_equal(signals_sent, 1);
	assert_int_equal(waiting.state, SERVICE_IDLE);
}

static void options_set_backoff_and_grace(void **state)
{
	static const struct inittab_entry critical = {
		.tty = "",
		.command = "x",
		.action = ACTION_RESPAWN,
		.options = {.class = CLASS_CRITICAL}};
	static const struct inittab_entry chosen = {
		.tty = "",
		.command = "x",
		.action = ACTION_RESPAWN,
		.options = {.set = OPTION_BACKOFF | OPTION_GRACE,
			    .backoff_first_ms = 7,
			    .backoff_max_ms = 9,
			    .grace_ms = 70}};
	struct service service = in_state(SERVICE_RUNNING, &critical);

	(void)state;
	for (unsigned i = 0; i < 9; i++) {
		service.state = SERVICE_RUNNING;
		service.started = 1000;
		service_handle(&service, SERVICE_ENDED, 1000);
	}
	assert_int_equal(service.deadline,
			 1000 + CONFIG_BACKOFF_CRITICAL_MAX_MS);
	service = in_state(SERVICE_RUNNING, &chosen);
	service_handle(&service, SERVICE_ENDED, 1000);
	assert_int_equal(service.deadline, 1007);
	service = in_state(SERVICE_RUNNING, &chosen);
	service_handle(&service, SERVICE_STOP, 1000);
	assert_int_equal(service.deadline, 1070);
}

static void name_is_the_option_or_the_program(void **state)
{
	static const struct inittab_entry lines[] = {
		{.command = "-/bin/sh -i"},
		{.command = "/usr/sbin/a-very-long-name-of-a-daemon --x"},
		{.command = "x", .options = {.name = "ntp"}},
		{.command = "/bin/k\xc3\xa4se\tx"},
	};
	static const char *const names[] = {"sh", "a-very-long-name-of-a-d",
					    "ntp", "k\xc3\xa4se"};

	(void)state;
	for (unsigned i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct service service = {0};

		service_assign(&service, &lines[i]);
		assert_string_equal(service.name, names[i]);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, reset)
	const struct CMUnitTest tests[] = {
		TEST(every_state_and_event_is_decided),
		TEST(a_refused_fork_waits_and_the_request_is_kept),
		TEST(refused_for_good_is_kept_only_where_it_is_respawned),
		TEST(crash_backoff_and_fork_backoff_are_apart),
		TEST(what_can_not_be_started_is_told_once),
		TEST(a_respawned_one_that_was_stopped_starts_again),
		TEST(what_fails_for_its_score_or_cgroup_starts_without),
		TEST(stopping_sends_term_then_cont_then_kill),
		TEST(a_removed_service_gives_its_slot_back),
		TEST(nothing_is_respawned_while_shutting_down),
		TEST(an_abandoned_service_is_killed_and_not_waited_for),
		TEST(options_set_backoff_and_grace),
		TEST(name_is_the_option_or_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
