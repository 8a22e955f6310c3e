#include "admit.h"

#include "admission.h"
#include "admission_cgroup.h"
#include "backoff.h"
#include "errors.h"
#include "format.h"
#include "log.h"
#include "number.h"
#include "services.h"
#include "zombies.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <unistd.h>

static struct admission admission;
static const char vmstat[] = "/proc/vmstat";
static const char oom_kill[] = "oom_kill ";
static struct admission_cgroup cgroup;
static struct admission_wanted wanted = {
	.floor_kib = CONFIG_ADMISSION_FLOOR_KIB,
	.resume_kib = CONFIG_ADMISSION_RESUME_KIB,
	.tasks = CONFIG_ADMISSION_KEEP_TASKS,
};
static bool may_mount;
static uint64_t oom_kills;

/* ---- start */
/* What is there now, less twice the floor: normal services wait for their
 * siblings, not for the device. */
static void open_cgroup(void)
{
	static const char path[] = "/sys/fs/cgroup";
	struct admission_readings now;
	uint32_t limits[ADMISSION_KINDS];

	admission_sensors_read(&admission.sensors, &now, ADMISSION_UNKNOWN,
			       ADMISSION_CRITICAL);
	for (unsigned i = 0; i < ADMISSION_KINDS; i++) {
		uint32_t left = now.of[i].left;
		uint32_t reserve = 2 * admission.marks.of[i].floor;

		if (reserve > left / 2)
			reserve = left / 2;
		limits[i] = left != ADMISSION_UNKNOWN ? left - reserve : 0;
	}
	if (cgroup.services < 0 &&
	    admission_cgroup_open(&cgroup, path, limits) == -ENODEV &&
	    may_mount &&
	    !mount("cgroup2", path, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   NULL))
		admission_cgroup_open(&cgroup, path, limits);
	/* The root of all has no limits, and no such file. */
	if (admission_number(cgroup.root, admission_uses[ADMISSION_TASKS],
			     "") != UINT64_MAX)
		admission.sensors.folders[0] = cgroup.root;
	admission.sensors.folders[1] = cgroup.services;
}

static unsigned open_all(void)
{
	unsigned gaps = admission_init(&admission, &wanted);

	oom_kills = admission_number(AT_FDCWD, vmstat, oom_kill);
	admission.sensors.folders[0] = admission.sensors.folders[1] = -1;
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP))
		open_cgroup();
	return gaps;
}

static void take_word(const char *name, const char *word, uint32_t *value,
		      unsigned unit)
{
	unsigned long long bytes;

	if (!word)
		return;
	if (number_parse_size(word, &bytes) && bytes / unit < UINT32_MAX)
		*value = (uint32_t)(bytes / unit);
	else
		message("kernel command line: foster.%s=%s: not a size; "
			"ignored",
			name, word);
}

void admit_open(const struct boot_words *words, bool is_device)
{
	may_mount = is_device;
	cgroup.root = cgroup.services = -1;
	if (IS_ENABLED(CONFIG_BOOT_WORDS)) {
		take_word("floor", words->floor, &wanted.floor_kib, 1024);
		take_word("resume", words->resume, &wanted.resume_kib, 1024);
		take_word("tasks", words->tasks, &wanted.tasks, 1);
	}
	open_all();
}

void admit_open_again(void)
{
	static const char texts[][23] = {
		"no /proc/meminfo",
		"no threads-max",
		"marks do not fit",
		"no limits by cgroup v2",
	};
	unsigned gaps = open_all();

	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP)) {
		const uint32_t *limits = cgroup.limits;

		if (limits[0] || limits[1])
			message("services: at most %u KiB, %u tasks", limits[0],
				limits[1]);
		else
			gaps |= 8;
	}
	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (gaps >> i & 1)
			message("admission: %s; going on without", texts[i]);
}

/* ---- who asks with what */
static unsigned char class_of(const struct service *service)
{
	static const unsigned char classes[] = {
		[CLASS_NORMAL] = ADMISSION_NORMAL,
		[CLASS_CRITICAL] = ADMISSION_CRITICAL,
		[CLASS_SHEDDABLE] = ADMISSION_SHEDDABLE,
	};
	const struct service_options *options = &service->entry->options;
	unsigned action = service->entry->action;

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS) && options->set & OPTION_CLASS)
		return classes[options->class];
	/* The boot waits for its lines, and someone for Ctrl-Alt-Del. */
	return action == ACTION_RESPAWN || action == ACTION_ASKFIRST ||
			       action == ACTION_ONCE
		       ? ADMISSION_NORMAL
		       : ADMISSION_CRITICAL;
}

static void fill(struct service *service)
{
	const struct service_options *options = &service->entry->options;
	struct admission_request *request = &service->request;

	request->class = class_of(service);
	request->declared = false;
	request->need_kib = service->used_kib;
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS) &&
	    options->set & OPTION_MEMORY) {
		unsigned long long kib = options->memory / 1024;

		request->need_kib =
			kib < UINT32_MAX ? (uint32_t)kib : UINT32_MAX - 1;
		request->declared = true;
	}
}

/* The end of a boot is never put off. */
static bool is_exempt(const struct service *service)
{
	return services_ending || !service->entry;
}

/* ---- what is said */
enum { ZOMBIES_EVERY_MS = 10000 };
static moment look_for_zombies;

static bool is_for_tasks(const struct admission_reason *reason)
{
	return reason->what < ADMISSION_RESOURCES
		       ? reason->what % 2 == ADMISSION_TASKS
		       : reason->have == EAGAIN;
}

static void say_waits(const struct service *service, moment now,
		      const struct admission_reason *reason)
{
	static const char of[][13] = {"", " of cgroup", " of services"};
	moment deadline = admission.deadline;
	unsigned delay = deadline > now ? (unsigned)(deadline - now) : 0;
	char span[24] = "";
	char amounts[64];
	const char *text = amounts;

	if (IS_ENABLED(CONFIG_ADMISSION_STATUS) && now > service->request.since)
		format(span, sizeof(span), " for %.1llu s",
		       SECONDS(now - service->request.since));
	if (reason->what < ADMISSION_RESOURCES)
		format(amounts, sizeof(amounts), "%u %s%s left, %u needed",
		       reason->have, reason->what % 2 ? "tasks" : "KiB",
		       of[reason->what / 2], reason->want);
	else
		text = reason->what == ADMISSION_TURN
			       ? "others come first"
			       : error_name((int)reason->have);
	message("%s: waits%s: %s; next look in %u ms", service->name, span,
		text, delay);
	if (IS_ENABLED(CONFIG_ADMISSION_ZOMBIES) && now >= look_for_zombies &&
	    is_for_tasks(reason)) {
		look_for_zombies = now + ZOMBIES_EVERY_MS;
		zombies_tell();
	}
}

/* ---- asking */
bool admit_may_start(struct service *service, moment now)
{
	struct admission_reason reason;

	if (is_exempt(service) || service->is_admitted)
		return true;
	fill(service);
	switch (admission_ask(&admission, &service->request, now, &reason)) {
	case ADMISSION_ADMIT:
		return true;
	case ADMISSION_DEFER:
		say_waits(service, now, &reason);
		return false;
	case ADMISSION_REFUSE:
		message("%s: never started: memory= is %u KiB of %u KiB",
			service->name, service->request.need_kib, reason.have);
		service->has_run = true;
		service->state = SERVICE_IDLE;
	}
	return false;
}

void admit_started(struct service *service, moment now)
{
	if (service->request.since)
		message("%s (pid %d): started after waiting for %.1llu s",
			service->name, (int)service->child.pid,
			SECONDS(now - service->request.since));
	admission_started(&admission, &service->request, now);
	service->is_admitted = false;
}

bool admit_refused(struct service *service, int error, moment now)
{
	bool is_new = !service->request.since;

	service->is_admitted = false;
	if (is_exempt(service) || reap_classify(error) != REAP_RETRY)
		return false;
	admission_failed(&admission, &service->request, -error, now);
	if (is_new)
		say_waits(service, now, &admission.reason);
	return true;
}

/* ---- cgroups */
/* What a boot's line starts and leaves behind, an rcS its daemons, is limited
 * as a service is; it is critical in the queue alone. */
static bool is_capped(const struct service *service)
{
	return service->entry->action <= ACTION_ASKFIRST &&
	       service->entry->options.class != CLASS_CRITICAL;
}

/* Names need not differ; slots do. */
static void name_cgroup(struct service *service)
{
	format(service->cgroup, sizeof(service->cgroup), "%s.%u", service->name,
	       (unsigned)(service - services));
	for (char *c = service->cgroup; *c; c++)
		if (*c == '/')
			*c = '_';
}

/* -1 for none. */
static int find_cgroup(const struct service *service)
{
	if (!IS_ENABLED(CONFIG_ADMISSION_CGROUP) || !*service->cgroup)
		return -1;
	return admission_cgroup_find(&cgroup, service->cgroup);
}

/* One in which processes are left stays until they have ended, and gets the
 * limits of the line that is there at the next start. */
void admit_leave_cgroup(struct service *service)
{
	if (!IS_ENABLED(CONFIG_ADMISSION_CGROUP) || !*service->cgroup)
		return;
	service->left_cgroup =
		admission_cgroup_remove(&cgroup, service->cgroup) == -EBUSY;
	if (service->left_cgroup)
		return;
	*service->cgroup = '\0';
	service->oom_kills = 0;
}

/* The boot's lines run one after the other in one cgroup, entered by one open
 * file: to make and remove one each is nearly half of what a line takes. */
static const char boot_name[] = "boot";
static int boot_procs; /* 0, which is the console: not open */

/* limits: NULL where it has got them before. */
static int open_cgroup_of(const struct service *service, const char *name,
			  const uint32_t *limits)
{
	int error = 0;
	int procs = admission_cgroup_make(&cgroup, name);

	if (procs >= 0) {
		int folder = procs;

		if (limits)
			error = admission_cgroup_limit(&cgroup, folder, limits);
		/* Half a service is of no use; the daemons of an rcS are
		 * many. */
		if (limits && service->request.class != ADMISSION_CRITICAL)
			admission_cgroup_whole(folder);
		procs = admission_cgroup_procs(folder);
		close(folder);
	}
	if (procs < 0)
		error = procs;
	if (error)
		message("%s: cgroup: %s; started without it", service->name,
			error_name(error));
	return procs;
}

int admit_cgroup(struct service *service)
{
	uint32_t limits[ADMISSION_KINDS] = {0};

	if (!IS_ENABLED(CONFIG_ADMISSION_CGROUP) || cgroup.services < 0 ||
	    is_exempt(service) || !is_capped(service))
		return -1;
	/* Once: the next run may be able to enter it. */
	if (service->without & 1 << REAP_STEP_CGROUP) {
		service->without &= (unsigned short)~(1 << REAP_STEP_CGROUP);
		admit_leave_cgroup(service);
		return -1;
	}
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		limits[ADMISSION_TASKS] = service->entry->options.tasks;
	if (service->request.declared)
		limits[ADMISSION_MEMORY] = service->request.need_kib;
	if (service->entry->action <= ACTION_WAIT &&
	    !(limits[ADMISSION_MEMORY] | limits[ADMISSION_TASKS])) {
		if (boot_procs <= 0)
			boot_procs = open_cgroup_of(service, boot_name, limits);
		return boot_procs;
	}
	bool is_set = *service->cgroup && !service->left_cgroup;
	service->left_cgroup = false;
	if (!is_set)
		name_cgroup(service);
	int procs = open_cgroup_of(service, service->cgroup,
				   is_set ? NULL : limits);
	if (procs < 0)
		*service->cgroup = '\0';
	return procs;
}

void admit_entered(int procs)
{
	if (procs >= 0 && procs != boot_procs)
		close(procs);
}

void admit_boot_is_over(void)
{
	if (boot_procs <= 0)
		return;
	close(boot_procs);
	boot_procs = 0;
	admission_cgroup_remove(&cgroup, boot_name);
}

void admit_kill(const struct service *service)
{
	int folder = find_cgroup(service);

	if (folder < 0)
		return;
	admission_cgroup_kill(folder);
	close(folder);
}

/* Its own cgroup knows best; without one it was somebody, just now: several
 * may have been killed before the first of them is collected. */
static bool was_oom_killed(struct service *service, moment now)
{
	enum { JUST_NOW_MS = 500 };
	static moment counted;
	uint64_t kills = admission_number(AT_FDCWD, vmstat, oom_kill);
	int folder = find_cgroup(service);

	if (kills != UINT64_MAX && kills > oom_kills) {
		counted = now + JUST_NOW_MS;
		oom_kills = kills;
	}
	if (folder >= 0) {
		kills = admission_number(folder, "memory.events", oom_kill);
		close(folder);
	}
	/* A kernel without the controller has no such file. */
	if (folder < 0 || kills == UINT64_MAX)
		return now < counted;
	bool grown = kills > service->oom_kills;
	service->oom_kills = (uint32_t)kills;
	return grown;
}

void admit_forget(struct service *service)
{
	admission_cancel(&admission, &service->request);
	service->is_admitted = false;
	admit_leave_cgroup(service);
}

unsigned admit_ended(struct service *service, moment now)
{
	static const struct backoff delays[] = {{100, 1000}, {1000, 30000}};
	const struct reap_record *record = service->record;
	unsigned delay = 0;

	if (service->state != SERVICE_RUNNING) {
		/* A stopped service leaves nothing behind. One that restarts
		 * may: the sessions of an sshd outlive it. */
		admit_kill(service);
		admit_leave_cgroup(service);
		return 0;
	}
	if (record->end != REAP_KILLED || record->status != SIGKILL) {
		/* What it had when it was killed is not what it needs. */
		service->used_kib = (uint32_t)record->usage.ru_maxrss;
		service->oom_delay = 0;
	} else if (was_oom_killed(service, now)) {
		delay = backoff_next(
			&service->oom_delay,
			delays[service->request.class != ADMISSION_CRITICAL]);
		message("%s: out of memory at %u KiB; a restart waits %u ms",
			service->name, (unsigned)record->usage.ru_maxrss,
			delay);
	}
	return delay;
}

/* ---- making room */
/* The one that was started last; one at a time, so that no more are stopped
 * than it takes. */
static void shed(const char *whom, moment now)
{
	struct service *last = NULL;

	for (EACH_SERVICE(service)) {
		if (!service->child.pid ||
		    service->request.class != ADMISSION_SHEDDABLE)
			continue;
		if (service->state != SERVICE_RUNNING)
			return;
		if (!last || service->started >= last->started)
			last = service;
	}
	if (!last)
		return;
	message("%s: stopped to make room for %s", last->name, whom);
	service_handle(last, SERVICE_STOP, now);
}

static struct service *service_of(const struct admission_request *request)
{
	return (struct service *)((char *)request -
				  offsetof(struct service, request));
}

/* Tried again each turn, and said once. */
static void tighten(bool tight)
{
	static int told;
	int error = admission_cgroup_tighten(&cgroup, tight);

	if (error && error != told)
		message("services: limits stay: %s", error_name(error));
	told = error;
}

void admit_turn(bool freed, moment now)
{
	struct admission_request *next;

	if (freed)
		admission_wake(&admission, now);
	while (!services_held && (next = admission_next(&admission, now))) {
		struct service *service = service_of(next);

		service->is_admitted = true;
		service_handle(service, SERVICE_DEADLINE, now);
	}
	const struct admission_request *first = admission.queue;
	bool urgent = first && first->class == ADMISSION_CRITICAL;
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP))
		tighten(urgent);
	/* Only after a look in vain: what the last one has left may do. */
	if (urgent && !services_held && admission.looked == now &&
	    now > first->since)
		shed(service_of(first)->name, now);
}

void admit_tell(moment now)
{
	static const struct admission_reason turn = {.what = ADMISSION_TURN};
	const struct admission_reason *reason = &admission.reason;

	for (struct admission_request *request = admission.queue; request;
	     request = request->next, reason = &turn)
		say_waits(service_of(request), now, reason);
	if (!admission.queue)
		message("nothing waits");
}

moment admit_deadline(void)
{
	return services_held ? NEVER : admission_deadline(&admission);
}
