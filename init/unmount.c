#include "unmount.h"

#include "lines.h"
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <unistd.h>

/* Blank, tab, newline and backslash are \ooo in these files (proc(5)). */
static void decode(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 +
				       (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* The blank-separated word behind the first skip ones, decoded. */
static char *word(char *line, unsigned skip)
{
	while (skip-- && *line) {
		line += strcspn(line, " \t");
		line += strspn(line, " \t");
	}
	line[strcspn(line, " \t")] = '\0';
	decode(line);
	return line;
}

static void swap_off(struct lines *lines)
{
	char *line;

	if (lines_open(lines, "/proc/swaps"))
		return;
	while ((line = lines_next(lines)))
		if (*line == '/')
			swapoff(word(line, 0));
	lines_close(lines);
}

/* What is mounted on top of others is listed behind them, and a busy one is
 * free once those above it are gone: as many passes as bring something. */
static bool unmount_pass(struct lines *lines)
{
	bool progress = false;
	char *line;

	if (!lines_rewind(lines))
		return false;
	while ((line = lines_next(lines))) {
		const char *folder = word(line, 1);

		if (strcmp(folder, "/") && !umount2(folder, UMOUNT_NOFOLLOW))
			progress = true;
	}
	return progress;
}

static unsigned remount_pass(struct lines *lines)
{
	unsigned failed = 0;
	char *line;

	if (!lines_rewind(lines))
		return 1;
	while ((line = lines_next(lines))) {
		/* Nothing of theirs is on a disk; devtmpfs is in use. */
		bool has_device = *line == '/';
		const char *folder = word(line, 1);

		if (mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL) &&
		    has_device)
			failed++;
	}
	return failed;
}

unsigned unmount_all(void)
{
	static struct lines lines COLD;

	swap_off(&lines);
	if (lines_open(&lines, "/proc/self/mounts"))
		/* No /proc: the root at least. */
		return mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0;
	while (unmount_pass(&lines))
		;
	return remount_pass(&lines);
}
