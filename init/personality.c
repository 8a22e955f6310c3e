#include "personality.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#define BIT(number) (1ull << ((number)-1))

#define END_OF_OPTIONS             \
	{                          \
		0, OPTION_NONE, "" \
	}
#define END_OF_VARIABLES               \
	{                              \
		"", OPTION_NONE, 0, "" \
	}

/* Faults: sent by the kernel for what the init itself has done. */
#define FAULTS                                                      \
	(BIT(SIGFPE) | BIT(SIGILL) | BIT(SIGSEGV) | BIT(SIGBUS) |   \
	 BIT(SIGABRT) | BIT(SIGTRAP) | BIT(SIGSYS) | BIT(SIGTTIN) | \
	 BIT(SIGTTOU))

#define FOSTER_VERSION "0.1.0"

const char license_text[] =
	"foster, Copyright (c) the foster authors. MIT license: use, copy,\n"
	"change and sell it freely, and keep this notice. No warranty.\n";

static const struct personality_option foster_options[] = {
	{'h', OPTION_HELP, "help"},
	{'V', OPTION_VERSION, "version"},
	{'q', OPTION_QUIET, "quiet"},
	{'v', OPTION_VERBOSE, "verbose"},
	{'s', OPTION_STOP_SIGNAL, "stop-signal"},
	{'g', OPTION_GRACE, "grace"},
	{'d', OPTION_DELAY, "delay"},
	{'l', OPTION_LINGER, "linger"},
	{'a', OPTION_WAIT_ALL, "wait-all"},
	{'D', OPTION_DAEMONIZED, "daemonized"},
	{'f', OPTION_FORWARD, "forward"},
	{'m', OPTION_MAP, "map"},
	{'e', OPTION_EXIT_MAP, "exit-map"},
	{'S', OPTION_SUBREAPER, "subreaper"},
	{'1', OPTION_REQUIRE_PID1, "require-pid1"},
#if IS_ENABLED(CONFIG_CONTAINER_REPORT)
	{'r', OPTION_REPORT, "report"},
	{'j', OPTION_REPORT_JSON, "report-json"},
#endif
#if IS_ENABLED(CONFIG_CONTAINER_ZOMBIES)
	{'z', OPTION_ZOMBIES, "zombies"},
#endif
	END_OF_OPTIONS,
};

static const struct personality_option tini_options[] = {
	{'h', OPTION_HELP, ""},         {'s', OPTION_SUBREAPER, ""},
	{'p', OPTION_PARENT_DEATH, ""}, {'v', OPTION_VERBOSE, ""},
	{'w', OPTION_TELL_REAPED, ""},  {'g', OPTION_TO_GROUP, ""},
	{'e', OPTION_ZERO_STATUS, ""},  {'l', OPTION_LICENSE, ""},
	{0, OPTION_VERSION, "version"}, END_OF_OPTIONS,
};

static const struct personality_option dumb_init_options[] = {
	{'c', OPTION_SINGLE_CHILD, "single-child"},
	{'r', OPTION_REWRITE, "rewrite"},
	{'v', OPTION_LOUD, "verbose"},
	{'h', OPTION_HELP, "help"},
	{'V', OPTION_VERSION, "version"},
	END_OF_OPTIONS,
};

static const struct personality_option catatonit_options[] = {
	{'g', OPTION_TO_GROUP, ""},       {'h', OPTION_HELP, ""},
	{'L', OPTION_LICENSE, ""},        {'P', OPTION_PAUSE, ""},
	{'V', OPTION_VERSION, "version"}, END_OF_OPTIONS,
};

static const struct personality_variable no_variables[] = {END_OF_VARIABLES};

static const struct personality_variable tini_variables[] = {
	{"TINI_SUBREAPER", OPTION_SUBREAPER, VARIABLE_SET, ""},
	{"TINI_KILL_PROCESS_GROUP", OPTION_TO_GROUP, VARIABLE_SET, ""},
	{"TINI_VERBOSITY", OPTION_NONE, VARIABLE_LEVEL, ""},
	END_OF_VARIABLES,
};

static const struct personality_variable dumb_init_variables[] = {
	{"DUMB_INIT_DEBUG", OPTION_LOUD, VARIABLE_EQUAL, "1"},
	{"DUMB_INIT_SETSID", OPTION_SINGLE_CHILD, VARIABLE_EQUAL, "0"},
	END_OF_VARIABLES,
};

static const struct personality_variable catatonit_variables[] = {
	{"CATATONIT_DEBUG", OPTION_LOUD, VARIABLE_SET, ""},
	END_OF_VARIABLES,
};

/* clang-format off: as it is seen */
static const char foster_help[] =
	"foster [options] [--] program args...   a container's init\n"
	"Stop    -s, --stop-signal=SIG   what TERM becomes\n"
	"        -d, --delay=SEC         before it\n"
	"        -g, --grace=SEC         from it to KILL (never)\n"
	"        -l, --linger=SEC        for others, at the end (5 as PID 1)\n"
	"Stay    -a, --wait-all          until the last process has ended\n"
	"        -D, --daemonized        with what went to the background\n"
	"Signals -f, --forward=WHOM      child, group or all\n"
	"        -m, --map=SIG=SIG,...   or SIG=ignore\n"
	"Status  -e, --exit-map=N=M,...  or N-N=M\n"
#if IS_ENABLED(CONFIG_CONTAINER_REPORT)
	"        -r, --report=TO         a line at the end; file, descriptor "
	"or -\n"
	"        -j, --report-json=TO\n"
#endif
	"Reap    -S, --subreaper         or fail\n"
	"        -1, --require-pid1      or fail\n"
#if IS_ENABLED(CONFIG_CONTAINER_ZOMBIES)
	"        -z, --zombies=SEC       look for those of others, and warn\n"
#endif
	"Say     -q, --quiet  -v, -vv, --verbose  -h, --help  -V, --version\n"
	"Each also as FOSTER_STOP_SIGNAL=INT and so on. See foster(1).\n";

static const char tini_help[] =
	"tini [options] [--] program args...   (foster)\n"
	"-s      subreaper              TINI_SUBREAPER\n"
	"-g      signal the group       TINI_KILL_PROCESS_GROUP\n"
	"-p SIG  when the parent dies\n"
	"-e N    leave with 0 for N\n"
	"-w      tell of orphans\n"
	"-v      say more               TINI_VERBOSITY\n"
	"-h, -l, --version\n";

static const char dumb_init_help[] =
	"dumb-init [options] [--] program args...   (foster)\n"
	"-c, --single-child  signal it alone  DUMB_INIT_SETSID=0\n"
	"-r, --rewrite S:R   signal S becomes R, 0 drops\n"
	"-v, --verbose       say more         DUMB_INIT_DEBUG=1\n"
	"-h, --help  -V, --version\n";

static const char catatonit_help[] =
	"catatonit [options] [--] program args...   (foster)\n"
	"-g  signal the group\n"
	"-P  pause, without a program, until INT or TERM\n"
	"-h, -L, -V, --version   CATATONIT_DEBUG: say more\n";
/* clang-format on */

static const struct personality personalities[] = {
	{
		.name = "foster",
		.traits = TRAIT_SUBREAPER | TRAIT_WARNS | TRAIT_LINGERS |
			  TRAIT_HELP_TO_STDOUT | TRAIT_VERSION_TO_STDOUT,
		.usage_status = 125,
		.failed_status = 125,
		.level = 1,
		.options = foster_options,
		.variables = no_variables,
		.prefix = "FOSTER_",
		.version = "foster version " FOSTER_VERSION "\n",
		.help = foster_help,
	},
	{
		.name = "tini",
		.kept = FAULTS,
		.traits = TRAIT_WARNS | TRAIT_VERSION_ALONE |
			  TRAIT_HELP_TO_STDOUT | TRAIT_VERSION_TO_STDOUT,
		.usage_status = 1,
		.failed_status = 1,
		.level = 1,
		.options = tini_options,
		.variables = tini_variables,
		.version = "tini version 0.19.0\n",
		.help = tini_help,
	},
	{
		.name = "dumb-init",
		.traits =
			TRAIT_SESSION | TRAIT_STOPS_ITSELF | TRAIT_TERM_AT_END,
		.usage_status = 1,
		.failed_status = 1,
		.exec_status = 2,
		.level = 1,
		.options = dumb_init_options,
		.variables = dumb_init_variables,
		.version = "dumb-init v1.2.5\n",
		.help = dumb_init_help,
	},
	{
		.name = "catatonit",
		.kept = FAULTS | BIT(SIGTSTP),
		.traits = TRAIT_SUBREAPER | TRAIT_MUST_REAP |
			  TRAIT_VERSION_TO_STDOUT,
		.usage_status = 1,
		.failed_status = 1,
		.exec_status = 1,
		.level = 1,
		.options = catatonit_options,
		.variables = catatonit_variables,
		.version = "tini version 0.2.1_catatonit\n",
		.help = catatonit_help,
	},
};

const struct personality *personality_find(const char *name)
{
	static const struct {
		char name[12];
		unsigned char index;
	} names[] = {
		{"tini", 1},      {"docker-init", 1}, {"tini-static", 1},
		{"dumb-init", 2}, {"catatonit", 3},   {"podman-init", 3},
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i].name))
			return &personalities[names[i].index];
	return &personalities[0];
}
