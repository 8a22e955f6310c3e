/* uses: init/lines.c */
/* A line of /proc/mounts or /proc/swaps: what the shutdown takes of it. Its
 * functions are that file's own. */
#include "fuzz.h"

#include "../../init/unmount.c"

/* What is written with \ooo stands for a byte each. */
static void check_word(const char *line, const char *got, unsigned skip)
{
	while (skip-- && *line) {
		line += strcspn(line, " \t");
		line += strspn(line, " \t");
	}
	const char *end = line + strcspn(line, " \t");
	while (line < end) {
		if (*line == '\\' && end - line > 3) {
			REQUIRE(*got ==
				(char)((line[1] - '0') * 64 +
				       (line[2] - '0') * 8 + line[3] - '0'));
			line += 3;
		} else {
			REQUIRE(*got == *line);
		}
		line++;
		got++;
	}
	REQUIRE(!*got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (unsigned skip = 0; skip < 4; skip++) {
		char *line = fuzz_string(data, size);
		char *copy = fuzz_string(data, size);
		size_t length = strlen(line);
		const char *got = word(line, skip);

		REQUIRE(got >= line && got + strlen(got) <= line + length);
		check_word(copy, got, skip);
		free(copy);
		free(line);
	}
	return 0;
}
