/* uses: init/test_words.c */
#include "fuzz.h"

#include "test_words.h"

static const char *start, *end;
static unsigned unknown;
static const char *excess;

static void check_string(const char *string)
{
	REQUIRE(string >= start && string + strlen(string) <= end);
}

static void report(const char *word, const char *reason)
{
	check_string(word);
	REQUIRE(!excess && *reason);
	if (strstr(reason, "arguments"))
		excess = word;
	else
		unknown++;
}

/* Each word of the file has become one of the table's, or was reported. */
static void check_arguments(const struct test_words *words, const char *first)
{
	unsigned count = 0;

	for (; words->argv[count]; count++) {
		REQUIRE(words->argv[count] == first);
		check_string(first);
		first += strlen(first) + 1;
	}
	REQUIRE(count <= TEST_ARGUMENTS_MAX);
	REQUIRE(excess ? excess == first : first >= end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct test_words words = {0};
	const char *line = text;
	unsigned headers = 0, given = 0;

	start = text;
	end = text + size;
	unknown = 0;
	excess = NULL;
	test_words_parse(&words, text, size, report);
	for (; line < end && *line; line += strlen(line) + 1)
		headers++;
	for (unsigned i = 0; i < TEST_DEVICES; i++) {
		const char *key = test_device_key(i);

		if (!words.paths[i])
			continue;
		given++;
		check_string(words.paths[i]);
		REQUIRE(!memcmp(words.paths[i] - strlen(key), key,
				strlen(key)));
	}
	/* A key that is given twice is the one way to be neither. */
	REQUIRE(given + unknown <= headers && (given || unknown || !headers));
	check_arguments(&words, line + 1);
	free(text);
	return 0;
}
