#include "container_report.h"

#include "errors.h"
#include "format.h"
#include "number.h"
#include "signal_names.h"
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, LEFT_FOR_NUMBERS = 400 };

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

/* A line under way: "name=value …", or a JSON object. */
struct line {
	char *end;
	const char *limit;
	bool json;
};

static void put(struct line *line, const char *pattern, ...)
{
	va_list values;

	va_start(values, pattern);
	line->end += format_list(line->end, (size_t)(line->limit - line->end),
				 pattern, values);
	va_end(values);
}

static void put_name(struct line *line, const char *name)
{
	const char *quote = line->json ? "\"" : "";

	put(line, "%s%s%s%c", quote, name, quote, line->json ? ':' : '=');
}

static void put_next(struct line *line)
{
	put(line, "%s", line->json ? ", " : " ");
}

/* Quoted in both forms, so that a name with blanks stays one word. */
static void put_text(struct line *line, const char *name, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	put_name(line, name);
	put(line, "\"");
	for (; *text && line->limit - line->end > LEFT_FOR_NUMBERS; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20)
			put(line, "\\u00%c%c", digits[byte >> 4],
			    digits[byte & 15]);
		else
			put(line, "%s%c",
			    byte == '"' || byte == '\\' ? "\\" : "", byte);
	}
	put(line, "\"");
	put_next(line);
}

static void put_number(struct line *line, const char *name,
		       unsigned long number)
{
	put_name(line, name);
	put(line, "%llu", (unsigned long long)number);
}

static void put_end(struct line *line, const struct reap_record *record,
		    bool oom)
{
	static const char ends[][12] = {
		[REAP_EXITED] = "exited",
		[REAP_KILLED] = "killed",
		[REAP_DUMPED] = "dumped",
		[REAP_NOT_STARTED] = "not started",
	};
	struct signal_text signal = {""};

	if (record->end == REAP_KILLED || record->end == REAP_DUMPED)
		signal_name(&signal, record->status);
	put_text(line, "end", oom ? "out of memory" : ends[record->end]);
	put_text(line, "signal", signal.text);
}

void report_write(const struct container_report *report,
		  const struct container_options *options,
		  const struct reap_record *record, unsigned orphans,
		  int status)
{
	static char text[LINE_BYTES];
	struct line line = {text, text + sizeof(text), options->report_as_json};

	if (report->descriptor < 0)
		return;
	bool oom = record->end == REAP_KILLED && record->status == SIGKILL &&
		   oom_kills_now() > report->oom_kills;
	const struct {
		char name[12];
		unsigned long number;
	} numbers[] = {
		{"code", (unsigned)record->status},
		{"status", (unsigned)status},
		{"pid", (unsigned)record->pid},
		{"orphans", orphans},
		{"maxrss_kib", (unsigned long)record->usage.ru_maxrss},
		{"run_ms", (unsigned long)(clock_now() - report->start)},
	};

	put(&line, line.json ? "{" : "%s: ", options->personality->name);
	put_text(&line, "program", *options->program);
	put_end(&line, record, oom);
	for (unsigned i = 0;; put_next(&line)) {
		put_number(&line, numbers[i].name, numbers[i].number);
		if (++i == sizeof(numbers) / sizeof(*numbers))
			break;
	}
	put(&line, line.json ? "}\n" : "\n");
	if (write(report->descriptor, text, (size_t)(line.end - text)) < 0)
		tell(TELL_WARNING, "report to %s: %s; not written",
		     options->report, error_name(errno));
}
