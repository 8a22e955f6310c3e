#include "command.h"

#include <errno.h>
#include <string.h>

static const char for_a_shell[] = "~`!$^&*()=|\\{}[];\"'<>?";

static int by_shell(struct command *command, const char *line)
{
	static const char exec[] = "exec ";
	size_t length = strlen(line);

	if (sizeof(exec) + length > sizeof(command->text))
		return -E2BIG;
	memcpy(command->text, exec, sizeof(exec) - 1);
	memcpy(command->text + sizeof(exec) - 1, line, length + 1);
	command->path = "/bin/sh";
	/* A login shell reads the profile: -sh, as login(1) calls it. */
	command->argv[0] = (char *)(command->controlling_tty ? "-sh" : "sh");
	command->argv[1] = (char *)"-c";
	command->argv[2] = command->text;
	command->argv[3] = NULL;
	return 0;
}

static int by_words(struct command *command, const char *line)
{
	size_t length = strlen(line);
	unsigned count = 0;

	if (length >= sizeof(command->text))
		return -E2BIG;
	memcpy(command->text, line, length + 1);
	for (char *word = command->text;;) {
		word += strspn(word, " \t");
		if (!*word)
			break;
		if (count == COMMAND_WORDS_MAX)
			return -E2BIG;
		command->argv[count++] = word;
		word += strcspn(word, " \t");
		if (*word)
			*word++ = '\0';
	}
	command->argv[count] = NULL;
	if (!count)
		return -ENOENT;
	command->path = command->argv[0] + command->controlling_tty;
	return 0;
}

int command_parse(struct command *command, const char *line)
{
	command->controlling_tty = *line == '-';
	if (line[strcspn(line, for_a_shell)])
		return by_shell(command, line + command->controlling_tty);
	return by_words(command, line);
}
