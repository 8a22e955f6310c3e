#include "admission_parse.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *c, const char *end)
{
	while (c < end && is_blank(*c))
		c++;
	return c;
}

/* Digits from *c on, which is left behind them. */
static uint64_t digits(const char **c, const char *end)
{
	uint64_t number = 0;
	const char *first = *c;

	for (; *c < end && **c >= '0' && **c <= '9'; ++*c)
		number = number < PARSE_NONE / 10
				 ? number * 10 + (unsigned)(**c - '0')
				 : PARSE_NONE - 1;
	return *c == first ? PARSE_NONE : number;
}

uint64_t parse_number(const char *text, size_t length)
{
	const char *end = text + length;
	const char *c = skip_blanks(text, end);

	return digits(&c, end);
}

uint64_t parse_keyed(const char *text, size_t length, const char *key)
{
	const char *end = text + length;
	size_t key_length = strlen(key);

	for (const char *line = text; line < end;) {
		const char *c = line + key_length;

		if ((size_t)(end - line) > key_length &&
		    !memcmp(line, key, key_length) &&
		    (*c == ':' || is_blank(*c))) {
			c = skip_blanks(c + 1, end);
			uint64_t number = digits(&c, end);
			return c < end ? number : PARSE_NONE;
		}
		line = memchr(line, '\n', (size_t)(end - line));
		if (!line)
			break;
		line++;
	}
	return PARSE_NONE;
}

/* No more than a quarter of what 64 bits hold, so that four can be added. */
static uint64_t keyed_or_0(const char *text, size_t length, const char *key)
{
	uint64_t number = parse_keyed(text, length, key);

	if (number == PARSE_NONE)
		return 0;
	return number > PARSE_NONE / 4 ? PARSE_NONE / 4 : number;
}

uint64_t parse_available(const char *text, size_t length)
{
	uint64_t available = parse_keyed(text, length, "MemAvailable");

	if (available != PARSE_NONE)
		return available;
	if (parse_keyed(text, length, "MemFree") == PARSE_NONE)
		return PARSE_NONE;
	uint64_t cache = keyed_or_0(text, length, "Cached") +
			 keyed_or_0(text, length, "Buffers");
	uint64_t shared = keyed_or_0(text, length, "Shmem");
	return keyed_or_0(text, length, "MemFree") +
	       (cache > shared ? cache - shared : 0) / 2;
}

uint64_t parse_reclaimable(const char *text, size_t length)
{
	return (keyed_or_0(text, length, "inactive_file") +
		keyed_or_0(text, length, "active_file") +
		keyed_or_0(text, length, "slab_reclaimable")) /
	       2;
}
