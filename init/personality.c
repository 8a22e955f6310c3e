#include "personality.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#define BIT(number) (1ull << ((number)-1))

/* Faults: sent by the kernel for what the init itself has done. */
#define FAULTS                                                      \
	(BIT(SIGFPE) | BIT(SIGILL) | BIT(SIGSEGV) | BIT(SIGBUS) |   \
	 BIT(SIGABRT) | BIT(SIGTRAP) | BIT(SIGSYS) | BIT(SIGTTIN) | \
	 BIT(SIGTTOU))

#define FOSTER_VERSION "0.1.0"

const char license_text[] =
	"foster, (c) the foster authors: MIT license, no warranty\n";

#if IS_ENABLED(CONFIG_CONTAINER_REPORT)
#define REPORT_OPTIONS(X)        \
	X('r', REPORT, "report") \
	X('j', REPORT_JSON, "report-json")
#define REPORT_HELP                                                  \
	"\t-r, --report=TO\t\tat the end to file, descriptor or -\n" \
	"\t-j, --report-json=TO\n"
#else
#define REPORT_OPTIONS(X)
#define REPORT_HELP
#endif

#if IS_ENABLED(CONFIG_CONTAINER_ZOMBIES)
#define ZOMBIES_OPTIONS(X) X('z', ZOMBIES, "zombies")
#define ZOMBIES_HELP       "\t-z, --zombies=SEC\twarn of those that others leave\n"
#else
#define ZOMBIES_OPTIONS(X)
#define ZOMBIES_HELP
#endif

#define FOSTER_OPTIONS(X)                    \
	X('h', HELP, "help")                 \
	X('V', VERSION, "version")           \
	X('q', QUIET, "quiet")               \
	X('v', VERBOSE, "verbose")           \
	X('s', STOP_SIGNAL, "stop-signal")   \
	X('g', GRACE, "grace")               \
	X('d', DELAY, "delay")               \
	X('l', LINGER, "linger")             \
	X('a', WAIT_ALL, "wait-all")         \
	X('D', DAEMONIZED, "daemonized")     \
	X('f', FORWARD, "forward")           \
	X('m', MAP, "map")                   \
	X('e', EXIT_MAP, "exit-map")         \
	X('S', SUBREAPER, "subreaper")       \
	X('1', REQUIRE_PID1, "require-pid1") \
	REPORT_OPTIONS(X)                    \
	ZOMBIES_OPTIONS(X)

#define TINI_OPTIONS(X)          \
	X('h', HELP, "")         \
	X('s', SUBREAPER, "")    \
	X('p', PARENT_DEATH, "") \
	X('v', VERBOSE, "")      \
	X('w', TELL_REAPED, "")  \
	X('g', TO_GROUP, "")     \
	X('e', ZERO_STATUS, "")  \
	X('l', LICENSE, "")      \
	X(0, VERSION, "version")

#define TINI_VARIABLES(X)                    \
	X(0, SUBREAPER, "SUBREAPER")         \
	X(0, TO_GROUP, "KILL_PROCESS_GROUP") \
	X(0, VERBOSE, "VERBOSITY")

#define DUMB_INIT_OPTIONS(X)                 \
	X('c', SINGLE_CHILD, "single-child") \
	X('r', REWRITE, "rewrite")           \
	X('v', LOUD, "verbose")              \
	X('h', HELP, "help")                 \
	X('V', VERSION, "version")

#define DUMB_INIT_VARIABLES(X) \
	X('1', LOUD, "DEBUG")  \
	X('0', SINGLE_CHILD, "SETSID")

#define CATATONIT_OPTIONS(X) \
	X('g', TO_GROUP, "") \
	X('h', HELP, "")     \
	X('L', LICENSE, "")  \
	X('P', PAUSE, "")    \
	X('V', VERSION, "version")

#define CATATONIT_VARIABLES(X) X(0, LOUD, "DEBUG")

/* The layout of struct personality_option, without the room that an array
 * would give to the longest name in each. */
#define MEMBER(key, action, text)        \
	struct {                         \
		char letter;             \
		unsigned char number;    \
		char name[sizeof(text)]; \
	} action;
#define VALUE(key, action, text) {key, OPTION_##action, text},
#define END(X)                   X(0, NONE, "")
#define LIST(name, ENTRIES)     \
	static const struct {   \
		ENTRIES(MEMBER) \
		END(MEMBER)     \
	} name = {ENTRIES(VALUE) END(VALUE)}

LIST(foster_options, FOSTER_OPTIONS);
LIST(tini_options, TINI_OPTIONS);
LIST(tini_variables, TINI_VARIABLES);
LIST(dumb_init_options, DUMB_INIT_OPTIONS);
LIST(dumb_init_variables, DUMB_INIT_VARIABLES);
LIST(catatonit_options, CATATONIT_OPTIONS);
LIST(catatonit_variables, CATATONIT_VARIABLES);

const struct personality_option *
personality_next(const struct personality_option *option)
{
	return (const void *)(option->name + strlen(option->name) + 1);
}

/* As they are seen: */
/* clang-format off */
static const char foster_help[] =
	"Stop\t-s, --stop-signal=SIG\twhat TERM becomes\n"
	"\t-d, --delay=SEC\t\tbefore it\n"
	"\t-g, --grace=SEC\t\tfrom it to KILL (never)\n"
	"\t-l, --linger=SEC\tfor others, at the end (5 as PID 1)\n"
	"Stay\t-a, --wait-all\t\tuntil the last process has ended\n"
	"\t-D, --daemonized\twith its daemon\n"
	"Signals\t-f, --forward=WHOM\tchild, group or all\n"
	"\t-m, --map=SIG=SIG,...\tor SIG=ignore\n"
	"Status\t-e, --exit-map=N=M,...\tor N-N=M\n"
	REPORT_HELP
	"Reap\t-S, --subreaper\t\tor fail\n"
	"\t-1, --require-pid1\tor fail\n"
	ZOMBIES_HELP
	"Say\t-q, --quiet  -v, -vv, --verbose  -h, --help  -V, --version\n"
	"Each also as FOSTER_STOP_SIGNAL=INT...; see foster(1)\n";

static const char tini_help[] =
	"-s\tsubreaper\t\tTINI_SUBREAPER\n"
	"-g\tsignal the group\tTINI_KILL_PROCESS_GROUP\n"
	"-p SIG\twhen the parent dies\n"
	"-e N\tleave with 0 for N\n"
	"-w\ttell of orphans\n"
	"-v\tsay more\t\tTINI_VERBOSITY\n"
	"-h, -l, --version\n";

static const char dumb_init_help[] =
	"-c, --single-child\tsignal it alone\tDUMB_INIT_SETSID=0\n"
	"-r, --rewrite S:R\tsignal S becomes R, 0 drops\n"
	"-v, --verbose\t\tsay more\tDUMB_INIT_DEBUG=1\n"
	"-h, --help  -V, --version\n";

static const char catatonit_help[] =
	"-g\tsignal the group\n"
	"-P\tpause, without a program, until INT or TERM\n"
	"-h, -L, -V, --version\tCATATONIT_DEBUG: say more\n";
/* clang-format on */

static const struct personality personalities[] = {
	{
		.name = "foster",
		.traits = TRAIT_SUBREAPER | TRAIT_WARNS | TRAIT_LINGERS |
			  TRAIT_HELP_TO_STDOUT | TRAIT_VERSION_TO_STDOUT,
		.usage_status = 125,
		.failed_status = 125,
		.exec_status = {127, 126, 126},
		.level = 1,
		.options = (const void *)&foster_options,
		.variables = (const void *)&foster_options,
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
		.exec_status = {127, 126, 1},
		.level = 1,
		.options = (const void *)&tini_options,
		.variables = (const void *)&tini_variables,
		.prefix = "TINI_",
		.version = "tini version 0.19.0\n",
		.help = tini_help,
	},
	{
		.name = "dumb-init",
		.traits = TRAIT_SESSION | TRAIT_STOPS_ITSELF |
			  TRAIT_TERM_AT_END | TRAIT_LEAVES_FOLDER,
		.usage_status = 1,
		.failed_status = 1,
		.exec_status = {2, 2, 2},
		.level = 1,
		.options = (const void *)&dumb_init_options,
		.variables = (const void *)&dumb_init_variables,
		.prefix = "DUMB_INIT_",
		.version = "dumb-init v1.2.5\n",
		.help = dumb_init_help,
	},
	{
		.name = "catatonit",
		.kept = FAULTS | BIT(SIGTSTP),
		.traits = TRAIT_SUBREAPER | TRAIT_MUST_REAP | TRAIT_CLOSES |
			  TRAIT_VERSION_TO_STDOUT,
		.usage_status = 1,
		.failed_status = 1,
		.exec_status = {1, 1, 1},
		.level = 1,
		.options = (const void *)&catatonit_options,
		.variables = (const void *)&catatonit_variables,
		.prefix = "CATATONIT_",
		.version = "tini version 0.2.1_catatonit\n",
		.help = catatonit_help,
	},
};

unsigned word_place(const char *words, const char *word)
{
	for (unsigned place = 1; *words; place++) {
		if (!strcmp(words, word))
			return place;
		while (*words++)
			;
	}
	return 0;
}

const struct personality *personality_find(const char *name)
{
	static const char names[] = "tini\0docker-init\0tini-static\0"
				    "dumb-init\0catatonit\0podman-init\0";
	static const unsigned char indexes[] = {0, 1, 1, 1, 2, 3, 3};

	return &personalities[indexes[word_place(names, name)]];
}
