#include "format.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

struct text {
	char *end;
	char *limit;
};

static void put(struct text *text, const char *bytes, size_t length)
{
	size_t room = (size_t)(text->limit - text->end);

	if (length > room)
		length = room;
	memcpy(text->end, bytes, length);
	text->end += length;
}

static void put_number(struct text *text, unsigned long long value,
		       bool negative)
{
	char digits[24];
	char *first = digits + sizeof(digits);

	do
		*--first = (char)('0' + value % 10);
	while (value /= 10);
	if (negative)
		*--first = '-';
	put(text, first, (size_t)(digits + sizeof(digits) - first));
}

static void put_string(struct text *text, const char *string, int limit)
{
	if (!string)
		string = "(none)";
	put(text, string, strnlen(string, (size_t)limit));
}

static void put_seconds(struct text *text, unsigned long long milliseconds)
{
	put_number(text, milliseconds / 1000, false);
	put(text, ".", 1);
	put_number(text, milliseconds / 100 % 10, false);
}

/* The conversion at *pattern, behind its '%'; returns its last character. */
static const char *put_value(struct text *text, const char *pattern,
			     va_list *values)
{
	int precision = INT_MAX;
	int number;

	if (pattern[0] == '.' && pattern[1] == '*') {
		precision = va_arg(*values, int);
		pattern += 2;
	}
	switch (*pattern) {
	case 's':
		put_string(text, va_arg(*values, const char *), precision);
		break;
	case 'c':
		put(text, &(char){(char)va_arg(*values, int)}, 1);
		break;
	case 'd':
		number = va_arg(*values, int);
		put_number(text,
			   number < 0 ? 0u - (unsigned)number
				      : (unsigned)number,
			   number < 0);
		break;
	case 'u':
		put_number(text, va_arg(*values, unsigned), false);
		break;
	case '.': /* %.1llu */
		put_seconds(text, va_arg(*values, unsigned long long));
		pattern += 4;
		break;
	case 'l': /* %llu */
		put_number(text, va_arg(*values, unsigned long long), false);
		pattern += 2;
		break;
	default:
		put(text, pattern, 1);
	}
	return pattern;
}

size_t format_list(char *buffer, size_t size, const char *pattern,
		   va_list values)
{
	struct text text = {buffer, buffer + size - 1};
	va_list copy;

	va_copy(copy, values);
	for (; *pattern; pattern++) {
		if (*pattern == '%')
			pattern = put_value(&text, pattern + 1, &copy);
		else
			put(&text, pattern, 1);
	}
	va_end(copy);
	*text.end = '\0';
	return (size_t)(text.end - buffer);
}

size_t format(char *buffer, size_t size, const char *pattern, ...)
{
	va_list values;

	va_start(values, pattern);
	size_t length = format_list(buffer, size, pattern, values);
	va_end(values);
	return length;
}
