#include "shutdown.h"

#include "errors.h"
#include "log.h"
#include "restart.h"
#include "services.h"
#include "test_command.h"
#include "unmount.h"

#include <errno.h>
#include <signal.h>
#include <sys/reboot.h>
#include <unistd.h>

enum { SYNC_RETRY_MS = 50 };

bool shutdown_alone;

enum step {
	STEP_NONE,
	STEP_LINES, /* shutdown lines, one after the other */
	STEP_TERM,  /* TERM to all */
	STEP_KILL,  /* KILL to all */
	STEP_SYNC,  /* a child syncs and unmounts */
	STEP_END,   /* reboot(2) */
	STEP_OVER,  /* which did not end it */
};

static struct {
	enum step step;
	enum shutdown_kind kind;
	bool is_device;
	bool hurried; /* a second request: remaining lines do not run */
	moment deadline;
	moment sync_retry; /* NEVER: the child has been started */
	struct reap_child sync_child;
} ending;

static const char *const kind_names[] = {
	[SHUTDOWN_HALT] = "halt",
	[SHUTDOWN_POWEROFF] = "power-off",
	[SHUTDOWN_REBOOT] = "reboot",
	[SHUTDOWN_RESTART] = "restart of init",
};

/* The one signal that does not go to one child by its descriptor. Only PID 1
 * may: for it kill(-1) means its namespace, for anyone else the machine. */
static void signal_everyone(int number)
{
	if (getpid() == 1)
		kill(-1, number);
}

static void enter_lines(moment now)
{
	services_ending = true;
	services_held = false;
	services_forget_waiting(now);
	message("%s: shutdown lines first", kind_names[ending.kind]);
}

static bool lines_done(moment now)
{
	struct service *service = services_next(ACTION_SHUTDOWN);

	while (service && service->state == SERVICE_IDLE) {
		service_handle(service, SERVICE_START, now);
		if (service->state != SERVICE_IDLE)
			ending.deadline = now + CONFIG_SHUTDOWN_ACTION_MS;
		service = services_next(ACTION_SHUTDOWN);
	}
	return !service;
}

/* The line under way has had its time; the next one gets its own. */
static bool line_overdue(moment now)
{
	struct service *service = services_next(ACTION_SHUTDOWN);

	if (!service)
		return true;
	message("%s: shutdown line not done in time; going on", service->name);
	service_abandon(service, now);
	ending.deadline = now + CONFIG_SHUTDOWN_ACTION_MS;
	return ending.hurried;
}

static void enter_term(moment now)
{
	(void)now;
	services_forget_waiting(now);
	signal_everyone(SIGTERM);
	signal_everyone(SIGCONT);
	services_hang_up();
}

static void enter_kill(moment now)
{
	(void)now;
	message("processes still there after TERM; KILL sent to all");
	signal_everyone(SIGKILL);
}

static bool nobody_left(moment now)
{
	(void)now;
	return shutdown_alone;
}

static bool give_up(moment now)
{
	(void)now;
	return true;
}

static int sync_in_child(void *context)
{
	(void)context;
	if (IS_ENABLED(CONFIG_TEST_COMMAND))
		test_command_drain();
	sync();
	unsigned busy = 0;
	if (IS_ENABLED(CONFIG_SHUTDOWN_UNMOUNT) && ending.is_device &&
	    ending.kind != SHUTDOWN_RESTART)
		busy = unmount_all();
	_exit(busy > 255 ? 255 : (int)busy);
}

/* A disk that no longer answers holds up whoever syncs to it for ever. */
static void start_sync(moment now)
{
	static char *const nothing[] = {NULL};
	const struct reap_spec spec = {
		.path = "",
		.argv = nothing,
		.envp = nothing,
		.flags = REAP_NEW_SESSION,
		.cgroup = -1,
		.prepare = sync_in_child,
	};
	int error = reap_spawn(&ending.sync_child, &spec);

	ending.sync_retry = error ? now + SYNC_RETRY_MS : NEVER;
}

static bool sync_done(moment now)
{
	if (ending.sync_retry <= now)
		start_sync(now);
	return ending.sync_retry == NEVER && !ending.sync_child.pid;
}

static bool sync_overdue(moment now)
{
	(void)now;
	ending.sync_retry = NEVER;
	message("file systems not synced and unmounted in time; going on");
	return true;
}

static void stop_the_machine(moment now)
{
	static const unsigned commands[] = {
		[SHUTDOWN_HALT] = RB_HALT_SYSTEM,
		[SHUTDOWN_POWEROFF] = RB_POWER_OFF,
		[SHUTDOWN_REBOOT] = RB_AUTOBOOT,
		[SHUTDOWN_RESTART] = RB_HALT_SYSTEM,
	};

	(void)now;
	if (ending.kind == SHUTDOWN_RESTART)
		restart_exec();
	message("%s", kind_names[ending.kind]);
	/* Elsewhere than PID 1 this would stop the host's machine. In another
	 * pid namespace the kernel ends the namespace's init by SIGHUP or
	 * SIGINT (reboot(2)), and reboot does not return. */
	if (getpid() == 1)
		reboot((int)commands[ending.kind]);
	if (!ending.is_device)
		_exit(0);
	message("%s failed: %s; halting", kind_names[ending.kind],
		error_name(errno));
	reboot((int)RB_HALT_SYSTEM);
	message("halt failed: %s; it is safe to switch off", error_name(errno));
}

static void enter_sync(moment now)
{
	start_sync(now);
}

/* enter is called once; done ends the step; overdue says, when the deadline
 * has passed, whether to go on. */
static const struct {
	unsigned limit; /* milliseconds */
	void (*enter)(moment now);
	bool (*done)(moment now);
	bool (*overdue)(moment now);
} steps[] = {
	[STEP_LINES] = {CONFIG_SHUTDOWN_ACTION_MS, enter_lines, lines_done,
			line_overdue},
	[STEP_TERM] = {CONFIG_SHUTDOWN_TERM_MS, enter_term, nobody_left,
		       give_up},
	[STEP_KILL] = {CONFIG_SHUTDOWN_KILL_MS, enter_kill, nobody_left,
		       give_up},
	[STEP_SYNC] = {CONFIG_SHUTDOWN_SYNC_MS, enter_sync, sync_done,
		       sync_overdue},
	[STEP_END] = {0, stop_the_machine, give_up, give_up},
};

static void enter(enum step step, moment now)
{
	ending.step = step;
	ending.deadline = NEVER;
	if (step == STEP_OVER)
		return;
	ending.deadline = now + steps[step].limit;
	steps[step].enter(now);
}

void shutdown_prepare(bool is_device)
{
	ending.is_device = is_device;
	ending.deadline = ending.sync_retry = NEVER;
}

bool shutdown_is_under_way(void)
{
	return ending.step != STEP_NONE;
}

void shutdown_hurry(moment now)
{
	if (ending.step == STEP_OVER)
		return;
	ending.hurried = true;
	ending.deadline = now;
}

void shutdown_request(enum shutdown_kind kind, moment now)
{
	if (shutdown_is_under_way()) {
		message("%s under way; ending its step now",
			kind_names[ending.kind]);
		shutdown_hurry(now);
		return;
	}
	ending.kind = kind;
	enter(STEP_LINES, now);
}

void shutdown_advance(moment now)
{
	while (ending.step != STEP_NONE && ending.step != STEP_OVER) {
		bool over = steps[ending.step].done(now);

		if (!over && now >= ending.deadline)
			over = steps[ending.step].overdue(now);
		if (!over)
			return;
		/* KILL is for those whom TERM did not end. */
		bool skip = ending.step == STEP_TERM && shutdown_alone;
		enter(ending.step + (skip ? 2 : 1), now);
	}
}

moment shutdown_deadline(void)
{
	return earlier(ending.deadline, ending.sync_retry);
}

bool shutdown_child_ended(const struct reap_record *record)
{
	if (!ending.sync_child.pid || record->pid != ending.sync_child.pid)
		return false;
	reap_close(&ending.sync_child);
	ending.sync_child.pid = 0;
	if (record->end != REAP_EXITED)
		message("sync and unmount: killed by signal %d",
			record->status);
	else if (record->status)
		message("%d file systems could not be unmounted or made "
			"read-only",
			record->status);
	return true;
}
