#include "admission_cgroup.h"

#include "admission_sensors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* linux/magic.h, which musl lacks. */
enum { CGROUP2_MAGIC = 0x63677270 };

static const struct kind {
	char controller[8];
	unsigned char share; /* percent of all services */
	unsigned short unit;
} kinds[ADMISSION_KINDS] = {
	[ADMISSION_MEMORY] = {"+memory", CONFIG_ADMISSION_SHARE_MEMORY, 1024},
	[ADMISSION_TASKS] = {"+pids", CONFIG_ADMISSION_SHARE_TASKS, 1},
};

static int open_folder(int folder, const char *path)
{
	int descriptor =
		openat(folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return descriptor < 0 ? -errno : descriptor;
}

static int make_folder(int folder, const char *name)
{
	if (mkdirat(folder, name, 0755) && errno != EEXIST)
		return -errno;
	return open_folder(folder, name);
}

static int open_to_write(int folder, const char *file)
{
	int descriptor = openat(folder, file, O_WRONLY | O_CLOEXEC);

	return descriptor < 0 ? -errno : descriptor;
}

static int put(int folder, const char *file, const char *text)
{
	int descriptor = open_to_write(folder, file);

	if (descriptor < 0)
		return descriptor;
	int error = write(descriptor, text, strlen(text)) < 0 ? -errno : 0;
	close(descriptor);
	return error;
}

static int put_number(int folder, const char *file, uint64_t number)
{
	char text[24];
	char *c = text + sizeof(text) - 1;

	*c = '\0';
	do
		*--c = (char)('0' + number % 10);
	while (number /= 10);
	return put(folder, file, c);
}

static int put_limit(int folder, unsigned kind, uint32_t limit)
{
	return put_number(folder, admission_limits[kind],
			  (uint64_t)limit * kinds[kind].unit);
}

int admission_cgroup_open(struct admission_cgroup *c, const char *path,
			  const uint32_t limits[ADMISSION_KINDS])
{
	static const char control[] = "cgroup.subtree_control";
	static const char parent[] = "services";
	struct statfs file_system;
	int root = open_folder(AT_FDCWD, path);

	if (root < 0)
		return root;
	int services = -ENODEV;
	if (!fstatfs(root, &file_system) && file_system.f_type == CGROUP2_MAGIC)
		services = make_folder(root, parent);
	if (services < 0) {
		close(root);
		return services;
	}
	c->root = root;
	c->services = services;
	/* One by one: a controller that the kernel lacks spoils a write. */
	for (unsigned i = 0; i < ADMISSION_KINDS; i++)
		if (limits[i] && !put(root, control, kinds[i].controller) &&
		    !put(services, control, kinds[i].controller) &&
		    !put_limit(services, i, limits[i]))
			c->limits[i] = limits[i];
	return 0;
}

int admission_cgroup_make(const struct admission_cgroup *c, const char *name)
{
	return make_folder(c->services, name);
}

int admission_cgroup_procs(int cgroup)
{
	return open_to_write(cgroup, "cgroup.procs");
}

int admission_cgroup_limit(const struct admission_cgroup *c, int cgroup,
			   const uint32_t wanted[ADMISSION_KINDS])
{
	int error = 0;

	for (unsigned i = 0; i < ADMISSION_KINDS; i++) {
		uint32_t limit = wanted[i];

		if (!limit)
			limit = (uint32_t)((uint64_t)c->limits[i] *
					   kinds[i].share / 100);
		int now = c->limits[i] ? put_limit(cgroup, i, limit) : 0;
		if (now)
			error = now;
	}
	return error;
}

int admission_cgroup_find(const struct admission_cgroup *c, const char *name)
{
	return open_folder(c->services, name);
}

void admission_cgroup_whole(int cgroup)
{
	put(cgroup, "memory.oom.group", "1");
}

void admission_cgroup_kill(int cgroup)
{
	put(cgroup, "cgroup.kill", "1");
}

int admission_cgroup_remove(const struct admission_cgroup *c, const char *name)
{
	return unlinkat(c->services, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* Only tasks: a memory limit below what is in use makes its writer reclaim,
 * and kill, until it is kept. That would be PID 1 (mm/memcontrol.c). */
int admission_cgroup_tighten(struct admission_cgroup *c, bool tight)
{
	uint64_t number = c->limits[ADMISSION_TASKS];

	if (!number || tight == c->is_tight)
		return 0;
	if (tight)
		number = admission_number(c->services,
					  admission_uses[ADMISSION_TASKS], "");
	int error = put_number(c->services, admission_limits[ADMISSION_TASKS],
			       number);
	if (!error)
		c->is_tight = tight;
	return error;
}
