/* uses: init/command.c */
#include "fuzz.h"

#include "command.h"

static struct command command;

/* The words are those of line, in their order, and nothing is between them but
 * blanks. */
static void check_words(const char *line)
{
	for (char **word = command.argv; *word; word++) {
		size_t length = strlen(*word);

		line += strspn(line, " \t");
		REQUIRE(length && !strpbrk(*word, " \t"));
		REQUIRE(!strncmp(line, *word, length));
		line += length;
		REQUIRE(strchr(" \t", *line));
	}
	REQUIRE(!line[strspn(line, " \t")]);
	REQUIRE(command.path == command.argv[0] + command.controlling_tty);
}

static unsigned words_of(const char *line)
{
	unsigned count = 0;

	while (*(line += strspn(line, " \t"))) {
		line += strcspn(line, " \t");
		count++;
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > CONFIG_INITTAB_BYTES)
		return 0;
	char *line = fuzz_string(data, size);
	unsigned count = words_of(line);
	bool shell = strpbrk(line, "~`!$^&*()=|\\{}[];\"'<>?");

	command_parse(&command, line);
	REQUIRE(command.controlling_tty == (*line == '-'));
	if (shell || !count || count > COMMAND_WORDS_MAX) {
		REQUIRE(!strcmp(command.path, "/bin/sh"));
		REQUIRE(!strncmp(command.argv[2], "exec ", 5));
		REQUIRE(!strcmp(command.argv[2] + 5,
				line + command.controlling_tty));
		REQUIRE(!command.argv[3]);
	} else {
		check_words(line);
	}
	free(line);
	return 0;
}
