/* Words that the kernel's command line has for init. Pure. */
#ifndef INIT_BOOT_WORDS_H
#define INIT_BOOT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Strings are NULL where not given, and point into what was parsed. */
struct boot_words {
	const char *inittab; /* foster.inittab= */
	const char *log;     /* foster.log= */
	const char *console; /* console=, speed and all */
	/* Marks of admission: sizes, and a number of tasks. */
	const char *floor;  /* foster.floor= */
	const char *resume; /* foster.resume= */
	const char *tasks;  /* foster.tasks= */
	bool single;        /* single, -s, 1 */
};

typedef void boot_words_report(void *context, const char *word,
			       const char *reason);

/* argv[1] and on of PID 1: words that the kernel did not know itself. Words
 * that begin with foster. and are not known are reported. */
void boot_words_parse_argv(struct boot_words *words, int argc, char **argv,
			   boot_words_report *report, void *context);

/* The text of /proc/cmdline, cut in place, with room for one byte behind size.
 * Only words that begin with foster. are looked at: the others have been in
 * argv or in the environment. What of them is not known is reported. */
void boot_words_parse_cmdline(struct boot_words *words, char *text, size_t size,
			      boot_words_report *report, void *context);

#endif
