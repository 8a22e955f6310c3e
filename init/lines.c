#include "lines.h"
#include "system.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int lines_open(struct lines *lines, const char *path)
{
	lines->used = lines->taken = lines->cut = 0;
	lines->descriptor = open_file(path, O_RDONLY);
	return lines->descriptor < 0 ? -errno : 0;
}

/* False when there is nothing more, or no room for it. */
static bool fill(struct lines *lines)
{
	size_t left = lines->used - lines->taken;

	memmove(lines->buffer, lines->buffer + lines->taken, left);
	lines->taken = 0;
	lines->used = left;
	ssize_t got = read(lines->descriptor, lines->buffer + left,
			   sizeof(lines->buffer) - 1 - left);
	lines->last = (int)got;
	if (got <= 0)
		return false;
	lines->used += (size_t)got;
	return true;
}

char *lines_next(struct lines *lines)
{
	for (;;) {
		char *start = lines->buffer + lines->taken;
		size_t left = lines->used - lines->taken;
		char *end = memchr(start, '\n', left);
		bool is_rest = lines->cut;

		if (end) {
			*end = '\0';
			lines->taken += (size_t)(end - start) + 1;
			lines->cut = false;
			if (is_rest)
				continue;
			return start;
		}
		if (fill(lines))
			continue;
		/* Too long, or the last one, which may lack its newline. */
		left = lines->used;
		lines->used = lines->taken = 0;
		lines->cut = left == sizeof(lines->buffer) - 1;
		lines->buffer[left] = '\0';
		if (!is_rest)
			return left ? lines->buffer : NULL;
		if (!lines->cut)
			return NULL;
	}
}

bool lines_rewind(struct lines *lines)
{
	lines->used = lines->taken = lines->cut = 0;
	return !lseek(lines->descriptor, 0, SEEK_SET);
}

void lines_close(struct lines *lines)
{
	close(lines->descriptor);
}
