#include "lines.h"
#include "system.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int lines_open(struct lines *lines, const char *path)
{
	lines->used = lines->taken = 0;
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

		if (end) {
			*end = '\0';
			lines->taken += (size_t)(end - start) + 1;
			return start;
		}
		if (fill(lines))
			continue;
		/* The last line may lack its newline. */
		left = lines->used;
		lines->used = lines->taken = 0;
		lines->buffer[left] = '\0';
		return left ? lines->buffer : NULL;
	}
}

bool lines_rewind(struct lines *lines)
{
	lines->used = lines->taken = 0;
	return !lseek(lines->descriptor, 0, SEEK_SET);
}

void lines_close(struct lines *lines)
{
	close(lines->descriptor);
}
