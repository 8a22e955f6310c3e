#include "service_start.h"

#include "admit.h"
#include "command.h"
#include "log.h"
#include "service_child.h"
#include "services.h"
#include "share.h"
#include "storage.h"
#include "test_command.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	ENVIRONMENT_MAX = 48,
	VT_OPENQRY = 0x5600, /* <linux/vt.h>, which musl lacks */
};

static char *environment[ENVIRONMENT_MAX + 1];

static const int inherited_console[] = {0, 1, 2};

/* BusyBox's defaults; what the kernel's command line sets comes first. */
static const char *const defaults[] = {
	"PATH=/sbin:/usr/sbin:/bin:/usr/bin",
	"SHELL=/bin/sh",
	"USER=root",
	"HOME=/",
};

/* What is no virtual terminal is taken for a serial line. There the kernel's
 * own TERM=linux is wrong too. */
static const char *terminal_variable(void)
{
	int unused;

	return syscall(SYS_ioctl, STDIN_FILENO, VT_OPENQRY, &unused) < 0
		       ? "TERM=vt102"
		       : "TERM=linux";
}

static bool is_set(const char *variable)
{
	size_t length = (size_t)(strchr(variable, '=') + 1 - variable);

	for (char **entry = environment; *entry; entry++)
		if (!strncmp(*entry, variable, length))
			return true;
	return false;
}

void service_environment(char **from_kernel)
{
	unsigned count = 0;
	enum { DEFAULTS = sizeof(defaults) / sizeof(*defaults) };

	const char *terminal = terminal_variable();
	while (count < ENVIRONMENT_MAX - DEFAULTS - 1 && from_kernel[count]) {
		environment[count] = from_kernel[count];
		if (!strcmp(environment[count], "TERM=linux"))
			environment[count] = (char *)terminal;
		count++;
	}
	/* More than the kernel ever gives (MAX_INIT_ENVS). */
	if (from_kernel[count])
		message("environment: more than %u variables; the rest is "
			"left out",
			count);
	for (unsigned i = 0; i < DEFAULTS; i++)
		if (!is_set(defaults[i]))
			environment[count++] = (char *)defaults[i];
	if (!is_set(terminal))
		environment[count] = (char *)terminal;
}

static unsigned limits_of(const struct service_options *options,
			  struct reap_limit *limits)
{
	const struct {
		unsigned option;
		int resource;
		unsigned long long value;
	} all[] = {
		{OPTION_NOFILE, RLIMIT_NOFILE, options->nofile},
		{OPTION_NPROC, RLIMIT_NPROC, options->nproc},
		{OPTION_AS, RLIMIT_AS, options->as},
	};
	unsigned count = 0;

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!(options->set & all[i].option))
			continue;
		limits[count++] = (struct reap_limit){
			all[i].resource, {all[i].value, all[i].value}};
	}
	return count;
}

static void apply_options(struct reap_spec *spec, const struct service *service,
			  struct reap_limit *limits)
{
	const struct service_options *options = &service->entry->options;

	spec->cwd = options->cwd;
	spec->limits = limits;
	spec->limits_count = limits_of(options, limits);
	if (options->set & OPTION_OOM &&
	    !(service->without & 1 << REAP_STEP_OOM)) {
		spec->flags |= REAP_SET_OOM;
		spec->oom_score_adj = options->oom;
	}
	if (options->set & OPTION_NICE) {
		spec->flags |= REAP_SET_NICE;
		spec->nice = options->nice;
	}
	if (options->set & OPTION_UMASK) {
		spec->flags |= REAP_SET_UMASK;
		spec->umask = options->umask;
	}
}

const char *service_tty_path(const char *tty)
{
	static char path[sizeof("/dev/") + INITTAB_TTY_MAX];

	if (!*tty)
		return NULL;
	strcpy(stpcpy(path, "/dev/"), tty);
	return path;
}

char **service_environ(void)
{
	return environment;
}

/* For the lines that the boot waits for, one at a time; given back when the
 * last of them has run. */
static struct boot {
	struct command command;
	struct reap_share share;
	pid_t pid;
} * boot;

/* If nothing of its own has to be said to the kernel before, and no earlier
 * one has yet to come to its exec. */
static bool may_share(const struct reap_spec *spec,
		      const struct inittab_entry *entry)
{
	if (!IS_ENABLED(CONFIG_REAP_WAY_SHARE) ||
	    (entry->action != ACTION_SYSINIT && entry->action != ACTION_WAIT) ||
	    spec->prepare || spec->tty || spec->limits_count ||
	    spec->flags & REAP_SET_OOM)
		return false;
	if (!boot)
		boot = reap_shared_memory(sizeof(*boot));
	return boot && !boot->share.in_use;
}

static void fill_command(struct reap_spec *spec,
			 const struct inittab_entry *entry)
{
	static struct command unshared BEGINS_HOT(a);
	struct command *command = &unshared;

	if (may_share(spec, entry)) {
		command = &boot->command;
		spec->share = &boot->share;
	}
	command_parse(command, entry->command);
	spec->path = command->path;
	spec->argv = command->argv;
	/* A session leader that opens a tty takes it when it is free; so does
	 * a login shell its console. */
	if (spec->tty || command->controlling_tty)
		spec->flags |= REAP_CONTROLLING_TTY | REAP_TTY_IF_FREE |
			       REAP_SANE_TERMINAL;
}

int service_spawn(struct service *service)
{
	struct reap_limit limits[3];
	const struct inittab_entry *entry = service->entry;
	struct service_child child = {
		.entry = entry,
		.environment = environment,
		.room = ENVIRONMENT_MAX,
	};
	struct reap_spec spec = {
		.envp = environment,
		.flags = REAP_NEW_SESSION | REAP_SEARCH_PATH |
			 REAP_SCRIPT_BY_SHELL,
		.tty = service_tty_path(entry->tty),
		.fds = inherited_console,
		.fds_count = 3,
		.cgroup = -1,
		.report = &service->report,
	};

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		apply_options(&spec, service, limits);
	service_child_prepare(&child, &spec);
	service->report.step = REAP_STEP_NONE;
	if (IS_ENABLED(CONFIG_ADMISSION))
		spec.cgroup = admit_cgroup(service);
	if (IS_ENABLED(CONFIG_TEST_COMMAND) && service == TEST_SERVICE)
		test_command_fill(&spec);
	else
		fill_command(&spec, entry);
	service->has_terminal = spec.flags & REAP_CONTROLLING_TTY;
	int error = reap_spawn(&service->child, &spec);
	if (spec.share)
		boot->pid = service->child.pid;
	if (IS_ENABLED(CONFIG_ADMISSION))
		admit_entered(spec.cgroup);
	return error;
}

void service_settle(const struct service *service, struct reap_record *record)
{
	const struct reap_report *report = &service->report;

	/* Killed before it could ask the kernel to clear it. */
	if (IS_ENABLED(CONFIG_REAP_WAY_SHARE) && boot &&
	    record->pid == boot->pid)
		boot->share.in_use = 0;
	if (report->step == REAP_STEP_NONE)
		return;
	record->end = REAP_NOT_STARTED;
	record->step = (enum reap_step)report->step;
	record->status = report->error;
}

void service_start_give_back(void)
{
	if (!boot || boot->share.in_use)
		return;
	syscall(SYS_munmap, boot, sizeof(*boot));
	boot = NULL;
}
