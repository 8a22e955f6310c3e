/* uses: init/command.c */
#include "fuzz.h"

#include "command.h"

#include <errno.h>

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

static unsigned words(const char *line)
{
	unsigned count = 0;

	for (; *(line += strspn(line, " \t")); line += strcspn(line, " \t"))
		count++;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > CONFIG_INITTAB_BYTES)
		return 0;
	char *line = fuzz_string(data, size);
	int error = command_parse(&command, line);
	bool shell = strpbrk(line, "~`!$^&*()=|\\{}[];\"'<>?") ||
		     words(line) > COMMAND_WORDS_MAX;

	REQUIRE(!error || error == -ENOENT);
	REQUIRE(!(shell && error));
	if (!error) {
		REQUIRE(command.controlling_tty == (*line == '-'));
		if (shell) {
			REQUIRE(!strcmp(command.path, "/bin/sh"));
			REQUIRE(!strncmp(command.argv[2], "exec ", 5));
			REQUIRE(!strcmp(command.argv[2] + 5,
					line + command.controlling_tty));
			REQUIRE(!command.argv[3]);
		} else {
			check_words(line);
		}
	}
	free(line);
	return 0;
}
