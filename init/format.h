/* Text from values, without stdio. Pure. */
#ifndef INIT_FORMAT_H
#define INIT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Writes pattern into buffer, of size bytes, and ends it with NUL; what does
 * not fit is cut. Knows %s (NULL as "(none)"), %d, %u, %c, %llu, %.*s and %%;
 * and %.1llu, which is its own: milliseconds, as seconds to one decimal.
 * Returns the length without the NUL.
 */
size_t format(char *buffer, size_t size, const char *pattern, ...)
	__attribute__((format(printf, 3, 4)));

size_t format_list(char *buffer, size_t size, const char *pattern,
		   va_list values);

#endif
