#include "admission_parse.h"

#include <string.h>

uint64_t admission_parse(const char *text, const char *key)
{
	size_t length = strlen(key);
	uint64_t value = 0;

	while (strncmp(text, key, length)) {
		text = strchr(text, '\n');
		if (!text)
			return PARSE_NONE;
		text++;
	}
	text += length;
	text += strspn(text, " \t");
	const char *first = text;
	unsigned digit;
	for (; (digit = (unsigned)(*text - '0')) <= 9; text++)
		value = value < PARSE_NONE / 10 ? value * 10 + digit
						: PARSE_NONE - 1;
	return text > first && *text ? value : PARSE_NONE;
}
