#include "container_report.h"

#include "errors.h"
#include "format.h"
#include "number.h"
#include "signal_names.h"
#include "tell.h"
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, NAME_BYTES = 640, ESCAPE_BYTES = 6 };

unsigned long long report_oom_kills(const char *text)
{
	static const char key[] = "oom_kill ";
	unsigned long long count;

	while (text && strncmp(text, key, sizeof(key) - 1)) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	if (!text)
		return 0;
	number_digits(text + sizeof(key) - 1, 10, ~0ull, &count);
	return count;
}

static unsigned long long oom_kills_now(void)
{
	char text[512];

	text_file_read("/sys/fs/cgroup/memory.events", text, sizeof(text));
	return report_oom_kills(text);
}

/* O_NONBLOCK: a FIFO without a reader fails at once. Above 2: where one of
 * those is closed, it is not to become what messages go to. */
static int open_file_above(const char *path)
{
	int file = open(path,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK |
				O_NOCTTY,
			0644);

	if (file < 0 || file > STDERR_FILENO)
		return file;
	int above = (int)syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC,
				 STDERR_FILENO + 1);
	int error = errno;
	close(file);
	errno = error;
	return above;
}

static int open_target(const char *target)
{
	unsigned long long number = STDERR_FILENO;

	if (strcmp(target, "-") && !number_parse(target, 10, 65535, &number))
		return open_file_above(target);
	if (syscall(SYS_fcntl, (int)number, F_GETFD) < 0)
		return -1;
	return (int)number;
}

int report_open(struct container_report *report,
		const struct container_options *options)
{
	report->descriptor = -1;
	if (!options->report)
		return 0;
	report->descriptor = open_target(options->report);
	if (report->descriptor < 0)
		return -errno;
	report->start = clock_now();
	report->oom_kills = oom_kills_now();
	return 0;
}

/* The same names in the same order; %s of a program is quoted text. */
static const char as_line[] =
	"foster: program=\"%s\" end=\"%s\" signal=\"%s\" code=%u status=%u "
	"pid=%u orphans=%u maxrss_kib=%llu run_ms=%llu\n";
static const char as_json[] =
	"{\"program\":\"%s\", \"end\":\"%s\", \"signal\":\"%s\", "
	"\"code\":%u, \"status\":%u, \"pid\":%u, \"orphans\":%u, "
	"\"maxrss_kib\":%llu, \"run_ms\":%llu}\n";

/* The bytes of the character at text where that is UTF-8 (RFC 3629: the
 * shortest form, no surrogate, up to U+10FFFF) and no control character of
 * ISO 6429; else 0. */
static unsigned utf8_length(const char *text)
{
	static const struct {
		unsigned char first, last; /* byte */
		unsigned char low, high;   /* the second one */
		unsigned char length;
	} ranges[] = {
		{0xc2, 0xc2, 0xa0, 0xbf, 2}, {0xc3, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	const unsigned char *byte = (const unsigned char *)text;
	unsigned length = 1;

	for (unsigned i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		if (*byte < ranges[i].first || *byte > ranges[i].last)
			continue;
		if (byte[1] < ranges[i].low || byte[1] > ranges[i].high)
			return 0;
		do
			if (++length >= ranges[i].length)
				return length;
		while ((byte[length] & 0xc0) == 0x80);
	}
	return 0;
}

/* Within quotes, in both forms, so that a name with blanks stays one word. A
 * byte that is no part of UTF-8 is told by its number. What would not fit is
 * cut. */
static void quote(char *to, const char *limit, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text && limit - to > ESCAPE_BYTES; text++) {
		unsigned char byte = (unsigned char)*text;
		unsigned length = utf8_length(text);

		if (length) {
			memcpy(to, text, length);
			to += length;
			text += length - 1;
			continue;
		}
		if (byte < 0x20 || byte > 0x7e) {
			to = stpcpy(to, "\\u00");
			*to++ = digits[byte >> 4];
			byte = (unsigned char)digits[byte & 15];
		} else if (byte == '"' || byte == '\\') {
			*to++ = '\\';
		}
		*to++ = (char)byte;
	}
	*to = '\0';
}

static bool ended_for_memory(const struct container_report *report,
			     const struct reap_record *record)
{
	return record->end == REAP_KILLED && record->status == SIGKILL &&
	       oom_kills_now() > report->oom_kills;
}

void report_write(const struct container_report *report,
		  const struct container_options *options,
		  const struct reap_record *record, unsigned orphans,
		  int status)
{
	static const char ends[][12] = {
		[0] = "lost",
		[REAP_EXITED] = "exited",
		[REAP_KILLED] = "killed",
		[REAP_DUMPED] = "dumped",
		[REAP_NOT_STARTED] = "not started",
	};
	static char name[NAME_BYTES], line[LINE_BYTES];
	struct signal_text signal = {""};

	if (report->descriptor < 0)
		return;
	quote(name, name + sizeof(name), *options->program);
	if (record->end == REAP_KILLED || record->end == REAP_DUMPED)
		signal_name(&signal, record->status);
	size_t length =
		format(line, sizeof(line),
		       options->report_as_json ? as_json : as_line, name,
		       ended_for_memory(report, record) ? "out of memory"
							: ends[record->end],
		       signal.text, (unsigned)record->status, (unsigned)status,
		       (unsigned)record->pid, orphans,
		       (unsigned long long)record->usage.ru_maxrss,
		       (unsigned long long)(clock_now() - report->start));
	/* Nothing is worth a container that does not end. */
	errno = EAGAIN;
	if (!tell_looks(report->descriptor) ||
	    write(report->descriptor, line, length) < 0)
		tell(TELL_WARNING, "report to %s: %s; not written",
		     options->report, error_name(errno));
}
