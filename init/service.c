#include "service.h"

#include "admit.h"
#include "backoff.h"
#include "errors.h"
#include "format.h"
#include "inittab_file.h"
#include "log.h"
#include "record_text.h"
#include "service_start.h"
#include "services.h"
#include "test_command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static bool is_respawned(const struct service *service)
{
	unsigned action = service->entry->action;

	return action == ACTION_RESPAWN || action == ACTION_ASKFIRST;
}

static struct backoff crash_backoff(const struct service *service)
{
	const struct service_options *options = &service->entry->options;

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS)) {
		if (options->set & OPTION_BACKOFF)
			return (struct backoff){options->backoff_first_ms,
						options->backoff_max_ms};
		if (options->class == CLASS_CRITICAL)
			return (struct backoff){CONFIG_BACKOFF_FIRST_MS,
						CONFIG_BACKOFF_CRITICAL_MAX_MS};
	}
	return (struct backoff){CONFIG_BACKOFF_FIRST_MS, CONFIG_BACKOFF_MAX_MS};
}

static void rest(struct service *service)
{
	service->state = SERVICE_IDLE;
	service->deadline = NEVER;
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_forget(service);
}

static void wait_until(struct service *service, moment then)
{
	service->state = SERVICE_WAITING;
	service->deadline = then;
}

static void refused(struct service *service, int error, moment now)
{
	static const struct backoff limits = {CONFIG_SPAWN_RETRY_FIRST_MS,
					      CONFIG_SPAWN_RETRY_MAX_MS};

	if (IS_ENABLED(CONFIG_ADMISSION) &&
	    admit_refused(service, error, now)) {
		wait_until(service, NEVER);
		return;
	}
	unsigned delay = backoff_next(&service->spawn_delay, limits);

	if (reap_classify(error) == REAP_RETRY || is_respawned(service)) {
		wait_until(service, now + delay);
		/* One line when it begins and one when it is over. */
		if (!service->refusals++)
			message("%s: not started: fork: %s; trying again in "
				"%u ms, later every %u ms",
				service->name, error_name(error), delay,
				limits.max);
		return;
	}
	message("%s: not started: %s; going on without it", service->name,
		error_name(error));
	service->has_run = true;
	rest(service);
}

static void start(struct service *service, moment now)
{
	if (IS_ENABLED(CONFIG_ADMISSION)) {
		wait_until(service, NEVER);
		if (!admit_may_start(service, now))
			return;
	}
	int error = service_spawn(service);

	if (error) {
		refused(service, error, now);
		return;
	}
	if (service->refusals)
		message("%s (pid %d): started, after %u refused forks",
			service->name, (int)service->child.pid,
			service->refusals);
	service->refusals = service->spawn_delay = 0;
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_started(service, now);
	service->started = now;
	service->holds_boot = service->entry->action <= ACTION_WAIT;
	service->state = SERVICE_RUNNING;
	service->deadline = NEVER;
	if (IS_ENABLED(CONFIG_TEST_COMMAND) && service == TEST_SERVICE)
		test_command_started(&service->child);
}

static void say_end(const struct service *service, moment now, const char *next)
{
	const struct reap_record *record = service->record;
	struct record_text text;

	if (!IS_ENABLED(CONFIG_LOG))
		return;
	record_describe(&text, record);
	if (record->end == REAP_NOT_STARTED)
		message("%s (%s:%u): %s; %s", service->name, inittab_served,
			service->entry ? service->entry->line : 0u, text.text,
			next);
	else
		message("%s (pid %d): %s after %.1llu s; %s", service->name,
			(int)record->pid, text.text,
			SECONDS(now - service->started), next);
}

/* What can not be started, a getty on a terminal that is not there, is told of
 * once: the console is for other things too. */
static void say_restart(struct service *service, moment now)
{
	const struct reap_record *record = service->record;
	unsigned delay = (unsigned)(service->deadline - now);
	char next[48] = "restart now";

	if (!IS_ENABLED(CONFIG_LOG))
		return;
	int reason = record->end == REAP_NOT_STARTED ? record->status : 0;
	if (reason && service->told == reason)
		return;
	service->told = reason;
	if (delay)
		format(next, sizeof(next), "restart in %.1llu s%s",
		       SECONDS(delay + 50), reason ? ", told once" : "");
	say_end(service, now, next);
}

/* A service is of more use than its score, or its limits. */
static bool may_go_without(struct service *service)
{
	unsigned step = 1u << service->report.step;

	if (!IS_ENABLED(CONFIG_REAP_ATTRIBUTES) || !(step & STEPS_TO_LEAVE_OUT))
		return false;
	service->without |= (unsigned short)step;
	return true;
}

/* A changed line starts anew, unless it waits for its time, as all actions
 * behind askfirst do; a removed one gives its slot back. */
static void stopped(struct service *service, moment now)
{
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_ended(service, now);
	bool again = service->entry && !services_ending &&
		     (is_respawned(service) ||
		      (!service->has_run &&
		       service->entry->action <= ACTION_ASKFIRST));
	say_end(service, now,
		again             ? "starting it as it is now"
		: !service->entry ? "removed"
				  : "not started again");
	if (again)
		wait_until(service, now);
	else
		rest(service);
}

static void ended(struct service *service, moment now)
{
	const struct reap_record *record = service->record;
	bool exited_0 = record->end == REAP_EXITED && !record->status;
	unsigned oom_delay = 0;

	if (!service->entry) {
		stopped(service, now);
		return;
	}
	if (may_go_without(service)) {
		say_end(service, now, "started without it");
		wait_until(service, now);
		return;
	}
	if (IS_ENABLED(CONFIG_ADMISSION))
		oom_delay = admit_ended(service, now);
	service->has_run = true;
	if (IS_ENABLED(CONFIG_TEST_COMMAND) && service == TEST_SERVICE)
		test_command_ended(record, now);
	if (services_ending || !is_respawned(service)) {
		rest(service);
		if (!exited_0)
			say_end(service, now, "going on");
		return;
	}
	const struct run run = {service->started, now, exited_0};
	wait_until(service, respawn_at(&run, &service->crash_delay,
				       crash_backoff(service)));
	if (service->deadline < now + oom_delay)
		service->deadline = now + oom_delay;
	say_restart(service, now);
}

/* The group first: a session leader can not leave its own, and the pid is
 * pinned until it is reaped. A child that has not called setsid yet has none.
 */
static void signal_session(struct service *service, int number)
{
	if (IS_ENABLED(CONFIG_ADMISSION) && number == SIGKILL)
		admit_kill(service);
	if (reap_kill_group(&service->child, number))
		reap_kill(&service->child, number);
}

void service_hang_up(const struct service *service)
{
	if (service->has_terminal && service->child.pid)
		reap_kill(&service->child, SIGHUP);
}

static void stop(struct service *service, moment now)
{
	signal_session(service, SIGTERM);
	/* A stopped process takes TERM only when it goes on. */
	signal_session(service, SIGCONT);
	service_hang_up(service);
	service->state = SERVICE_STOPPING;
	service->deadline = now + service->grace;
	message("%s (pid %d): TERM sent; KILL in %.1llu s", service->name,
		(int)service->child.pid, SECONDS(service->grace));
}

static void kill_it(struct service *service, moment now)
{
	(void)now;
	signal_session(service, SIGKILL);
	service->state = SERVICE_KILLED;
	service->deadline = NEVER;
	message("%s (pid %d): still there; KILL sent", service->name,
		(int)service->child.pid);
}

static void forget(struct service *service, moment now)
{
	(void)now;
	rest(service);
}

static void ignore(struct service *service, moment now)
{
	(void)service;
	(void)now;
}

typedef void service_action(struct service *service, moment now);

/* clang-format off */
static service_action *const table[SERVICE_STATES][SERVICE_EVENTS] = {
	[SERVICE_IDLE] = {
		[SERVICE_START]    = start,
		[SERVICE_DEADLINE] = ignore,
		[SERVICE_ENDED]    = ignore,
		[SERVICE_STOP]     = ignore,
	},
	[SERVICE_WAITING] = {
		[SERVICE_START]    = ignore,
		[SERVICE_DEADLINE] = start,
		[SERVICE_ENDED]    = ignore,
		[SERVICE_STOP]     = forget,
	},
	[SERVICE_RUNNING] = {
		[SERVICE_START]    = ignore,
		[SERVICE_DEADLINE] = ignore,
		[SERVICE_ENDED]    = ended,
		[SERVICE_STOP]     = stop,
	},
	[SERVICE_STOPPING] = {
		[SERVICE_START]    = ignore,
		[SERVICE_DEADLINE] = kill_it,
		[SERVICE_ENDED]    = stopped,
		[SERVICE_STOP]     = ignore,
	},
	[SERVICE_KILLED] = {
		[SERVICE_START]    = ignore,
		[SERVICE_DEADLINE] = ignore,
		[SERVICE_ENDED]    = stopped,
		[SERVICE_STOP]     = ignore,
	},
};
/* clang-format on */

void service_handle(struct service *service, enum service_event event,
		    moment now)
{
	if (event == SERVICE_ENDED) {
		service_settle(service, service->record);
		reap_close(&service->child);
		service->child.pid = 0;
		service->holds_boot = false;
	}
	table[service->state][event](service, now);
}

void service_abandon(struct service *service, moment now)
{
	if (service->child.pid)
		kill_it(service, now);
	else
		rest(service);
	service->has_run = true;
}

static const char *base_name(const char *word)
{
	const char *base = word + (*word == '-');

	for (const char *c = base; *c && *c != ' '; c++)
		if (*c == '/')
			base = c + 1;
	return base;
}

void service_assign(struct service *service, const struct inittab_entry *entry)
{
	const char *name = NULL;
	size_t length = 0;

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		name = entry->options.name;
	if (!name)
		name = base_name(entry->command);
	while (length < sizeof(service->name) - 1 &&
	       (unsigned char)name[length] > ' ')
		length++;
	memcpy(service->name, name, length);
	service->name[length] = '\0';

	service->entry = entry;
	service->told = service->without = 0;
	service->grace = CONFIG_STOP_GRACE_MS;
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS) &&
	    entry->options.set & OPTION_GRACE)
		service->grace = entry->options.grace_ms;
}
