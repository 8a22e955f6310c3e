/* uses: init/boot_words.c */
#include "fuzz.h"

#include "boot_words.h"

static const char *start, *end;

static void check_string(const char *string)
{
	REQUIRE(string >= start && string + strlen(string) <= end);
}

static void report(void *context, const char *word, const char *reason)
{
	REQUIRE(context == &start);
	check_string(word);
	REQUIRE(!strncmp(word, "foster.", 7));
	REQUIRE(*reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct boot_words words = {0};
	char *argv[] = {NULL, NULL};

	start = text;
	end = text + size;
	boot_words_parse_cmdline(&words, text, size, report, &start);
	const char *const values[] = {words.inittab, words.log};
	for (unsigned i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (values[i]) {
			check_string(values[i]);
			REQUIRE(*values[i]);
		}
	REQUIRE(!words.single && !words.console);
	free(text);

	argv[1] = fuzz_string(data, size);
	argv[0] = argv[1];
	words = (struct boot_words){0};
	start = argv[1];
	end = argv[1] + strlen(argv[1]) + 1;
	boot_words_parse_argv(&words, 2, argv, report, &start);
	REQUIRE(!words.single || !words.inittab);
	free(argv[1]);
	return 0;
}
