#include "admission_parse.h"

#include <string.h>

uint64_t admission_parse(const char *text, const char *key)
{
	size_t length = strlen(key);
	uint64_t value = 0;

	while (strncmp(text, key, length) ||
	       (length && text[length] > ' ' && text[length] != ':')) {
		text = strchr(text, '\n');
		if (!text)
			return PARSE_NONE;
		text++;
	}
	text += length;
	text += strspn(text, ": \t");
	if (!*text || !strchr("0123456789", *text))
		return PARSE_NONE;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value < PARSE_NONE / 10
				? value * 10 + (unsigned)(*text - '0')
				: PARSE_NONE - 1;
	return *text ? value : PARSE_NONE;
}
