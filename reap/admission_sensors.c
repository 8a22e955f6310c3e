#include "admission_sensors.h"

#include "admission_parse.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

enum { FILE_BYTES = 1024 };

static int open_at(int folder, const char *path)
{
	return openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static size_t read_from(int descriptor, char *buffer, size_t size, off_t offset)
{
	ssize_t length = pread(descriptor, buffer, size, offset);

	return length > 0 ? (size_t)length : 0;
}

static uint64_t read_number(int descriptor)
{
	char text[32];

	if (descriptor < 0)
		return PARSE_NONE;
	return parse_number(text, read_from(descriptor, text, sizeof(text), 0));
}

static uint64_t read_number_once(const char *path)
{
	int descriptor = open_at(AT_FDCWD, path);
	uint64_t number = read_number(descriptor);

	if (descriptor >= 0)
		close(descriptor);
	return number;
}

/* PARSE_NONE becomes ADMISSION_UNKNOWN, what is larger than any known value
 * the largest. */
static uint32_t narrow(uint64_t number)
{
	if (number == PARSE_NONE)
		return ADMISSION_UNKNOWN;
	return number < ADMISSION_UNKNOWN ? (uint32_t)number
					  : ADMISSION_UNKNOWN - 1;
}

static uint32_t pages_to_kib(const struct sysinfo *info, unsigned long amount)
{
	return narrow((uint64_t)amount * info->mem_unit / 1024);
}

static void open_limits(struct admission_limits *limits, int folder)
{
	static const char *const names[ADMISSION_FILES] = {
		[ADMISSION_MEMORY_MAX] = "memory.max",
		[ADMISSION_MEMORY_CURRENT] = "memory.current",
		[ADMISSION_MEMORY_STAT] = "memory.stat",
		[ADMISSION_PIDS_MAX] = "pids.max",
		[ADMISSION_PIDS_CURRENT] = "pids.current",
	};

	for (unsigned i = 0; i < ADMISSION_FILES; i++) {
		int *file = &limits->files[i];

		if (*file > 0)
			close(*file);
		*file = folder < 0 ? -1 : open_at(folder, names[i]);
	}
}

unsigned admission_sensors_open(struct admission_sensors *sensors, int own,
				int services)
{
	struct sysinfo info;
	uint64_t threads = read_number_once("/proc/sys/kernel/threads-max");
	uint64_t pids = read_number_once("/proc/sys/kernel/pid_max");
	unsigned gaps = 0;

	sensors->tasks_limit = narrow(threads < pids ? threads : pids);
	if (sensors->tasks_limit == ADMISSION_UNKNOWN)
		gaps |= ADMISSION_NO_TASKS;
	sensors->total_kib = ADMISSION_UNKNOWN;
	if (!sysinfo(&info))
		sensors->total_kib = pages_to_kib(&info, info.totalram);
	if (sensors->meminfo > 0)
		close(sensors->meminfo);
	sensors->meminfo = open_at(AT_FDCWD, "/proc/meminfo");
	if (sensors->meminfo < 0)
		gaps |= ADMISSION_NO_MEMINFO;
	open_limits(&sensors->limits[0], own);
	open_limits(&sensors->limits[1], services);
	return gaps;
}

static uint32_t difference(uint32_t limit, uint32_t used)
{
	if (limit == ADMISSION_UNKNOWN || used == ADMISSION_UNKNOWN)
		return ADMISSION_UNKNOWN;
	return limit > used ? limit - used : 0;
}

static uint32_t available_kib(const struct admission_sensors *sensors,
			      uint32_t free_kib, uint32_t enough_kib)
{
	char text[FILE_BYTES];

	if (sensors->meminfo < 0)
		return ADMISSION_UNKNOWN;
	/* MemAvailable is what is free less what the kernel keeps for itself
	 * (far less than a sixteenth), plus what the page cache can give. */
	uint32_t certain = difference(free_kib, sensors->total_kib / 16);
	if (certain != ADMISSION_UNKNOWN && certain > enough_kib)
		return certain;
	size_t length = read_from(sensors->meminfo, text, sizeof(text), 0);
	return narrow(parse_available(text, length));
}

static void read_device(const struct admission_sensors *sensors,
			struct admission_readings *readings,
			uint32_t enough_kib)
{
	struct admission_amount *memory =
		&readings->of[ADMISSION_DEVICE_MEMORY];
	struct admission_amount *tasks = &readings->of[ADMISSION_DEVICE_TASKS];
	struct sysinfo info;

	memory->left = tasks->left = ADMISSION_UNKNOWN;
	memory->limit = sensors->total_kib;
	tasks->limit = sensors->tasks_limit;
	if (sysinfo(&info))
		return;
	/* procs counts threads of the whole device, zombies too. It has 16
	 * bits: above that a device is not short of tasks by this count. */
	tasks->left = difference(tasks->limit, info.procs);
	memory->left = available_kib(sensors, pages_to_kib(&info, info.freeram),
				     enough_kib);
}

/* The kernel counts the page cache as used; what of it can be given back is
 * looked at only where it matters. */
static uint64_t used_bytes(const struct admission_limits *limits,
			   uint64_t comfortable)
{
	char text[2 * FILE_BYTES];
	uint64_t used = read_number(limits->files[ADMISSION_MEMORY_CURRENT]);
	int stat = limits->files[ADMISSION_MEMORY_STAT];

	if (used == PARSE_NONE || used <= comfortable || stat < 0)
		return used;
	uint64_t gives =
		parse_reclaimable(text, read_from(stat, text, sizeof(text), 0));
	return used > gives ? used - gives : 0;
}

static void read_limits(const struct admission_limits *limits,
			struct admission_amount *memory,
			struct admission_amount *tasks, uint32_t enough_kib)
{
	uint64_t most = read_number(limits->files[ADMISSION_MEMORY_MAX]);
	uint64_t enough = (uint64_t)enough_kib * 1024;
	uint64_t used = PARSE_NONE;

	if (most != PARSE_NONE)
		used = used_bytes(limits, most > enough ? most - enough : 0);
	memory->limit =
		most == PARSE_NONE ? ADMISSION_UNKNOWN : narrow(most / 1024);
	memory->left = used == PARSE_NONE
			       ? ADMISSION_UNKNOWN
			       : difference(memory->limit, narrow(used / 1024));

	tasks->limit = narrow(read_number(limits->files[ADMISSION_PIDS_MAX]));
	tasks->left = tasks->limit;
	if (tasks->limit != ADMISSION_UNKNOWN)
		tasks->left = difference(
			tasks->limit,
			narrow(read_number(
				limits->files[ADMISSION_PIDS_CURRENT])));
}

void admission_sensors_read(const struct admission_sensors *sensors,
			    struct admission_readings *readings,
			    uint32_t enough_kib)
{
	read_device(sensors, readings, enough_kib);
	for (unsigned i = 0; i < 2; i++)
		read_limits(&sensors->limits[i],
			    &readings->of[ADMISSION_OWN_MEMORY + 2 * i],
			    &readings->of[ADMISSION_OWN_TASKS + 2 * i],
			    enough_kib);
}

static uint64_t count_in_file(int folder, const char *path, const char *key)
{
	char text[FILE_BYTES];
	int descriptor = open_at(folder, path);
	uint64_t count = PARSE_NONE;
	off_t offset = 0;
	size_t length;

	if (descriptor < 0)
		return count;
	/* Pieces that begin where the last whole line of the one before ends:
	 * /proc/vmstat is longer than what is good on a stack. */
	while ((length = read_from(descriptor, text, sizeof(text), offset))) {
		count = parse_keyed(text, length, key);
		const char *last = memrchr(text, '\n', length);
		if (count != PARSE_NONE || !last)
			break;
		offset += last + 1 - text;
	}
	close(descriptor);
	return count;
}

uint64_t admission_oom_kills(void)
{
	return count_in_file(AT_FDCWD, "/proc/vmstat", "oom_kill");
}

uint64_t admission_cgroup_oom_kills(int cgroup)
{
	return count_in_file(cgroup, "memory.events", "oom_kill");
}
