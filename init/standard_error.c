#include "standard_error.h"

#include "format.h"

#include <unistd.h>

#if !IS_ENABLED(CONFIG_CONTAINER)
void say(const char *pattern, ...)
{
	char line[256] = "foster: ";
	size_t length = sizeof("foster: ") - 1;
	va_list values;

	va_start(values, pattern);
	length += format_list(line + length, sizeof(line) - length - 1, pattern,
			      values);
	va_end(values);
	line[length++] = '\n';
	/* Nobody is left to tell if that fails. */
	if (write(STDERR_FILENO, line, length) < 0)
		return;
}
#endif
