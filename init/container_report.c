#include "container_report.h"

#include "format.h"
#include "number.h"
#include "record_text.h"
#include "signal_names.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAME_BYTES = 256, ESCAPED = 6 };

unsigned long long report_oom_kills(const char *text)
{
	static const char key[] = "oom_kill ";
	unsigned long long count = 0;

	while (text && strncmp(text, key, sizeof(key) - 1)) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	if (!text)
		return 0;
	for (text += sizeof(key) - 1; *text >= '0' && *text <= '9'; text++)
		count = count * 10 + (unsigned)(*text - '0');
	return count;
}

static unsigned long long oom_kills_now(void)
{
	char text[512];
	int file = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return 0;
	ssize_t length = read(file, text, sizeof(text) - 1);
	close(file);
	text[length > 0 ? length : 0] = '\0';
	return report_oom_kills(text);
}

/* O_NONBLOCK: a FIFO without a reader fails at once. */
static int open_target(const char *target)
{
	unsigned long long number;

	if (!strcmp(target, "-"))
		return STDERR_FILENO;
	if (!number_parse(target, 10, 65535, &number))
		return open(target,
			    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
				    O_NONBLOCK | O_NOCTTY,
			    0644);
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

/* A JSON string's inside; bytes of UTF-8 stay what they are. */
static void escape(char *to, const char *end, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text && end - to > ESCAPED; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20) {
			to = stpcpy(to, "\\u00");
			*to++ = digits[byte >> 4];
			*to++ = digits[byte & 15];
			continue;
		}
		if (byte == '"' || byte == '\\')
			*to++ = '\\';
		*to++ = (char)byte;
	}
	*to = '\0';
}

/* Milliseconds, as three digits. */
static void put_fraction(char *to, unsigned part)
{
	to[0] = (char)('0' + part / 100);
	to[1] = (char)('0' + part / 10 % 10);
	to[2] = (char)('0' + part % 10);
	to[3] = '\0';
}

void report_write(const struct container_report *report,
		  const struct container_options *options,
		  const struct reap_record *record, unsigned orphans,
		  int status)
{
	static char line[1024];
	char name[NAME_BYTES], fraction[4];
	struct signal_text signal = {""};
	struct record_text how;
	size_t length;

	if (report->descriptor < 0)
		return;
	moment time = clock_now() - report->start;
	unsigned seconds = (unsigned)(time / 1000);
	bool killed = record->end == REAP_KILLED || record->end == REAP_DUMPED;
	bool oom = killed && record->status == 9 &&
		   oom_kills_now() > report->oom_kills;

	put_fraction(fraction, (unsigned)(time % 1000));
	if (killed)
		signal_name(&signal, record->status);
	record_describe(&how, record);
	escape(name, name + sizeof(name), *options->program);
	if (options->report_as_json)
		length = format(
			line, sizeof(line),
			"{\"program\":\"%s\",\"pid\":%d,\"end\":\"%s\","
			"\"code\":%d,\"signal\":\"%s\",\"core\":%s,"
			"\"oom\":%s,\"seconds\":%u.%s,\"maxrss_kib\":%llu,"
			"\"orphans\":%u,\"status\":%d}\n",
			name, (int)record->pid,
			killed                            ? "killed"
			: record->end == REAP_NOT_STARTED ? "not started"
							  : "exited",
			record->status, signal.text,
			record->end == REAP_DUMPED ? "true" : "false",
			oom ? "true" : "false", seconds, fraction,
			(unsigned long long)record->usage.ru_maxrss, orphans,
			status);
	else
		length = format(
			line, sizeof(line),
			"%s: %s (pid %d) %s%s after %u.%s s; "
			"maxrss %llu KiB; %u orphans reaped; "
			"leaving with %d\n",
			options->personality->name, name, (int)record->pid,
			how.text, oom ? " (out of memory)" : "", seconds,
			fraction, (unsigned long long)record->usage.ru_maxrss,
			orphans, status);
	if (write(report->descriptor, line, length) < 0)
		tell(TELL_WARNING, "report to %s: not written",
		     options->report);
}
