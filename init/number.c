#include "number.h"

#include <stddef.h>

enum { DAY_MS = 86400000 };

const char *number_digits(const char *text, unsigned base,
			  unsigned long long max, unsigned long long *value)
{
	const char *start = text;

	*value = 0;
	for (; *text >= '0' && (unsigned)(*text - '0') < base; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > max || *value > (max - digit) / base)
			return NULL;
		*value = *value * base + digit;
	}
	return text == start ? NULL : text;
}

bool number_parse(const char *text, unsigned base, unsigned long long max,
		  unsigned long long *value)
{
	text = number_digits(text, base, max, value);
	return text && !*text;
}

bool number_parse_signed(const char *text, int min, int max, int *value)
{
	bool negative = *text == '-';
	unsigned long long size;

	if (*text == '-' || *text == '+')
		text++;
	if (!number_parse(text, 10, 1 << 22, &size))
		return false;
	*value = negative ? -(int)size : (int)size;
	return *value >= min && *value <= max;
}

bool number_parse_size(const char *text, unsigned long long *bytes)
{
	static const char units[] = "KMG";
	unsigned shift = 0;

	text = number_digits(text, 10, ~0ull, bytes);
	if (!text)
		return false;
	for (unsigned i = 0; *text && units[i]; i++)
		if ((*text & ~0x20) == units[i]) {
			shift = 10 * (i + 1);
			text++;
			break;
		}
	if (*text || *bytes > ~0ull >> shift)
		return false;
	*bytes <<= shift;
	return true;
}

bool number_parse_time(const char *text, char end, unsigned *milliseconds)
{
	unsigned long long thousandths, scale = 100;
	unsigned unit = 1000;

	text = number_digits(text, 10, DAY_MS, &thousandths);
	if (!text)
		return false;
	thousandths *= 1000;
	if (*text == '.')
		for (text++; scale && *text >= '0' && *text <= '9'; text++) {
			thousandths += (unsigned)(*text - '0') * scale;
			scale /= 10;
		}
	if (text[0] == 'm' && text[1] == 's') {
		unit = 1;
		text += 2;
	} else if (*text == 'm') {
		unit = 60000;
		text++;
	} else if (*text == 's') {
		text++;
	}
	thousandths = thousandths * unit / 1000;
	if (*text != end || thousandths > DAY_MS)
		return false;
	*milliseconds = (unsigned)thousandths;
	return true;
}
