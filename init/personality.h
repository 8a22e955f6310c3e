/* The container inits under whose names foster serves, as data. */
#ifndef INIT_PERSONALITY_H
#define INIT_PERSONALITY_H

#include <stdbool.h>
#include <stdint.h>

/* What an option asks for. Those up to LAST_SWITCH take no argument. */
enum option_action {
	OPTION_NONE,
	OPTION_PAUSE, /* tasks */
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_LICENSE,
	OPTION_LAST_TASK = OPTION_LICENSE,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_LOUD, /* to the top at once */
	OPTION_SUBREAPER,
	OPTION_REQUIRE_PID1,
	OPTION_TELL_REAPED,
	OPTION_TO_GROUP,
	OPTION_SINGLE_CHILD,
	OPTION_WAIT_ALL,
	OPTION_DAEMONIZED,
	OPTION_LAST_SWITCH = OPTION_DAEMONIZED,
	OPTION_PARENT_DEATH,
	OPTION_ZERO_STATUS,
	OPTION_REWRITE,
	OPTION_STOP_SIGNAL,
	OPTION_FORWARD,
	OPTION_MAP,
	OPTION_EXIT_MAP,
	OPTION_GRACE, /* times */
	OPTION_DELAY,
	OPTION_LINGER,
	OPTION_ZOMBIES,
	OPTION_REPORT,
	OPTION_REPORT_JSON,
};

/* Of lists whose entries are as long as their names; the last has
 * OPTION_NONE. */
struct personality_option {
	char letter;
	unsigned char action; /* enum option_action */
	char name[];          /* long; "" for none */
};

const struct personality_option *
personality_next(const struct personality_option *option);

enum personality_trait {
	/* The child leads a session of its own, all of which is signalled. */
	TRAIT_SESSION = 1 << 0,
	/* The init stops itself with the child, at TSTP, TTIN and TTOU. */
	TRAIT_STOPS_ITSELF = 1 << 1,
	/* A subreaper, by itself, when not PID 1. */
	TRAIT_SUBREAPER = 1 << 2,
	/* Without reaping, a failure. */
	TRAIT_MUST_REAP = 1 << 3,
	/* Without reaping, a warning. */
	TRAIT_WARNS = 1 << 4,
	/* When the child has ended, its group gets TERM. */
	TRAIT_TERM_AT_END = 1 << 5,
	/* What is left gets TERM and time when PID 1 is about to leave. */
	TRAIT_LINGERS = 1 << 6,
	/* --version counts only as the one word. */
	TRAIT_VERSION_ALONE = 1 << 7,
	TRAIT_HELP_TO_STDOUT = 1 << 8,
	TRAIT_VERSION_TO_STDOUT = 1 << 9,
	/* Works in / itself. */
	TRAIT_LEAVES_FOLDER = 1 << 10,
	/* Keeps no descriptor that the program has been given. */
	TRAIT_CLOSES = 1 << 11,
};

/* Why a program did not become the child. */
enum exec_failure {
	EXEC_NOT_THERE,
	EXEC_FORBIDDEN,
	EXEC_FAILED,
	EXEC_FAILURES
};

struct personality {
	const char *name;
	uint64_t kept; /* signals not forwarded: bit number - 1 */
	unsigned short traits;
	unsigned char usage_status;  /* bad words on the command line */
	unsigned char failed_status; /* no child could be made */
	unsigned char exec_status[EXEC_FAILURES];
	signed char level; /* of messages */
	const struct personality_option *options;
	/* By their names behind prefix; letter is the one value that counts,
	 * NUL for any. The options themselves: each long one has a variable
	 * with its value. */
	const struct personality_option *variables;
	const char *prefix;
	const char *version;
	const char *help;
};

extern const char license_text[];

/* By argv[0] without its folder; foster's own for any other name. */
const struct personality *personality_find(const char *name);

/* The place, from 1 on, of word among words, each of which ends with a NUL, the
 * last with two. 0: not there. */
unsigned word_place(const char *words, const char *word);

#endif
