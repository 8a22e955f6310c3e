#include "zombies.h"

#include "log.h"
#include "system.h"

#include <stdint.h>
#include <string.h>

/* A careless parent has many, so it is among the first parents found. */
enum { PARENTS_MAX = 8, PROCESSES_MAX = 4096 };

struct parent {
	unsigned pid;
	unsigned count;
};

/* What getdents64(2) gives; libc's reader allocates. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

struct stat_text {
	char text[64];
	char *name; /* of the program, at most 15 bytes */
	char *rest; /* "Z 12 …": state, parent */
};

/* /proc/PID/stat: "PID (NAME) STATE PARENT …"; NAME may hold any byte. */
static bool read_stat(struct stat_text *stat, int proc, const char *pid)
{
	char path[24];

	if (strlen(pid) > 10)
		return false;
	strcpy(stpcpy(path, pid), "/stat");
	int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	ssize_t length = read(file, stat->text, sizeof(stat->text) - 1);
	close(file);
	stat->text[length > 0 ? length : 0] = '\0';
	stat->name = strchr(stat->text, '(');
	stat->rest = strrchr(stat->text, ')');
	if (!stat->name++ || !stat->rest || !stat->rest[1])
		return false;
	*stat->rest = '\0';
	stat->rest += 2;
	return true;
}

static void count(struct parent *parents, const char *rest)
{
	unsigned pid = 0;

	if (*rest != 'Z')
		return;
	for (rest += 2; *rest >= '0' && *rest <= '9'; rest++)
		pid = pid * 10 + (unsigned)(*rest - '0');
	for (unsigned i = 0; i < PARENTS_MAX; i++) {
		if (parents[i].count && parents[i].pid != pid)
			continue;
		parents[i].pid = pid;
		parents[i].count++;
		return;
	}
}

static void count_all(struct parent *parents, int proc)
{
	union {
		char bytes[1024];
		struct entry first;
	} buffer;
	unsigned left = PROCESSES_MAX;
	struct stat_text stat;
	long length;

	while ((length = syscall(SYS_getdents64, proc, &buffer,
				 sizeof(buffer))) > 0) {
		for (long at = 0; at < length;) {
			const struct entry *entry =
				(const void *)(buffer.bytes + at);

			at += entry->length;
			if (*entry->name < '1' || *entry->name > '9' ||
			    !read_stat(&stat, proc, entry->name))
				continue;
			count(parents, stat.rest);
			if (!--left)
				return;
		}
	}
}

static void say_parent(int proc, const struct parent *parent)
{
	char digits[12];
	char *c = digits + sizeof(digits) - 1;
	struct stat_text stat;

	*c = '\0';
	for (unsigned pid = parent->pid; pid; pid /= 10)
		*--c = (char)('0' + pid % 10);
	if (read_stat(&stat, proc, c))
		message("%s (pid %u) has %u zombies: it does not wait for its "
			"children",
			stat.name, parent->pid, parent->count);
}

void zombies_tell(void)
{
	struct parent parents[PARENTS_MAX] = {0};
	const struct parent *most = parents;
	int proc = open_file("/proc", O_RDONLY | O_DIRECTORY);

	if (proc < 0)
		return;
	count_all(parents, proc);
	for (unsigned i = 1; i < PARENTS_MAX; i++)
		if (parents[i].count > most->count)
			most = &parents[i];
	if (most->count > 1)
		say_parent(proc, most);
	close(proc);
}
