#include "control.h"

#include "errors.h"
#include "standard_error.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define NO_REBOOT 0u

struct command_word {
	char name[9];
	bool telinit;
	unsigned char number; /* signal to PID 1 */
	unsigned reboot;      /* reboot(2)'s command for -f */
};

static const struct command_word words[] = {
	{"poweroff", false, SIGUSR2, RB_POWER_OFF},
	{"reboot", false, SIGTERM, RB_AUTOBOOT},
	{"halt", false, SIGUSR1, RB_HALT_SYSTEM},
	{"reload", false, SIGHUP, NO_REBOOT},
#if IS_ENABLED(CONFIG_ADMISSION_STATUS)
	/* Harmless to a PID 1 that is none of ours. */
	{"status", false, SIGWINCH, NO_REBOOT},
#endif
	{"0", true, SIGUSR2, RB_POWER_OFF},
	{"6", true, SIGTERM, RB_AUTOBOOT},
	{"q", true, SIGHUP, NO_REBOOT},
	{"Q", true, SIGHUP, NO_REBOOT},
	{"-q", true, SIGHUP, NO_REBOOT},
};

static const struct command_word *find(const char *name, bool telinit)
{
	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i].name, name) &&
		    (telinit || !words[i].telinit))
			return &words[i];
	return NULL;
}

bool control_knows(const char *word, bool telinit)
{
	return find(word, telinit);
}

struct control_options {
	bool force;
	bool no_sync;
	bool power_off;
	bool record_only;
};

static bool read_option(struct control_options *options, char letter)
{
	switch (letter) {
	case 'f':
		options->force = true;
		return true;
	case 'n':
		options->no_sync = true;
		return true;
	case 'p':
		options->power_off = true;
		return true;
	case 'w':
		options->record_only = true;
		return true;
	}
	return false;
}

static bool read_options(struct control_options *options, char **argv)
{
	for (char **word = argv + 1; *word; word++) {
		const char *letter = *word + 1;

		while (**word == '-' && *letter &&
		       read_option(options, *letter))
			letter++;
		if (**word != '-' || !(*word)[1] || *letter) {
			say("%s: %s: not an option; they are -f, -n, -p, -w",
			    argv[0], *word);
			return false;
		}
	}
	return true;
}

int control_main(char **argv)
{
	struct control_options options = {0};
	const struct command_word *word = find(argv[0], true);

	if (!read_options(&options, argv))
		return 1;
	/* "Only write the record to wtmp(5)", which we do not keep. */
	if (options.record_only)
		return 0;
	if (options.power_off && word->reboot == RB_HALT_SYSTEM)
		word = find("poweroff", false);
	if (!options.force || word->reboot == NO_REBOOT) {
		if (!kill(1, word->number))
			return 0;
		say("%s: signal to PID 1: %s", argv[0], error_name(errno));
		return 1;
	}
	if (!options.no_sync)
		sync();
	reboot((int)word->reboot);
	say("%s -f: reboot: %s", argv[0], error_name(errno));
	return 1;
}
