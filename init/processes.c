#include "processes.h"

#include "format.h"
#include "system.h"
#include "text_file.h"

#include <dirent.h>
#include <stdint.h>
#include <string.h>

enum { PID_DIGITS = 10, ANCESTORS_MAX = 4096 };

/* Digits up to a blank or the end; -1 for anything else. */
static pid_t parse_pid(const char *text, const char *end)
{
	pid_t pid = 0;
	const char *digit = text;

	for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
		if (digit - text >= PID_DIGITS - 1)
			return -1;
		pid = pid * 10 + (*digit - '0');
	}
	if (digit == text || (digit < end && *digit != ' '))
		return -1;
	return pid;
}

bool process_parse(struct process *process, const char *text, size_t length)
{
	const char *end = text + length;
	const char *open = memchr(text, '(', length);
	const char *close = memrchr(text, ')', length);

	if (!open || !close || close < open || end - close < 5)
		return false;
	size_t bytes = (size_t)(close - open - 1);
	if (bytes >= sizeof(process->name))
		bytes = sizeof(process->name) - 1;
	memcpy(process->name, open + 1, bytes);
	process->name[bytes] = '\0';
	process->pid = parse_pid(text, open);
	process->state = close[2];
	process->parent = parse_pid(close + 4, end);
	return process->pid > 0 && process->parent >= 0;
}

bool process_read(struct process *process, pid_t pid)
{
	char path[32];
	char text[256];

	format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return process_parse(process, text,
			     text_file_read(path, text, sizeof(text)));
}

bool process_descends(const struct process *process, pid_t ancestor)
{
	struct process at = *process;

	for (unsigned i = 0; i < ANCESTORS_MAX; i++) {
		if (at.parent == ancestor)
			return true;
		if (at.parent <= 1 || !process_read(&at, at.parent))
			return false;
	}
	return false;
}

/* The kernel's struct linux_dirent64, which getdents64(2) fills. */
struct folder_entry {
	uint64_t inode;
	int64_t next;
	unsigned short bytes;
	unsigned char type;
	char name[];
};

bool processes_visit(void (*visit)(const struct process *process,
				   void *context),
		     void *context)
{
	_Alignas(struct folder_entry) char entries[1024];
	struct process process;
	long bytes;
	int folder = open_file("/proc", O_RDONLY | O_DIRECTORY);

	if (folder < 0)
		return false;
	while ((bytes = syscall(SYS_getdents64, folder, entries,
				sizeof(entries))) > 0)
		for (long at = 0; at < bytes;) {
			const struct folder_entry *entry =
				(const void *)(entries + at);
			pid_t pid = parse_pid(
				entry->name, entry->name + strlen(entry->name));

			if (pid > 0 && process_read(&process, pid))
				visit(&process, context);
			at += entry->bytes;
		}
	close(folder);
	return true;
}
