#include "admission_cgroup.h"

#include "admission_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* linux/magic.h, which musl lacks. */
enum { CGROUP2_MAGIC = 0x63677270 };

static const char parent[] = "services";
/* Where PID 1 goes when it is in a cgroup that may have no process of its own
 * beside children (cgroups(7), "no internal processes"). */
static const char own[] = "init";

static int open_folder(int folder, const char *path)
{
	int descriptor = openat(
		folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	return descriptor < 0 ? -errno : descriptor;
}

static int make_folder(int folder, const char *path)
{
	if (mkdirat(folder, path, 0755) && errno != EEXIST)
		return -errno;
	return open_folder(folder, path);
}

static int write_text(int folder, const char *file, const char *text)
{
	int descriptor = openat(folder, file, O_WRONLY | O_CLOEXEC);

	if (descriptor < 0)
		return -errno;
	ssize_t written = write(descriptor, text, strlen(text));
	int error = written < 0 ? -errno : 0;
	close(descriptor);
	return error;
}

static int write_number(int folder, const char *file, uint64_t number)
{
	char text[24];
	char *c = text + sizeof(text) - 1;

	*c = '\0';
	do
		*--c = (char)('0' + number % 10);
	while (number /= 10);
	return write_text(folder, file, c);
}

static int write_limits(int folder, uint32_t tasks, uint32_t memory_kib)
{
	int error = 0;

	if (tasks)
		error = write_number(folder, "pids.max", tasks);
	if (memory_kib) {
		int other = write_number(folder, "memory.max",
					 (uint64_t)memory_kib * 1024);
		if (!error)
			error = other;
	}
	return error;
}

/* One by one: a word that the kernel does not know spoils the whole write. */
static int enable(int folder, const char *controller)
{
	return write_text(folder, "cgroup.subtree_control", controller);
}

static int enable_below_root(int root, const char *controller)
{
	int error = enable(root, controller);

	if (error != -EBUSY)
		return error;
	int leaf = make_folder(root, own);
	if (leaf < 0)
		return leaf;
	error = write_text(leaf, "cgroup.procs", "0");
	close(leaf);
	return error ? error : enable(root, controller);
}

int admission_cgroup_open(struct admission_cgroup *c, const char *path,
			  uint32_t tasks, uint32_t memory_kib)
{
	struct statfs file_system;

	*c = (struct admission_cgroup){.root = -1, .services = -1};
	int root = open_folder(AT_FDCWD, path);
	if (root < 0)
		return root;
	int error = -ENODEV;
	if (fstatfs(root, &file_system) || file_system.f_type != CGROUP2_MAGIC)
		goto fail;
	bool has_pids = !enable_below_root(root, "+pids");
	bool has_memory = !enable_below_root(root, "+memory");
	error = make_folder(root, parent);
	if (error < 0)
		goto fail;
	c->root = root;
	c->services = error;
	if (has_pids && !write_limits(c->services, tasks, 0) &&
	    !enable(c->services, "+pids"))
		c->tasks = tasks;
	if (has_memory && !write_limits(c->services, 0, memory_kib) &&
	    !enable(c->services, "+memory"))
		c->memory_kib = memory_kib;
	return 0;
fail:
	close(root);
	return error;
}

static uint32_t limit_of(uint32_t all, uint32_t wanted, unsigned percent,
			 bool whole)
{
	if (!all || (whole && !wanted))
		return 0;
	if (wanted)
		return wanted;
	uint32_t part = (uint32_t)((uint64_t)all * percent / 100);
	return part ? part : 1;
}

int admission_cgroup_make(const struct admission_cgroup *c, const char *name,
			  const struct admission_share *share)
{
	int folder = make_folder(c->services, name);

	if (folder < 0)
		return folder;
	int error = write_limits(
		folder,
		limit_of(c->tasks, share->tasks, CONFIG_ADMISSION_SHARE_TASKS,
			 share->whole),
		limit_of(c->memory_kib, share->memory_kib,
			 CONFIG_ADMISSION_SHARE_MEMORY, share->whole));
	if (!error && c->memory_kib && !share->whole)
		/* Half a service is of no use: all of it is killed. From
		 * Linux 4.19 on. */
		write_text(folder, "memory.oom.group", "1");
	if (!error)
		return folder;
	close(folder);
	return error;
}

int admission_cgroup_find(const struct admission_cgroup *c, const char *name)
{
	return open_folder(c->services, name);
}

int admission_cgroup_kill(const struct admission_cgroup *c, const char *name)
{
	int folder = open_folder(c->services, name);

	if (folder < 0)
		return folder;
	int error = write_text(folder, "cgroup.kill", "1");
	close(folder);
	return error;
}

int admission_cgroup_remove(const struct admission_cgroup *c, const char *name)
{
	return unlinkat(c->services, name, AT_REMOVEDIR) ? -errno : 0;
}

uint64_t admission_cgroup_number(int cgroup, const char *file)
{
	char text[32];
	int descriptor = openat(cgroup, file, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		return PARSE_NONE;
	ssize_t length = read(descriptor, text, sizeof(text));
	close(descriptor);
	return parse_number(text, length > 0 ? (size_t)length : 0);
}

/* Only tasks: a memory limit below what is in use makes its writer reclaim,
 * and kill, until it is kept. That would be PID 1 (mm/memcontrol.c). */
void admission_cgroup_tighten(struct admission_cgroup *c, bool tight)
{
	uint64_t number = c->tasks;

	if (!c->tasks || tight == c->tight)
		return;
	if (tight)
		number = admission_cgroup_number(c->services, "pids.current");
	if (number <= c->tasks &&
	    !write_number(c->services, "pids.max", number))
		c->tight = tight;
}
