#include "boot_words.h"

#include <string.h>

static const struct {
	char name[16];
	unsigned char offset;
} values[] = {
	{"foster.inittab=", offsetof(struct boot_words, inittab)},
	{"foster.log=", offsetof(struct boot_words, log)},
	{"foster.floor=", offsetof(struct boot_words, floor)},
	{"foster.resume=", offsetof(struct boot_words, resume)},
	{"foster.tasks=", offsetof(struct boot_words, tasks)},
	{"console=", offsetof(struct boot_words, console)},
};

static bool take_value(struct boot_words *words, const char *word)
{
	for (unsigned i = 0; i < sizeof(values) / sizeof(*values); i++) {
		size_t length = strlen(values[i].name);

		if (strncmp(word, values[i].name, length) || !word[length])
			continue;
		*(const char **)((char *)words + values[i].offset) =
			word + length;
		return true;
	}
	return false;
}

static bool is_ours(const char *word)
{
	static const char ours[] = "foster.";

	return !strncmp(word, ours, sizeof(ours) - 1);
}

static void take_word(struct boot_words *words, const char *word,
		      boot_words_report *report, void *context)
{
	if (!take_value(words, word) && is_ours(word))
		report(context, word, "unknown, or without a value");
}

void boot_words_parse_argv(struct boot_words *words, int argc, char **argv,
			   boot_words_report *report, void *context)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "single") || !strcmp(argv[i], "-s") ||
		    !strcmp(argv[i], "1"))
			words->single = true;
		else
			take_word(words, argv[i], report, context);
	}
}

/* Quotes keep blanks together, and are dropped (kernel/params.c). */
static char *cut_word(char **text, char *end)
{
	char *from = *text;
	bool quoted = false;

	while (from < end && (unsigned char)(*from - 1) < ' ')
		from++;
	char *word = from;
	char *to = from;
	for (; from < end && *from && (quoted || (unsigned char)*from > ' ');
	     from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*text = from < end ? from + 1 : end;
	*to = '\0';
	return word;
}

void boot_words_parse_cmdline(struct boot_words *words, char *text, size_t size,
			      boot_words_report *report, void *context)
{
	char *end = text + size;

	while (text < end) {
		const char *word = cut_word(&text, end);

		if (is_ours(word))
			take_word(words, word, report, context);
	}
}
