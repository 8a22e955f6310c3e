/* uses: init/container_options.c init/personality.c init/number.c
 * init/signal_names.c */
#include "fuzz.h"

#include "container_options.h"

enum { WORDS = 24, DAY_MS = 86400000 };

/* Cuts text at its newlines; what does not fit is left out. */
static unsigned cut(char *text, char **words)
{
	unsigned count = 0;

	while (text && count < WORDS) {
		words[count++] = text;
		text = strchr(text, '\n');
		if (text)
			*text++ = '\0';
	}
	words[count] = NULL;
	return count;
}

static void check_time(unsigned time)
{
	REQUIRE(time <= DAY_MS || time == NO_TIME);
}

static void check_options(const struct container_options *options, char **words,
			  unsigned count)
{
	REQUIRE(options->task != TASK_RUN || options->program);
	if (options->program) {
		REQUIRE(options->program > words);
		REQUIRE(options->program < words + count);
	}
	for (unsigned i = 0; i < CONTAINER_SIGNALS; i++)
		REQUIRE(options->map[i] < CONTAINER_SIGNALS);
	REQUIRE(options->parent_death < CONTAINER_SIGNALS);
	REQUIRE(options->stop_signal < CONTAINER_SIGNALS);
	REQUIRE(options->stop_signal > 0);
	check_time(options->grace);
	check_time(options->delay);
	check_time(options->linger);
	check_time(options->zombies);
}

/* A name, a newline, the words of the command line, an empty word behind which
 * the variables are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	char *words[WORDS + 1], *variables[WORDS + 1] = {NULL};
	struct container_options options;
	struct container_mistake mistake;
	char *behind = strstr(text, "\n\n");

	if (behind) {
		*behind = '\0';
		cut(behind + 2, variables);
	}
	unsigned count = cut(text, words);
	bool good = container_options_parse(&options, &mistake, words[0], words,
					    variables);

	REQUIRE(options.personality);
	if (good)
		check_options(&options, words, count);
	else
		REQUIRE(mistake.word && mistake.why);
	free(text);
	return 0;
}
