#include "inittab.h"

#include <string.h>

enum { FIELD_TTY, FIELD_OPTIONS, FIELD_ACTION, FIELD_COMMAND, FIELDS };

static const char action_names[ACTIONS][11] = {
	[ACTION_SYSINIT] = "sysinit",   [ACTION_WAIT] = "wait",
	[ACTION_ONCE] = "once",         [ACTION_RESPAWN] = "respawn",
	[ACTION_ASKFIRST] = "askfirst", [ACTION_CTRLALTDEL] = "ctrlaltdel",
	[ACTION_SHUTDOWN] = "shutdown", [ACTION_RESTART] = "restart",
};

struct parser {
	struct inittab *table;
	inittab_report *report;
	void *context;
	const char *line_start;
	unsigned line;
};

static void complain(const struct parser *parser, const char *word,
		     const char *reason, bool skipped)
{
	const struct inittab_problem problem = {
		.line = parser->line,
		.column = (unsigned)(word - parser->line_start) + 1,
		.reason = reason,
		.word = word,
		.skipped = skipped,
	};

	parser->report(parser->context, &problem);
}

static int find_action(const char *name)
{
	for (int action = 0; action < ACTIONS; action++)
		if (!strcmp(name, action_names[action]))
			return action;
	return -1;
}

static const char *without_dev(const char *tty)
{
	return strncmp(tty, "/dev/", 5) ? tty : tty + 5;
}

static bool same(const char *one, const char *other)
{
	return one == other || (one && other && !strcmp(one, other));
}

static bool same_line(const struct inittab_entry *one,
		      const struct inittab_entry *other)
{
	return same(one->tty, other->tty) && same(one->command, other->command);
}

/* A name is an identity: two lines that share one would be mixed up by a
 * reload. */
static void drop_taken_name(const struct parser *parser,
			    struct inittab_entry *entry)
{
	for (unsigned i = 0; entry->options.name && i < parser->table->count;
	     i++) {
		if (!same(parser->table->entries[i].options.name,
			  entry->options.name))
			continue;
		complain(parser, entry->options.name, "name already taken",
			 false);
		entry->options.name = NULL;
	}
}

/* The same command on the same tty is one entry: the last line's place and
 * action win (BusyBox). */
static void add(const struct parser *parser, struct inittab_entry *entry)
{
	struct inittab *table = parser->table;

	for (unsigned i = 0; i < table->count; i++) {
		if (!same_line(&table->entries[i], entry))
			continue;
		table->count--;
		memmove(&table->entries[i], &table->entries[i + 1],
			(table->count - i) * sizeof(*entry));
		break;
	}
	if (table->count == CONFIG_INITTAB_ENTRIES) {
		complain(parser, entry->command, "the table is full", true);
		return;
	}
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		drop_taken_name(parser, entry);
	table->entries[table->count++] = *entry;
}

static void report_option(void *context, const char *word, const char *reason)
{
	complain(context, word, reason, false);
}

static void parse_line(struct parser *parser, char *line)
{
	char *field[FIELDS] = {line};
	struct inittab_entry entry = {.line = (unsigned short)parser->line};

	for (unsigned i = 1; i < FIELDS; i++) {
		field[i] = strchr(field[i - 1], ':');
		if (!field[i]) {
			complain(parser, line, "fewer than three colons", true);
			return;
		}
		*field[i]++ = '\0';
	}
	int action = find_action(field[FIELD_ACTION]);
	if (action < 0) {
		complain(parser, field[FIELD_ACTION], "no such action", true);
		return;
	}
	if (!*field[FIELD_COMMAND]) {
		complain(parser, field[FIELD_COMMAND], "no command", true);
		return;
	}
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		service_options_parse(&entry.options, field[FIELD_OPTIONS],
				      report_option, parser);
	entry.tty = without_dev(field[FIELD_TTY]);
	if (strlen(entry.tty) > INITTAB_TTY_MAX) {
		complain(parser, entry.tty, "tty name too long", true);
		return;
	}
	entry.command = field[FIELD_COMMAND];
	entry.action = (unsigned char)action;
	add(parser, &entry);
}

/* Cuts one logical line: a backslash before the newline joins the next one,
 * a comment's too; # cuts anywhere, inside quotes too (BusyBox). Returns what
 * follows, counts the lines that were read, and tells where a NUL was. */
static char *cut_line(char *from, char *end, unsigned *lines, char **nul)
{
	char *to = from;

	*nul = NULL;
	for (*lines = 1; from < end && *from != '\n'; from++) {
		if (*from == '\\' && from + 1 < end && from[1] == '\n') {
			from++;
			++*lines;
			continue;
		}
		*to = *from;
		/* It would end the string before its line. */
		if (!*to) {
			*to = ' ';
			*nul = to;
		}
		to++;
	}
	*to = '\0';
	return from < end ? from + 1 : end;
}

static void trim_end(char *line)
{
	char *end = line + strcspn(line, "#");

	while (end > line &&
	       (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = '\0';
}

void inittab_parse(struct inittab *table, char *text, size_t size,
		   inittab_report *report, void *context)
{
	struct parser parser = {table, report, context, text, 1};
	char *end = text + size;

	table->count = 0;
	while (text < end) {
		unsigned lines;
		char *nul;
		char *next = cut_line(text, end, &lines, &nul);

		parser.line_start = text;
		if (nul)
			complain(&parser, nul, "NUL byte, read as a blank",
				 false);
		trim_end(text);
		text += strspn(text, " \t");
		if (*text)
			parse_line(&parser, text);
		parser.line += lines;
		text = next;
	}
}

const char inittab_builtin[] = "::sysinit:/etc/init.d/rcS\n"
			       "::askfirst:-/bin/sh\n"
			       "tty2::askfirst:-/bin/sh\n"
			       "tty3::askfirst:-/bin/sh\n"
			       "tty4::askfirst:-/bin/sh\n"
			       "::ctrlaltdel:reboot\n"
			       "::shutdown:umount -a -r\n"
			       "::shutdown:swapoff -a\n"
			       "::restart:init\n";

bool inittab_same_service(const struct inittab_entry *one,
			  const struct inittab_entry *other)
{
	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS) && one->options.name &&
	    other->options.name)
		return same(one->options.name, other->options.name);
	return same_line(one, other);
}

bool inittab_same_definition(const struct inittab_entry *one,
			     const struct inittab_entry *other)
{
	return one->action == other->action && same_line(one, other) &&
	       (!IS_ENABLED(CONFIG_SERVICE_OPTIONS) ||
		service_options_same(&one->options, &other->options));
}
