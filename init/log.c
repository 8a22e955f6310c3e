#include "log.h"

#include "errors.h"
#include "format.h"
#include "system.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 256, QUEUE_BYTES = 1536, TRY_AGAIN_MS = 1000 };

static const char prefix[] = "foster: ";
static const char kmsg[] = "/dev/kmsg";

/* Text that the console has not taken yet, oldest first, whole lines but for
 * the first, which may have been written in part. */
static struct {
	const char *console;
	int console_fd; /* 0, which is never the log's: not open; as -1 */
	int kmsg_fd;
	unsigned used;
	unsigned dropped;
	moment retry; /* 0: when the descriptor is writable */
} out;

/* Apart from what is not zero, so that it takes no room in the file. */
static char queue[QUEUE_BYTES];

static int open_for_writing(const char *path)
{
	return open_file(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
}

static void close_if_open(int *descriptor)
{
	if (*descriptor > 0)
		close(*descriptor);
	*descriptor = -1;
}

/* One write a record; the kernel drops what comes too fast, silently, unless
 * booted with printk.devkmsg=on (kernel's devkmsg_write). */
static void write_kmsg(const char *line, size_t length)
{
	if (out.kmsg_fd > 0 && write(out.kmsg_fd, line, length) < 0)
		out.dropped++;
}

/* What was said before there was a log: a record a line. */
static void copy_to_kmsg(void)
{
	const char *line = queue, *end = queue + out.used;

	while (line < end) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		write_kmsg(line, (size_t)(++next - line));
		line = next;
	}
}

void log_open(const char *console, unsigned targets)
{
	int error = 0;

	close_if_open(&out.console_fd);
	close_if_open(&out.kmsg_fd);
	out.console = NULL;
	if (IS_ENABLED(CONFIG_LOG_KMSG) && targets & LOG_TO_KMSG) {
		out.kmsg_fd = open_for_writing(kmsg);
		if (out.kmsg_fd < 0) {
			error = errno;
			targets |= LOG_TO_CONSOLE;
		}
		copy_to_kmsg();
	}
	if (targets & LOG_TO_CONSOLE && console) {
		out.console = console;
		out.console_fd = open_for_writing(console);
	}
	if (error)
		log_message("%s: %s; the log goes to the console", kmsg,
			    error_name(error));
	log_flush();
}

bool log_targets_by_name(const char *word, unsigned *targets)
{
	static const struct {
		char name[8];
		unsigned targets;
	} names[] = {
		{"console", LOG_TO_CONSOLE},
		{"kmsg", LOG_TO_KMSG},
		{"both", LOG_TO_CONSOLE | LOG_TO_KMSG},
		{"none", LOG_TO_NONE},
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(word, names[i].name))
			continue;
		*targets = names[i].targets;
		return true;
	}
	return false;
}

static void enqueue(const char *line, size_t length)
{
	if (length > QUEUE_BYTES - out.used) {
		out.dropped++;
		return;
	}
	memcpy(queue + out.used, line, length);
	out.used += (unsigned)length;
}

/* The lost lines' place in the log is behind those that were kept. */
static void tell_dropped(void)
{
	char line[LINE_MAX_BYTES];

	if (!out.dropped)
		return;
	size_t length = format(line, sizeof(line),
			       "%s%u lines dropped: the log took none\n",
			       prefix, out.dropped);
	if (length > QUEUE_BYTES - out.used)
		return;
	out.dropped = 0;
	enqueue(line, length);
}

static ssize_t write_queue(void)
{
	ssize_t written = write(out.console_fd, queue, out.used);

	/* Hung up, by vhangup(2) or an unplugged adapter: a new description
	 * may work. Anything else than "full" will not get better by itself. */
	if (written < 0 && errno != EAGAIN && errno != EINTR) {
		close(out.console_fd);
		out.console_fd = open_for_writing(out.console);
		written = write(out.console_fd, queue, out.used);
	}
	return written;
}

void log_flush(void)
{
	/* It may have come, or come back, meanwhile. */
	if (out.console_fd <= 0 && out.console)
		out.console_fd = open_for_writing(out.console);
	while (out.used && out.console_fd > 0) {
		ssize_t written = write_queue();

		if (written <= 0)
			return;
		out.used -= (unsigned)written;
		memmove(queue, queue + written, out.used);
		tell_dropped();
	}
}

bool log_waits(struct pollfd *watch, moment *deadline)
{
	if (!out.used || out.console_fd <= 0)
		return false;
	if (out.retry) {
		*deadline = earlier(*deadline, out.retry);
		return false;
	}
	*watch = (struct pollfd){.fd = out.console_fd, .events = POLLOUT};
	return true;
}

/* A console that polls writable and takes nothing (or is in error) would turn
 * the wait into a busy loop. */
void log_try_again(moment now)
{
	unsigned before = out.used;

	if (out.retry && now < out.retry)
		return;
	log_flush();
	out.retry = out.used && out.used == before ? now + TRY_AGAIN_MS : 0;
}

void log_message(const char *pattern, ...)
{
	char line[LINE_MAX_BYTES];
	va_list values;

	memcpy(line, prefix, sizeof(prefix) - 1);
	va_start(values, pattern);
	size_t length = sizeof(prefix) - 1;
	length += format_list(line + length, sizeof(line) - length - 1, pattern,
			      values);
	va_end(values);
	line[length++] = '\n';

	if (IS_ENABLED(CONFIG_LOG_KMSG))
		write_kmsg(line, length);
	enqueue(line, length);
	log_flush();
}
