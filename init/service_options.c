#include "service_options.h"

#include "number.h"

#include <stddef.h>
#include <string.h>

/* PID_MAX_LIMIT of 64-bit kernels. */
enum { TASKS_MAX = 1 << 22 };

enum kind {
	KIND_TEXT,
	KIND_CLASS,
	KIND_TASKS,
	KIND_SIZE, /* a number of files or processes too */
	KIND_OOM,
	KIND_NICE,
	KIND_UMASK,
	KIND_TIME,
	KIND_BACKOFF,
};

static const struct option {
	char name[8];
	unsigned char kind;
	unsigned char offset;
	unsigned short bit; /* enum option_set; 0: the pointer says it */
} all[] = {
#define OPTION(name, kind, member, bit)                                   \
	{                                                                 \
		name, kind, offsetof(struct service_options, member), bit \
	}
	OPTION("name", KIND_TEXT, name, 0),
	OPTION("user", KIND_TEXT, user, 0),
	OPTION("group", KIND_TEXT, group, 0),
	OPTION("cwd", KIND_TEXT, cwd, 0),
	OPTION("envfile", KIND_TEXT, envfile, 0),
	OPTION("class", KIND_CLASS, class, OPTION_CLASS),
	OPTION("nofile", KIND_SIZE, nofile, OPTION_NOFILE),
	OPTION("nproc", KIND_SIZE, nproc, OPTION_NPROC),
	OPTION("as", KIND_SIZE, as, OPTION_AS),
	OPTION("memory", KIND_SIZE, memory, OPTION_MEMORY),
	OPTION("tasks", KIND_TASKS, tasks, OPTION_TASKS),
	OPTION("oom", KIND_OOM, oom, OPTION_OOM),
	OPTION("nice", KIND_NICE, nice, OPTION_NICE),
	OPTION("umask", KIND_UMASK, umask, OPTION_UMASK),
	OPTION("grace", KIND_TIME, grace_ms, OPTION_GRACE),
	OPTION("backoff", KIND_BACKOFF, backoff_first_ms, OPTION_BACKOFF),
};

static bool parse_class(const char *text, unsigned char *class)
{
	static const char names[][10] = {
		[CLASS_NORMAL] = "normal",
		[CLASS_CRITICAL] = "critical",
		[CLASS_SHEDDABLE] = "sheddable",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(text, names[i]))
			continue;
		*class = (unsigned char)i;
		return true;
	}
	return false;
}

/* FIRST-MAX, or one for both. */
static bool parse_backoff(const char *text, struct service_options *options)
{
	const char *dash = strchr(text, '-');
	const char *last = dash ? dash + 1 : text;

	return number_parse_time(text, dash ? '-' : '\0',
				 &options->backoff_first_ms) &&
	       number_parse_time(last, '\0', &options->backoff_max_ms) &&
	       options->backoff_first_ms &&
	       options->backoff_first_ms <= options->backoff_max_ms;
}

static bool parse_value(const struct option *option,
			struct service_options *options, char *text)
{
	void *member = (char *)options + option->offset;
	unsigned long long mask;

	switch ((enum kind)option->kind) {
	case KIND_TEXT:
		*(const char **)member = text;
		return *text;
	case KIND_CLASS:
		return parse_class(text, member);
	case KIND_TASKS:
		return number_parse_signed(text, 1, TASKS_MAX, member);
	case KIND_SIZE:
		return number_parse_size(text, member);
	case KIND_OOM:
		return number_parse_signed(text, -1000, 1000, member);
	case KIND_NICE:
		return number_parse_signed(text, -20, 19, member);
	case KIND_UMASK:
		if (!number_parse(text, 8, 0777, &mask))
			return false;
		options->umask = (unsigned)mask;
		return true;
	case KIND_TIME:
		return number_parse_time(text, '\0', member);
	case KIND_BACKOFF:
		return parse_backoff(text, options);
	}
	return false;
}

static const struct option *find(const char *name)
{
	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	return NULL;
}

/* BusyBox ignores the field, so old tables carry runlevels in it. */
static bool is_runlevels(const char *text)
{
	return text[strspn(text, "0123456789sSabcABC")] == '\0';
}

static void parse_word(struct service_options *options, char *word,
		       option_report *report, void *context)
{
	char *equals = strchr(word, '=');
	struct service_options before = *options;

	if (!equals) {
		if (!is_runlevels(word))
			report(context, word, "not an option, which has a =");
		return;
	}
	*equals = '\0';
	const struct option *option = find(word);
	*equals = '=';
	if (!option) {
		report(context, word, "unknown option");
		return;
	}
	if (!parse_value(option, options, equals + 1)) {
		*options = before;
		report(context, word, "wrong value");
		return;
	}
	options->set |= option->bit;
}

void service_options_parse(struct service_options *options, char *text,
			   option_report *report, void *context)
{
	while (text) {
		char *comma = strchr(text, ',');

		if (comma)
			*comma++ = '\0';
		if (*text)
			parse_word(options, text, report, context);
		text = comma;
	}
}

static bool same_text(const char *one, const char *other)
{
	return one == other || (one && other && !strcmp(one, other));
}

bool service_options_same(const struct service_options *one,
			  const struct service_options *other)
{
	enum { VALUES = offsetof(struct service_options, nofile) };

	for (unsigned i = 0; i < SERVICE_TEXTS; i++)
		if (!same_text(one->texts[i], other->texts[i]))
			return false;
	return !memcmp((const char *)one + VALUES, (const char *)other + VALUES,
		       offsetof(struct service_options, class) + 1 - VALUES);
}
