/* The command line and the environment of the container job. Pure. */
#ifndef INIT_CONTAINER_OPTIONS_H
#define INIT_CONTAINER_OPTIONS_H

#include "personality.h"

enum container_task {
	TASK_RUN,
	TASK_PAUSE = OPTION_PAUSE,
	TASK_HELP = OPTION_HELP,
	TASK_VERSION = OPTION_VERSION,
	TASK_LICENSE = OPTION_LICENSE,
};

enum container_forward {
	FORWARD_CHILD,
	FORWARD_GROUP,
	FORWARD_ALL,
};

enum { CONTAINER_SIGNALS = 65, CONTAINER_STATUSES = 256 };

enum { NO_TIME = ~0u };

struct container_options {
	const struct personality *personality;
	char **program; /* its argv, within the caller's; NULL: none */
	enum container_task task;
	enum container_forward forward;
	unsigned on; /* switches that are only on: 1 << enum option_action */
	unsigned rewritten; /* signals that dumb-init's -r names: 1 << number */
	bool session;       /* the child leads one */
	bool shares_group;
	bool report_as_json;
	signed char level;
	unsigned char parent_death; /* a signal, or 0 */
	unsigned char stop_signal;
	union {
		struct {
			unsigned grace;   /* ms; NO_TIME: no KILL */
			unsigned delay;   /* ms */
			unsigned linger;  /* ms; NO_TIME: the default */
			unsigned zombies; /* ms between looks; 0: none */
		};
		unsigned times[4]; /* the same, from OPTION_GRACE on */
	};
	const char *report; /* NULL: none */
	/* By number: what a signal is forwarded as; 0 drops it. */
	unsigned char map[CONTAINER_SIGNALS];
	unsigned char exit_map[CONTAINER_STATUSES];
};

/* A word that can not be obeyed: "WHERE: WORD: WHY". */
struct container_mistake {
	const char *where; /* the option or variable, or NULL */
	const char *word;
	const char *why;
};

/*
 * Reads foster's own variables before argv, so that the command line wins,
 * and a peer's behind it, as the peer does. Options end at the first word that
 * is none, or behind "--". False, with *mistake filled, for what can not be
 * obeyed; options->personality and level hold in any case. Neither argv nor
 * environment is changed.
 */
bool container_options_parse(struct container_options *options,
			     struct container_mistake *mistake,
			     const char *name, char **argv,
			     char *const *environment);

#endif
