#include "services.h"

#include "admit.h"
#include "log.h"
#include "storage.h"

#include <stddef.h>
#include <string.h>

struct service *services;
bool services_held;
bool services_ending;

/* The table's order: which slot serves entry i. */
static struct service *by_entry[CONFIG_INITTAB_ENTRIES];
static unsigned by_entry_count;

struct service *services_end;

void services_prepare(void)
{
	static struct service unshared[SERVICES_MAX + 1] COLD;

	services = reap_shared_memory(sizeof(unshared));
	/* Without it a failed exec is seen as exit 127, as elsewhere. */
	if (!services)
		services = unshared;
	services_end = TEST_SERVICE + 1;
}

static bool is_free(const struct service *service)
{
	return !service->entry && service->state == SERVICE_IDLE &&
	       service != TEST_SERVICE;
}

/* There is one: services_replace has counted. */
static struct service *free_slot(void)
{
	for (EACH_SERVICE(service))
		if (is_free(service))
			return service;
	return services_end++;
}

/* One that no other line of the new table has taken. */
static struct service *serving(const struct inittab_entry *entry)
{
	for (unsigned i = 0; i < by_entry_count; i++)
		if (by_entry[i]->entry && !by_entry[i]->mentioned &&
		    inittab_same_service(by_entry[i]->entry, entry))
			return by_entry[i];
	return NULL;
}

static unsigned unfinished_removals(void)
{
	unsigned count = 0;

	for (EACH_SERVICE(service))
		count += !service->entry && !is_free(service) &&
			 service != TEST_SERVICE;
	return count;
}

/* A sysinit line belongs to the boot: one that a reload adds does not run. */
static void assign_new(struct service *service,
		       const struct inittab_entry *entry, bool reloads)
{
	service->deadline = NEVER;
	service->crash_delay = service->spawn_delay = 0;
	service->has_run = reloads && entry->action == ACTION_SYSINIT;
	service_assign(service, entry);
}

static void assign_known(struct service *service,
			 const struct inittab_entry *entry, moment now)
{
	bool same = inittab_same_definition(service->entry, entry);

	if (same) {
		service->entry = entry;
		return;
	}
	if (!service->holds_boot)
		service_handle(service, SERVICE_STOP, now);
	/* The grace that stop has used was the old line's. What is to run for
	 * ever is not over, also between two runs. */
	bool is_new = service->entry->action != entry->action ||
		      strcmp(service->entry->command, entry->command) != 0;
	bool has_run = is_new ? entry->action == ACTION_SYSINIT
			      : service->has_run &&
					entry->action != ACTION_RESPAWN &&
					entry->action != ACTION_ASKFIRST;
	service_assign(service, entry);
	service->has_run = has_run;
	service->crash_delay = service->spawn_delay = 0;
}

/* What a reload has to know before it changes anything. */
static bool match(const struct inittab *table, struct service **next)
{
	unsigned removed = 0;

	for (unsigned i = 0; i < by_entry_count; i++)
		by_entry[i]->mentioned = false;
	for (unsigned i = 0; i < table->count; i++) {
		next[i] = serving(&table->entries[i]);
		if (next[i])
			next[i]->mentioned = true;
	}
	for (unsigned i = 0; i < by_entry_count; i++)
		removed += !by_entry[i]->mentioned &&
			   service_is_active(by_entry[i]);
	return unfinished_removals() + removed + table->count <= SERVICES_MAX;
}

static void remove_unmentioned(moment now)
{
	for (unsigned i = 0; i < by_entry_count; i++) {
		if (by_entry[i]->mentioned)
			continue;
		if (!by_entry[i]->holds_boot)
			service_handle(by_entry[i], SERVICE_STOP, now);
		by_entry[i]->entry = NULL;
	}
}

bool services_replace(const struct inittab *table, moment now)
{
	struct service *next[CONFIG_INITTAB_ENTRIES];
	static bool served;
	bool reloads = IS_ENABLED(CONFIG_RELOAD) && served;

	if (reloads) {
		if (!match(table, next))
			return false;
		remove_unmentioned(now);
	}
	for (unsigned i = 0; i < table->count; i++) {
		const struct inittab_entry *entry = &table->entries[i];

		if (reloads && next[i]) {
			assign_known(next[i], entry, now);
			continue;
		}
		next[i] = free_slot();
		assign_new(next[i], entry, reloads);
	}
	for (unsigned i = 0; i < table->count; i++)
		by_entry[i] = next[i];
	by_entry_count = table->count;
	served = true;
	return true;
}

bool services_hold_boot(void)
{
	for (EACH_SERVICE(service))
		if (service->holds_boot)
			return true;
	return false;
}

struct service *services_next(enum action action)
{
	for (unsigned i = 0; i < by_entry_count; i++)
		if (by_entry[i]->entry->action == action &&
		    !by_entry[i]->has_run)
			return by_entry[i];
	return NULL;
}

void services_start(enum action action, moment now)
{
	for (unsigned i = 0; i < by_entry_count; i++) {
		struct service *service = by_entry[i];

		if (service->entry->action == action &&
		    service->state == SERVICE_IDLE && !service->has_run)
			service_handle(service, SERVICE_START, now);
	}
}

void services_forget_runs(enum action action)
{
	for (unsigned i = 0; i < by_entry_count; i++)
		if (by_entry[i]->entry->action == action &&
		    by_entry[i]->state == SERVICE_IDLE)
			by_entry[i]->has_run = false;
}

bool services_ended(struct reap_record *record, moment now)
{
	for (EACH_SERVICE(service)) {
		if (service->child.pid != record->pid)
			continue;
		service->record = record;
		service_handle(service, SERVICE_ENDED, now);
		return true;
	}
	return false;
}

void services_hang_up(void)
{
	for (EACH_SERVICE(service))
		service_hang_up(service);
}

void services_forget_waiting(moment now)
{
	for (EACH_SERVICE(service))
		if (service->state == SERVICE_WAITING)
			service_handle(service, SERVICE_STOP, now);
}

/* After SIGTSTP nothing is respawned until SIGCONT. */
static bool is_held(const struct service *service)
{
	return services_held && service->state == SERVICE_WAITING &&
	       service->entry &&
	       (service->entry->action == ACTION_RESPAWN ||
		service->entry->action == ACTION_ASKFIRST);
}

void services_check_deadlines(moment now)
{
	for (EACH_SERVICE(service)) {
		if (IS_ENABLED(CONFIG_ADMISSION_CGROUP) && service->left_cgroup)
			admit_leave_cgroup(service);
		if (service->deadline > now || is_held(service) ||
		    service->state == SERVICE_IDLE)
			continue;
		service->deadline = NEVER;
		service_handle(service, SERVICE_DEADLINE, now);
	}
}

moment services_deadline(void)
{
	moment next = NEVER;

	for (EACH_SERVICE(service))
		if (service->state != SERVICE_IDLE && !is_held(service))
			next = earlier(next, service->deadline);
	return next;
}
