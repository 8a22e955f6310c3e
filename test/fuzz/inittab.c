/* uses: init/inittab.c init/service_options.c init/number.c */
#include "fuzz.h"

#include "inittab.h"

#include <string.h>

struct bounds {
	const char *start;
	const char *end; /* the byte behind, where a NUL may stand */
	unsigned lines;
};

static void check_string(const struct bounds *bounds, const char *string)
{
	REQUIRE(string >= bounds->start);
	REQUIRE(string + strlen(string) <= bounds->end);
}

static void report(void *context, const struct inittab_problem *problem)
{
	const struct bounds *bounds = context;

	REQUIRE(problem->line >= 1 && problem->line <= bounds->lines);
	REQUIRE(problem->column >= 1);
	check_string(bounds, problem->word);
	REQUIRE(*problem->reason);
}

static void check_options(const struct bounds *bounds,
			  const struct service_options *options)
{
	const char *const texts[] = {options->name, options->user,
				     options->group, options->cwd,
				     options->envfile};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!texts[i])
			continue;
		check_string(bounds, texts[i]);
		REQUIRE(*texts[i]);
		REQUIRE(!strpbrk(texts[i], ",:"));
	}
	REQUIRE(options->oom >= -1000 && options->oom <= 1000);
	REQUIRE(options->nice >= -20 && options->nice <= 19);
	REQUIRE(options->umask <= 0777);
	REQUIRE(options->class <= CLASS_SHEDDABLE);
	REQUIRE(options->grace_ms <= 86400000);
	REQUIRE(options->backoff_first_ms <= options->backoff_max_ms);
	REQUIRE(!(options->set & OPTION_BACKOFF) || options->backoff_first_ms);
	REQUIRE(!(options->set & OPTION_TASKS) || options->tasks);
}

static void check_entry(const struct bounds *bounds,
			const struct inittab_entry *entry)
{
	check_string(bounds, entry->tty);
	check_string(bounds, entry->command);
	REQUIRE(strlen(entry->tty) <= INITTAB_TTY_MAX);
	REQUIRE(*entry->command);
	REQUIRE(!strpbrk(entry->tty, ":#\n"));
	REQUIRE(!strpbrk(entry->command, "#\n"));
	REQUIRE(entry->action < ACTIONS);
	REQUIRE(entry->line >= 1 && entry->line <= bounds->lines);
	check_options(bounds, &entry->options);
	REQUIRE(inittab_same_service(entry, entry));
	REQUIRE(inittab_same_definition(entry, entry));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct inittab_entry entries[CONFIG_INITTAB_ENTRIES];
	struct inittab table = {entries, 0};
	char *text = fuzz_copy(data, size);
	struct bounds bounds = {text, text + size, 1};

	for (size_t i = 0; i < size; i++)
		bounds.lines += text[i] == '\n';
	inittab_parse(&table, text, size, report, &bounds);
	REQUIRE(table.count <= CONFIG_INITTAB_ENTRIES);
	for (unsigned i = 0; i < table.count; i++) {
		check_entry(&bounds, &entries[i]);
		for (unsigned other = 0; other < i; other++)
			REQUIRE(strcmp(entries[i].tty, entries[other].tty) ||
				strcmp(entries[i].command,
				       entries[other].command));
	}
	free(text);
	return 0;
}
