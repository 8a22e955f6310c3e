#include "test_words.h"

#include <string.h>

static const char keys[TEST_DEVICES][9] = {
	[TEST_STDIN] = "stdin=",
	[TEST_STDOUT] = "stdout=",
	[TEST_STDERR] = "stderr=",
	[TEST_VERDICT] = "verdict=",
};

_Static_assert(TEST_ARGUMENTS_MAX == 128, "a message below says so");

const char *test_device_key(enum test_device device)
{
	return keys[device];
}

static void parse_header(struct test_words *words, const char *line,
			 test_words_report *report)
{
	for (unsigned i = 0; i < TEST_DEVICES; i++) {
		size_t length = strlen(keys[i]);

		if (strncmp(line, keys[i], length))
			continue;
		words->paths[i] = line + length;
		return;
	}
	report(line, "unknown; ignored");
}

void test_words_parse(struct test_words *words, char *text, size_t length,
		      test_words_report *report)
{
	char *end = text + length;
	char *line = text;
	unsigned count = 0;

	*end = '\0';
	for (; line < end && *line; line += strlen(line) + 1)
		parse_header(words, line, report);
	for (line++; line < end; line += strlen(line) + 1) {
		if (count == TEST_ARGUMENTS_MAX) {
			report(line, "more than 128 arguments; cut");
			break;
		}
		words->argv[count++] = line;
	}
}
