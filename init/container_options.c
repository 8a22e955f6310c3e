#include "container_options.h"

#include "number.h"
#include "signal_names.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

enum { LEVEL_MAX = 3 };

static const char not_a_time[] = "no time in seconds (up to a day)";
static const char not_a_signal[] = "no signal: a name, or 1 to 64";
static const char not_a_status[] = "no status from 0 to 255";

/* One item of a list: "LEFT=RIGHT", cut into two texts. */
struct pair {
	char left[16];
	char right[16];
};

/* The next item of a list with commas or blanks; NULL when it has no "=", or
 * is too long for any name. */
static const char *next_pair(const char *text, struct pair *pair)
{
	size_t length = strcspn(text, ", ");
	size_t left = strcspn(text, "=:");

	if (left >= length || left >= sizeof(pair->left) ||
	    length - left > sizeof(pair->right))
		return NULL;
	memcpy(pair->left, text, left);
	pair->left[left] = '\0';
	memcpy(pair->right, text + left + 1, length - left - 1);
	pair->right[length - left - 1] = '\0';
	text += length;
	return text + strspn(text, ", ");
}

static const char *read_map(struct container_options *options, const char *text)
{
	do {
		struct pair pair;
		int to = 0;

		text = next_pair(text, &pair);
		if (!text)
			return "not SIG=SIG or SIG=ignore";
		int from = signal_number(pair.left);
		if (strcmp(pair.right, "ignore") && strcmp(pair.right, "0"))
			to = signal_number(pair.right);
		if (from < 0 || to < 0)
			return not_a_signal;
		if (from == SIGCHLD || from == SIGKILL || from == SIGSTOP)
			return "never forwarded: CHLD, KILL, STOP";
		options->map[from] = (unsigned char)to;
	} while (*text);
	return NULL;
}

static bool status_range(char *text, unsigned long long *first,
			 unsigned long long *last)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash = '\0';
	return number_parse(text, 10, 255, first) &&
	       number_parse(dash ? dash + 1 : text, 10, 255, last) &&
	       *first <= *last;
}

static const char *read_exit_map(struct container_options *options,
				 const char *text)
{
	do {
		struct pair pair;
		unsigned long long first, last, to;

		text = next_pair(text, &pair);
		if (!text)
			return "not N=M or N-N=M";
		if (!status_range(pair.left, &first, &last) ||
		    !number_parse(pair.right, 10, 255, &to))
			return not_a_status;
		for (; first <= last; first++)
			options->exit_map[first] = (unsigned char)to;
	} while (*text);
	return NULL;
}

/* As strtol(3) and scanf(3) pass them over, which the peers read numbers by. */
static const char *behind_blanks(const char *text)
{
	return text + strspn(text, " \t\n\v\f\r+");
}

/* dumb-init's S:R, numbers only; what is behind them does not count. */
static const char *read_rewrite(struct container_options *options,
				const char *text)
{
	unsigned long long from, to;

	text = number_digits(behind_blanks(text), 10, 31, &from);
	if (!text || !from || *text != ':' ||
	    !number_digits(behind_blanks(text + 1), 10, 31, &to))
		return "not S:R, signals 1 to 31, or R 0";
	options->rewritten |= 1u << from;
	options->map[from] = (unsigned char)to;
	return NULL;
}

static const char *read_time(unsigned *time, const char *text)
{
	return number_parse_time(text, '\0', time) ? NULL : not_a_time;
}

static const char *read_signal(unsigned char *to, const char *text)
{
	int number = signal_number(text);

	if (number < 0)
		return not_a_signal;
	*to = (unsigned char)number;
	return NULL;
}

static const char *read_zero_status(struct container_options *options,
				    const char *text)
{
	unsigned long long status;

	/* An empty word is 0 to tini. */
	text = behind_blanks(text);
	if (!number_parse(text, 10, 255, &status) && *text)
		return not_a_status;
	options->exit_map[status] = 0;
	return NULL;
}

static const char *read_forward(struct container_options *options,
				const char *text)
{
	unsigned place = word_place("child\0group\0all\0", text);

	if (place) {
		options->forward = (enum container_forward)(place - 1);
		return NULL;
	}
	return "not child, group or all";
}

/* NULL, or why value can not be obeyed. */
static const char *obey_value(struct container_options *options,
			      enum option_action action, const char *value)
{
	if (action >= OPTION_GRACE && action <= OPTION_ZOMBIES)
		return read_time(&options->times[action - OPTION_GRACE], value);
	switch (action) {
	case OPTION_PARENT_DEATH:
		return read_signal(&options->parent_death, value);
	case OPTION_STOP_SIGNAL:
		return read_signal(&options->stop_signal, value);
	case OPTION_ZERO_STATUS:
		return read_zero_status(options, value);
	case OPTION_REWRITE:
		return read_rewrite(options, value);
	case OPTION_FORWARD:
		return read_forward(options, value);
	case OPTION_MAP:
		return read_map(options, value);
	case OPTION_EXIT_MAP:
		return read_exit_map(options, value);
	default:
		options->report = value;
		options->report_as_json = action == OPTION_REPORT_JSON;
		return *value ? NULL : "no file, descriptor or -";
	}
}

static void obey_switch(struct container_options *options,
			enum option_action action)
{
	if (action <= OPTION_LAST_TASK) {
		options->task = (enum container_task)action;
	} else if (action == OPTION_VERBOSE) {
		/* From the default on, whatever the variable QUIET says. */
		if (!options->level)
			options->level = 1;
		if (options->level < LEVEL_MAX)
			options->level++;
	} else if (action == OPTION_QUIET) {
		options->level = 0;
	} else if (action == OPTION_LOUD) {
		options->level = LEVEL_MAX;
	} else if (action == OPTION_TO_GROUP) {
		options->forward = FORWARD_GROUP;
	} else if (action == OPTION_SINGLE_CHILD) {
		options->session = false;
		options->shares_group = true;
		options->forward = FORWARD_CHILD;
	} else {
		options->on |= 1u << action;
	}
}

/* ---- the environment */
static bool upper_equal(const char *variable, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = name[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (variable[i] != (c == '-' ? '_' : c))
			return false;
	}
	return true;
}

static const struct personality_option *
option_of_variable(const struct personality *personality, const char *name,
		   size_t length)
{
	const struct personality_option *option = personality->variables;

	for (; option->action; option = personality_next(option))
		if (strlen(option->name) == length &&
		    upper_equal(name, option->name, length))
			return option;
	return NULL;
}

static bool means_no(const char *value)
{
	static const char words[][6] = {"0", "no", "off", "false"};

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcasecmp(words[i], value))
			return true;
	return *value == '-';
}

/* atoi(3), as far as a level goes: anything that is no digit ends it. */
static signed char level_of(const char *value)
{
	if (*value < '0' || *value > '9')
		return 0;
	return (signed char)(value[1] ? 9 : *value - '0');
}

/* One that stands for a long option of foster's. */
static const char *obey_named(struct container_options *options,
			      enum option_action action, const char *value)
{
	/* Empty is as unset: an image can not take a variable away. */
	if (action <= OPTION_LAST_TASK || !*value)
		return NULL;
	if (action > OPTION_LAST_SWITCH)
		return obey_value(options, action, value);
	/* An environment has no order: the louder wins. */
	if (means_no(value) || (action == OPTION_QUIET && options->level > 1))
		return NULL;
	if (action == OPTION_VERBOSE && level_of(value) > 1)
		obey_switch(options, action);
	obey_switch(options, action);
	return NULL;
}

static void obey_peers(struct container_options *options,
		       const struct personality_option *option,
		       const char *value)
{
	if (option->action == OPTION_VERBOSE)
		options->level = level_of(value);
	else if (!option->letter || (*value == option->letter && !value[1]))
		obey_switch(options, option->action);
}

static bool has_named_variables(const struct personality *personality)
{
	return personality->variables == personality->options;
}

static bool read_variable(struct container_options *options,
			  struct container_mistake *mistake, const char *text)
{
	const struct personality *personality = options->personality;
	size_t prefix = strlen(personality->prefix);
	const char *value = strchr(text, '=');

	if (!value || strncmp(text, personality->prefix, prefix))
		return true;
	const struct personality_option *option = option_of_variable(
		personality, text + prefix, (size_t)(value - text) - prefix);
	/* A stranger's: others may use the prefix too. */
	if (!option)
		return true;
	if (!has_named_variables(personality)) {
		obey_peers(options, option, value + 1);
		return true;
	}
	mistake->word = text;
	mistake->why = obey_named(options, option->action, value + 1);
	return !mistake->why;
}

static bool read_environment(struct container_options *options,
			     struct container_mistake *mistake,
			     char *const *environment)
{
	for (; *environment; environment++)
		if (!read_variable(options, mistake, *environment))
			return false;
	return true;
}

/* ---- the command line */
static const char unknown[] = "no such option; -h lists them";
static const char no_argument[] = "takes an argument";

/* The value, or NULL when there is none. Moves on to the last word used. */
static const char *take_value(char ***word, const char *attached)
{
	if (attached)
		return attached;
	if (!(*word)[1])
		return NULL;
	return *++*word;
}

static bool obey(struct container_options *options,
		 struct container_mistake *mistake,
		 const struct personality_option *option, char ***word,
		 const char *attached)
{
	mistake->why = NULL;
	if (option->action <= OPTION_LAST_SWITCH) {
		obey_switch(options, option->action);
		return true;
	}
	mistake->word = **word;
	const char *value = take_value(word, attached);
	if (!value) {
		mistake->why = no_argument;
		return false;
	}
	mistake->why = obey_value(options, option->action, value);
	if (mistake->why) {
		mistake->where = mistake->word;
		mistake->word = value;
	}
	return !mistake->why;
}

/* By its whole name or the unambiguous start of one, as getopt_long(3), which
 * tini does not use. */
static const struct personality_option *
find_long(const struct personality *personality, const char *name,
	  size_t length)
{
	const struct personality_option *option = personality->options;
	const struct personality_option *found = NULL;
	unsigned matches = 0;

	for (; option->action; option = personality_next(option)) {
		if (!*option->name || strncmp(option->name, name, length))
			continue;
		if (!option->name[length])
			return option;
		found = option;
		matches++;
	}
	return matches == 1 && length &&
			       !(personality->traits & TRAIT_VERSION_ALONE)
		       ? found
		       : NULL;
}

static bool read_long(struct container_options *options,
		      struct container_mistake *mistake, char ***word)
{
	const char *name = **word + 2;
	size_t length = strcspn(name, "=");
	const struct personality_option *option =
		find_long(options->personality, name, length);
	const char *value = name[length] ? name + length + 1 : NULL;

	mistake->word = **word;
	mistake->why = unknown;
	if (!option)
		return false;
	if (value && option->action <= OPTION_LAST_SWITCH) {
		mistake->why = "takes no argument";
		return false;
	}
	return obey(options, mistake, option, word, value);
}

/* What only tells something does so at once, as the peers, whatever follows. */
static bool goes_on(const struct container_options *options)
{
	return options->task <= TASK_PAUSE;
}

static bool read_short(struct container_options *options,
		       struct container_mistake *mistake, char ***word)
{
	for (const char *letter = **word + 1; *letter && goes_on(options);
	     letter++) {
		const struct personality_option *option =
			options->personality->options;

		while (option->action && option->letter != *letter)
			option = personality_next(option);
		if (!option->action) {
			mistake->word = **word;
			mistake->why = unknown;
			return false;
		}
		bool takes = option->action > OPTION_LAST_SWITCH;
		if (!obey(options, mistake, option, word,
			  letter[1] ? letter + 1 : NULL))
			return false;
		if (takes)
			return true;
	}
	return true;
}

static bool read_words(struct container_options *options,
		       struct container_mistake *mistake, char **word)
{
	bool alone = options->personality->traits & TRAIT_VERSION_ALONE;
	bool first = true;

	for (; goes_on(options) && *word && **word == '-' && (*word)[1];
	     word++, first = false) {
		bool is_long = (*word)[1] == '-';

		if (is_long && !(*word)[2]) {
			word++;
			break;
		}
		if (is_long && alone && (!first || word[1])) {
			mistake->word = *word;
			mistake->why = unknown;
			return false;
		}
		if (!(is_long ? read_long : read_short)(options, mistake,
							&word))
			return false;
	}
	options->program = *word ? word : NULL;
	if (options->program || options->task != TASK_RUN)
		return true;
	mistake->word = "no program given";
	mistake->why = "-h tells how";
	return false;
}

static void set_defaults(struct container_options *options)
{
	const struct personality *personality = options->personality;

	options->level = personality->level;
	options->session = personality->traits & TRAIT_SESSION;
	if (options->session)
		options->forward = FORWARD_GROUP;
	options->stop_signal = SIGTERM;
	options->grace = NO_TIME;
	options->linger = NO_TIME;
	for (unsigned i = 1; i < CONTAINER_SIGNALS; i++)
		if (!(personality->kept >> (i - 1) & 1))
			options->map[i] = (unsigned char)i;
	options->map[SIGCHLD] = 0;
	for (unsigned i = 0; i < CONTAINER_STATUSES; i++)
		options->exit_map[i] = (unsigned char)i;
}

/* dumb-init's child in a session of its own would ignore TSTP, TTIN and TTOU:
 * its group is orphaned (setpgid(2)). It gets STOP, unless told otherwise. */
static void stop_by_stop(struct container_options *options)
{
	static const unsigned char stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};

	for (unsigned i = 0; i < sizeof(stops); i++)
		if (!(options->rewritten >> stops[i] & 1))
			options->map[stops[i]] = SIGSTOP;
}

bool container_options_parse(struct container_options *options,
			     struct container_mistake *mistake,
			     const char *name, char **argv,
			     char *const *environment)
{
	*options = (struct container_options){
		.personality = personality_find(name),
	};
	*mistake = (struct container_mistake){0};
	set_defaults(options);
	/* A peer's variables have the last word (tini's level). */
	bool before = has_named_variables(options->personality);
	if (before && !read_environment(options, mistake, environment))
		return false;
	if (!read_words(options, mistake, argv + !!*argv))
		return false;
	if (!before && !read_environment(options, mistake, environment))
		return false;
	if (options->session)
		stop_by_stop(options);
	return true;
}
