#include "admission_sensors.h"

#include "admission_parse.h"
#include "system.h"

#include <sys/sysinfo.h>

/* oom_kill is at byte 2,489 of /proc/vmstat on a large Linux 6.18. */
enum { FILE_BYTES = 3840 };

static const char meminfo[] = "/proc/meminfo";
static const char available[] = "MemAvailable:";

const char admission_limits[ADMISSION_KINDS][11] = {"memory.max", "pids.max"};
const char admission_uses[ADMISSION_KINDS][15] = {"memory.current",
						  "pids.current"};

uint64_t admission_number(int folder, const char *path, const char *key)
{
	char text[FILE_BYTES];
	int file = openat(folder, path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return PARSE_NONE;
	ssize_t length = read(file, text, sizeof(text) - 1);
	close(file);
	text[length > 0 ? length : 0] = '\0';
	return admission_parse(text, key);
}

/* PARSE_NONE becomes ADMISSION_UNKNOWN, and what is larger than any value
 * known the largest. */
static uint32_t narrow(uint64_t number)
{
	if (number == PARSE_NONE)
		return ADMISSION_UNKNOWN;
	return number < ADMISSION_UNKNOWN ? (uint32_t)number
					  : ADMISSION_UNKNOWN - 1;
}

static uint32_t difference(uint32_t limit, uint32_t used)
{
	return limit > used ? limit - used : 0;
}

static uint32_t to_kib(const struct sysinfo *info, unsigned long amount)
{
	return narrow((uint64_t)amount * info->mem_unit / 1024);
}

unsigned admission_sensors_open(struct admission_sensors *sensors)
{
	struct sysinfo info;
	uint64_t threads =
		admission_number(AT_FDCWD, "/proc/sys/kernel/threads-max", "");
	uint64_t pids =
		admission_number(AT_FDCWD, "/proc/sys/kernel/pid_max", "");
	unsigned gaps = 0;

	/* pid_max alone says little: it is 4 million where it is not set. */
	if (threads != PARSE_NONE && pids < threads)
		threads = pids;
	sensors->tasks_limit = narrow(threads);
	if (sensors->tasks_limit == ADMISSION_UNKNOWN)
		gaps |= ADMISSION_NO_TASKS;
	sensors->total_kib = ADMISSION_UNKNOWN;
	if (!sysinfo(&info))
		sensors->total_kib = to_kib(&info, info.totalram);
	if (admission_number(AT_FDCWD, meminfo, available) == PARSE_NONE)
		gaps |= ADMISSION_NO_MEMORY;
	return gaps;
}

static void read_device(const struct admission_sensors *sensors,
			struct admission_amount *amounts, uint32_t enough_kib)
{
	struct admission_amount *memory = &amounts[ADMISSION_DEVICE_MEMORY];
	struct admission_amount *tasks = &amounts[ADMISSION_DEVICE_TASKS];
	struct sysinfo info;

	memory->limit = sensors->total_kib;
	tasks->limit = sensors->tasks_limit;
	if (sysinfo(&info))
		return;
	/* procs counts threads of the whole device, zombies too. It has 16
	 * bits: above that a device is not short of tasks by this count. */
	if (tasks->limit != ADMISSION_UNKNOWN)
		tasks->left = difference(tasks->limit, info.procs);
	/* MemAvailable is what is free less what the kernel keeps for itself
	 * (far less than a sixteenth), plus what the page cache can give. */
	memory->left =
		difference(to_kib(&info, info.freeram), memory->limit / 16);
	if (memory->left <= enough_kib)
		memory->left =
			narrow(admission_number(AT_FDCWD, meminfo, available));
}

static void read_limit(int folder, unsigned kind,
		       struct admission_amount *amount, uint32_t enough_kib)
{
	uint64_t limit = admission_number(folder, admission_limits[kind], "");
	uint64_t used = admission_number(folder, admission_uses[kind], "");

	if (limit == PARSE_NONE || used == PARSE_NONE)
		return;
	if (kind == ADMISSION_MEMORY) {
		limit /= 1024;
		used /= 1024;
		/* The page cache counts as used; what has not been touched
		 * lately is given back without harm. */
		if (used + enough_kib > limit) {
			uint64_t gives = admission_number(folder, "memory.stat",
							  "inactive_file ");
			if (gives != PARSE_NONE)
				used -= gives / 1024 < used ? gives / 1024
							    : used;
		}
	}
	amount->limit = narrow(limit);
	amount->left = difference(amount->limit, narrow(used));
}

void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib, unsigned class)
{
	struct admission_amount *amounts = readings->of;

	for (unsigned i = 0; i < ADMISSION_RESOURCES; i++)
		amounts[i].left = amounts[i].limit = ADMISSION_UNKNOWN;
	read_device(sensors, amounts, enough_kib);
	for (unsigned i = 0; i < (class == ADMISSION_CRITICAL ? 2 : 4); i++)
		if (sensors->folders[i / 2] >= 0)
			read_limit(sensors->folders[i / 2], i % 2,
				   &amounts[ADMISSION_OWN_MEMORY + i],
				   enough_kib);
}
