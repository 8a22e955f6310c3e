#include "admit.h"

#include "admission.h"
#include "admission_cgroup.h"
#include "backoff.h"
#include "errors.h"
#include "format.h"
#include "log.h"
#include "number.h"
#include "services.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static struct admission admission;
static struct admission_cgroup cgroup = {.root = -1, .services = -1};
static struct admission_wanted wanted = {
	.floor_kib = CONFIG_ADMISSION_FLOOR_KIB,
	.resume_kib = CONFIG_ADMISSION_RESUME_KIB,
	.tasks = CONFIG_ADMISSION_KEEP_TASKS,
};
static unsigned gaps;
static bool may_mount;
static uint64_t oom_kills;

/* ---- start */
#if IS_ENABLED(CONFIG_ADMISSION_CGROUP)
static const char hierarchy[] = "/sys/fs/cgroup";

/* Reserve: twice the floor in tasks, so that normal services wait for their
 * siblings and not for the device; the resume mark in memory. */
static void open_cgroup(void)
{
	const struct admission_mark *marks = admission.marks.of;
	uint32_t standing[ADMISSION_KINDS];

	for (unsigned i = 0; i < ADMISSION_KINDS; i++) {
		uint32_t left = admission.readings.of[i].left;
		uint32_t reserve = i == ADMISSION_TASKS ? 2 * marks[i].floor
							: marks[i].resume;

		standing[i] = left != ADMISSION_UNKNOWN && left > 2 * reserve
				      ? left - reserve
				      : 0;
	}
	int error = admission_cgroup_open(&cgroup, hierarchy,
					  standing[ADMISSION_TASKS],
					  standing[ADMISSION_MEMORY]);
	if (error == -ENODEV && may_mount &&
	    !mount("cgroup2", hierarchy, "cgroup2",
		   MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		admission_cgroup_open(&cgroup, hierarchy,
				      standing[ADMISSION_TASKS],
				      standing[ADMISSION_MEMORY]);
}
#else
static void open_cgroup(void)
{
}
#endif

static void open_all(void)
{
	gaps = admission_init(&admission, &wanted, -1, -1);
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP)) {
		admission_sensors_read(&admission.sensors, &admission.readings,
				       ADMISSION_UNKNOWN);
		if (cgroup.services < 0)
			open_cgroup();
		gaps = admission_init(&admission, &wanted, cgroup.root,
				      cgroup.services);
	}
	oom_kills = admission_oom_kills();
}

static void take_word(const char *word, uint32_t *value, unsigned unit)
{
	unsigned long long bytes;

	if (!word)
		return;
	if (number_parse_size(word, &bytes) && bytes / unit < UINT32_MAX)
		*value = (uint32_t)(bytes / unit);
	else
		message("kernel command line: %s: not a size; ignored", word);
}

void admit_open(const struct boot_words *words, bool is_device)
{
	may_mount = is_device;
	if (IS_ENABLED(CONFIG_BOOT_WORDS)) {
		take_word(words->floor, &wanted.floor_kib, 1024);
		take_word(words->resume, &wanted.resume_kib, 1024);
		take_word(words->tasks, &wanted.tasks, 1);
	}
	open_all();
}

void admit_open_again(void)
{
	if (gaps & (ADMISSION_NO_MEMINFO | ADMISSION_NO_TASKS) ||
	    cgroup.services < 0)
		open_all();
	if (gaps & ADMISSION_NO_MEMINFO)
		message("no /proc/meminfo: services start whatever memory is "
			"left");
	if (gaps & ADMISSION_NO_TASKS)
		message("no /proc/sys/kernel/threads-max: services start "
			"however many tasks there are");
	if (gaps & ADMISSION_BAD_MARKS)
		message("foster.floor=, resume= or tasks= does not fit this "
			"device (%u KiB, %u tasks); using computed values",
			admission.sensors.total_kib,
			admission.sensors.tasks_limit);
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP)) {
		if (cgroup.tasks || cgroup.memory_kib)
			message("all but critical services together: at most "
				"%u tasks, %u KiB",
				cgroup.tasks, cgroup.memory_kib);
		else
			message("no cgroup v2 limits here: one service can use "
				"up the device");
	}
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
struct reason_text {
	char text[64];
};

static void describe(struct reason_text *text,
		     const struct admission_reason *reason)
{
	static const char names[ADMISSION_RESOURCES / 2][14] = {
		"the device", "our cgroup", "all services"};

	if (reason->what == ADMISSION_TURN)
		format(text->text, sizeof(text->text), "others come first");
	else if (reason->what == ADMISSION_FORK)
		format(text->text, sizeof(text->text), "fork: %s",
		       error_name((int)reason->have));
	else
		format(text->text, sizeof(text->text),
		       "%s: %u %s left, %u needed", names[reason->what / 2],
		       reason->have, reason->what % 2 ? "tasks" : "KiB",
		       reason->want);
}

static void say_waits(const struct service *service, moment now,
		      const struct admission_reason *reason)
{
	struct reason_text text;
	moment next = admission_deadline(&admission);

	if (!IS_ENABLED(CONFIG_LOG))
		return;
	describe(&text, reason);
	message("%s: waits for room (%s); next look in %u ms, later every "
		"%u.%u s",
		service->name, text.text,
		next > now ? (unsigned)(next - now) : 0,
		SECONDS(CONFIG_ADMISSION_RETRY_MAX_MS));
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
		message("%s: not started: memory= asks for %u KiB of %u KiB; "
			"going on without it",
			service->name, service->request.need_kib, reason.have);
		service->has_run = true;
		service->state = SERVICE_IDLE;
	}
	return false;
}

void admit_started(struct service *service, moment now)
{
	if (is_exempt(service))
		return;
	if (service->request.since)
		message("%s (pid %d): started after waiting for %u.%u s",
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

void admit_forget(struct service *service)
{
	admission_cancel(&admission, &service->request);
	service->is_admitted = false;
}

/* ---- cgroups */
struct cgroup_name {
	char text[SERVICE_NAME_BYTES + 8];
};

/* Names need not differ; slots do. */
static bool name_cgroup(const struct service *service, struct cgroup_name *name)
{
	if (!IS_ENABLED(CONFIG_ADMISSION_CGROUP) || cgroup.services < 0)
		return false;
	format(name->text, sizeof(name->text), "%s.%u", service->name,
	       (unsigned)(service - services));
	for (char *c = name->text; *c; c++)
		if (*c == '/')
			*c = '_';
	return true;
}

int admit_cgroup(const struct service *service)
{
	struct admission_share share = {0};
	struct cgroup_name name;

	if (is_exempt(service) || class_of(service) == ADMISSION_CRITICAL ||
	    !name_cgroup(service, &name))
		return -1;
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS)) {
		const struct service_options *options =
			&service->entry->options;

		share.tasks = options->tasks;
		share.memory_kib = service->request.declared
					   ? service->request.need_kib
					   : 0;
	}
	int folder = admission_cgroup_make(&cgroup, name.text, &share);
	if (folder < 0)
		message("%s: no cgroup: %s; starting it without limits",
			service->name, error_name(folder));
	return folder < 0 ? -1 : folder;
}

void admit_kill(const struct service *service)
{
	struct cgroup_name name;

	if (name_cgroup(service, &name))
		admission_cgroup_kill(&cgroup, name.text);
}

static bool was_oom_killed(const struct service *service)
{
	struct cgroup_name name;
	uint64_t before = oom_kills;
	uint64_t kills = UINT64_MAX;
	int folder = -1;

	oom_kills = admission_oom_kills();
	if (name_cgroup(service, &name))
		folder = admission_cgroup_find(&cgroup, name.text);
	if (folder >= 0) {
		kills = admission_cgroup_oom_kills(folder);
		close(folder);
	}
	return kills == UINT64_MAX ? oom_kills != before : kills;
}

unsigned admit_ended(struct service *service, moment now)
{
	enum { FIRST_MS = 1000, LONG_MS = 30000, STEADY_MS = 60000 };
	const struct backoff limits = {
		FIRST_MS,
		service->request.class == ADMISSION_CRITICAL
			? CONFIG_BACKOFF_CRITICAL_MAX_MS
			: LONG_MS,
	};
	const struct reap_record *record = service->record;
	struct cgroup_name name;
	unsigned delay = 0;

	if (!service->entry && !service->name[0])
		return 0;
	service->used_kib = (uint32_t)record->usage.ru_maxrss;
	if (now > service->started + STEADY_MS)
		service->oom_delay = 0;
	if (record->end == REAP_KILLED && record->status == 9 &&
	    service->state == SERVICE_RUNNING && was_oom_killed(service)) {
		delay = backoff_next(&service->oom_delay, limits);
		message("%s (pid %d): killed by the kernel for lack of memory; "
			"it had %u KiB; not before %u.%u s",
			service->name, (int)record->pid, service->used_kib,
			SECONDS(delay));
	}
	/* A stopped service leaves nothing behind. One that restarts may:
	 * the sessions of an sshd outlive it. */
	if (service->state != SERVICE_RUNNING)
		admit_kill(service);
	if (name_cgroup(service, &name))
		admission_cgroup_remove(&cgroup, name.text);
	return delay;
}

/* ---- making room */
static void shed(const struct admission_reason *reason, const char *whom,
		 moment now)
{
	static struct admission_candidate all[SERVICES_MAX];
	static unsigned char slots[SERVICES_MAX];
	unsigned count = 0;

	for (unsigned i = 0; i < SERVICES_MAX; i++) {
		const struct service *service = &services[i];

		if (!service->child.pid || !service->entry ||
		    class_of(service) != ADMISSION_SHEDDABLE)
			continue;
		slots[count] = (unsigned char)i;
		all[count++] = (struct admission_candidate){
			.started = service->started,
			.ending = service->state != SERVICE_RUNNING,
		};
	}
	admission_choose(all, count, reason);
	for (unsigned i = 0; i < count; i++) {
		if (!all[i].chosen)
			continue;
		struct service *service = &services[slots[i]];
		message("%s: stopped to make room for %s", service->name, whom);
		service->request.shed = true;
		service_handle(service, SERVICE_STOP, now);
	}
}

static struct service *service_of(const struct admission_request *request)
{
	return (struct service *)((char *)request -
				  offsetof(struct service, request));
}

void admit_turn(bool freed, moment now)
{
	struct admission_request *next;

	if (freed)
		admission_wake(&admission, now);
	if (services_held)
		return;
	while ((next = admission_next(&admission, now))) {
		struct service *service = service_of(next);

		service->is_admitted = true;
		service_handle(service, SERVICE_DEADLINE, now);
	}
	const struct admission_request *first = admission.queue;
	bool urgent = first && first->class == ADMISSION_CRITICAL;
	if (IS_ENABLED(CONFIG_ADMISSION_CGROUP))
		admission_cgroup_tighten(&cgroup, urgent);
	if (urgent && now >= first->since + CONFIG_ADMISSION_RETRY_FIRST_MS)
		shed(&admission.reason, service_of(first)->name, now);
}

moment admit_deadline(void)
{
	return services_held ? NEVER : admission_deadline(&admission);
}
