#include "tell.h"

#include "format.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 512 };

static const char *program = "foster";
static int wanted = TELL_WARNING;
static unsigned dropped;

void tell_open(const char *name, int level)
{
	program = name;
	wanted = level;
}

bool tell_wants(enum tell_level level)
{
	return wanted >= (int)level;
}

/* O_NONBLOCK would belong to the program's descriptor too. What polls writable
 * takes a line: a pipe PIPE_BUF bytes, a terminal unless ^S has stopped it. */
short tell_looks(int descriptor)
{
	struct pollfd watched = {.fd = descriptor, .events = POLLOUT};
	static const struct timespec at_once;

	ppoll(&watched, 1, &at_once, NULL);
	return watched.revents;
}

void tell_message(enum tell_level level, const char *pattern, ...)
{
	char line[LINE_BYTES];
	size_t length;
	va_list values;

	if (!tell_wants(level))
		return;
	if (tell_looks(STDERR_FILENO) != POLLOUT) {
		dropped++;
		return;
	}
	length = format(line, sizeof(line), "%s: ", program);
	if (dropped)
		length += format(line + length, sizeof(line) - length,
				 "(%u messages dropped) ", dropped);
	va_start(values, pattern);
	length += format_list(line + length, sizeof(line) - length - 1, pattern,
			      values);
	va_end(values);
	/* What a program's name has of them would look like other lines. */
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = '?';
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, length) >= 0)
		dropped = 0;
}
