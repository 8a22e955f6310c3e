/* uses: init/service_options.c init/number.c */
#include "fuzz.h"

#include "service_options.h"

static void report(void *context, const char *word, const char *reason)
{
	REQUIRE(*word && !strchr(word, ',') && *reason);
	++*(unsigned *)context;
}

/* A wrong value leaves nothing behind. */
static void check_unset(const struct service_options *options)
{
	const struct {
		unsigned option;
		long long value;
	} all[] = {
		{OPTION_OOM, options->oom},
		{OPTION_NICE, options->nice},
		{OPTION_UMASK, options->umask},
		{OPTION_NOFILE, (long long)options->nofile},
		{OPTION_NPROC, (long long)options->nproc},
		{OPTION_AS, (long long)options->as},
		{OPTION_MEMORY, (long long)options->memory},
		{OPTION_GRACE, options->grace_ms},
		{OPTION_BACKOFF, options->backoff_first_ms},
		{OPTION_BACKOFF, options->backoff_max_ms},
		{OPTION_TASKS, options->tasks},
		{OPTION_CLASS, options->class},
	};

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		REQUIRE(options->set & all[i].option || !all[i].value);
}

/* Said twice it says the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *once = fuzz_string(data, size);
	size_t length = strlen(once);
	char *twice = malloc(2 * length + 2);
	struct service_options first = {0}, second = {0};
	unsigned reported = 0, again = 0;

	memcpy(twice, once, length);
	twice[length] = ',';
	memcpy(twice + length + 1, once, length + 1);
	service_options_parse(&first, once, report, &reported);
	service_options_parse(&second, twice, report, &again);
	check_unset(&first);
	REQUIRE(again == 2 * reported);
	REQUIRE(first.set == second.set);
	REQUIRE(service_options_same(&first, &second));
	REQUIRE(service_options_same(&second, &first));
	free(twice);
	free(once);
	return 0;
}
