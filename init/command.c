#include "command.h"

#include <string.h>

static const char for_a_shell[] = "~`!$^&*()=|\\{}[];\"'<>?";

static void by_shell(struct command *command, const char *line)
{
	static const char exec[] = "exec ";
	static const char shell[] = "-/bin/sh";

	memcpy(command->text, exec, sizeof(exec) - 1);
	strcpy(command->text + sizeof(exec) - 1, line);
	command->path = shell + 1;
	/* A login shell reads the profile: its name keeps the '-'. */
	command->argv[0] = (char *)shell + !command->controlling_tty;
	command->argv[1] = (char *)"-c";
	command->argv[2] = command->text;
	command->argv[3] = NULL;
}

/* False for none, and for more than there is room for. */
static bool by_words(struct command *command, const char *line)
{
	unsigned count = 0;

	strcpy(command->text, line);
	for (char *word = command->text;;) {
		word += strspn(word, " \t");
		if (!*word)
			break;
		if (count == COMMAND_WORDS_MAX)
			return false;
		command->argv[count++] = word;
		word += strcspn(word, " \t");
		if (*word)
			*word++ = '\0';
	}
	command->argv[count] = NULL;
	if (!count)
		return false;
	command->path = command->argv[0] + command->controlling_tty;
	return true;
}

void command_parse(struct command *command, const char *line)
{
	command->controlling_tty = *line == '-';
	if (line[strcspn(line, for_a_shell)] || !by_words(command, line))
		by_shell(command, line + command->controlling_tty);
}
