/* uses: init/lines.c */
#include "fuzz.h"

#include "lines.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LONGEST = sizeof(((struct lines *)0)->buffer) - 1 };

/* How it has to be split: each line's first bytes, as many as fit. */
static void compare(struct lines *lines, const char *text, size_t size)
{
	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		size_t kept = length < LONGEST ? length : LONGEST;
		const char *line = lines_next(lines);

		REQUIRE(line);
		REQUIRE(strnlen(text, kept) == strlen(line));
		REQUIRE(!memcmp(line, text, strlen(line)));
		length += !!end;
		text += length;
		size -= length;
	}
	REQUIRE(!lines_next(lines));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lines lines;
	char path[64];
	int file = memfd_create("lines", MFD_CLOEXEC);

	REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	REQUIRE(!lines_open(&lines, path));
	close(file);
	compare(&lines, (const char *)data, size);
	REQUIRE(lines_rewind(&lines));
	compare(&lines, (const char *)data, size);
	lines_close(&lines);
	return 0;
}
