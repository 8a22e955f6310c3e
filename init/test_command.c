#include "test_command.h"

#include "errors.h"
#include "format.h"
#include "lines.h"
#include "log.h"
#include "number.h"
#include "services.h"
#include "shutdown.h"
#include "storage.h"
#include "system.h"
#include "test_words.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static const char file[] = "/foster.test";

enum { TEXT_BYTES = 8192 };

static struct {
	int descriptors[TEST_DEVICES];
	int error; /* there is a file, and no command in it */
	unsigned long long oom_kills;
} test = {.descriptors = {0, 1, 2, -1}};

/* Apart from what is not zero, so that they take no room in the file. */
static struct test_words words COLD;
static char test_text[TEXT_BYTES + 1] COLD;

static const struct inittab_entry test_entry = {
	.tty = "",
	.command = "test",
	.options = {.name = "test", .class = CLASS_CRITICAL},
	.action = ACTION_ONCE,
};

/* Raw: a line discipline would turn the program's newlines into two bytes and
 * echo its input. */
static void make_raw(int descriptor)
{
	struct termios settings;

	if (tcgetattr(descriptor, &settings))
		return;
	settings.c_iflag = 0;
	settings.c_oflag = 0;
	settings.c_lflag = 0;
	settings.c_cflag |= CLOCAL | CREAD;
	tcsetattr(descriptor, TCSANOW, &settings);
}

static void open_device(enum test_device device, const char *path)
{
	int flags = device == TEST_STDIN ? O_RDONLY : O_WRONLY;
	/* O_NONBLOCK: a line without carrier must not hold the boot up. */
	int descriptor =
		open_file(path, flags | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	if (descriptor < 0) {
		message("%s: %s%s: %s; going on without it", file,
			test_device_key(device), path, error_name(errno));
		return;
	}
	make_raw(descriptor);
	if (device != TEST_VERDICT)
		syscall(SYS_fcntl, descriptor, F_SETFL, flags);
	test.descriptors[device] = descriptor;
}

static void report(const char *word, const char *reason)
{
	message("%s: %s: %s", file, word, reason);
}

/* 0 too where it can not be read. */
static size_t read_file(void)
{
	int descriptor = open_file(file, O_RDONLY);
	ssize_t length = descriptor;

	if (descriptor >= 0)
		length = read(descriptor, test_text, TEXT_BYTES);
	test.error = length < 0 ? errno : EINVAL;
	close(descriptor);
	if (length == TEXT_BYTES)
		message("%s: longer than %d bytes; cut", file, TEXT_BYTES);
	return length > 0 ? (size_t)length : 0;
}

void test_command_load(void)
{
	test_words_parse(&words, test_text, read_file(), report);
	TEST_SERVICE->deadline = NEVER;
	for (unsigned i = 0; i < TEST_DEVICES; i++)
		if (words.paths[i])
			open_device(i, words.paths[i]);
	if (words.argv[0]) {
		test.error = 0;
		service_assign(TEST_SERVICE, &test_entry);
	}
	/* Most boots bring none. */
	if (test.error == ENOENT)
		test.error = 0;
}

/* /proc/vmstat's oom_kill (Linux 4.13): all kills since boot. */
static unsigned long long oom_kills(void)
{
	static const char key[] = "oom_kill ";
	static struct lines lines COLD;
	unsigned long long count = 0;
	char *line;

	if (lines_open(&lines, "/proc/vmstat"))
		return 0;
	while ((line = lines_next(&lines)))
		if (!strncmp(line, key, sizeof(key) - 1))
			number_parse(line + sizeof(key) - 1, 10, ~0ull, &count);
	lines_close(&lines);
	return count;
}

static void write_verdict(const char *text, size_t length)
{
	if (test.descriptors[TEST_VERDICT] < 0)
		return;
	if (write(test.descriptors[TEST_VERDICT], text, length) !=
	    (ssize_t)length)
		message("%s: verdict not written: %s", file, error_name(errno));
}

/* Nobody waits until the time is out for what can not come. */
static void report_lack(moment now)
{
	char line[32];

	message("%s: no command: %s; powering off", file,
		error_name(test.error));
	write_verdict(line, format(line, sizeof(line), "failed command %d\n",
				   test.error));
	shutdown_request(SHUTDOWN_POWEROFF, now);
}

void test_command_start(moment now)
{
	if (test.error)
		report_lack(now);
	if (!TEST_SERVICE->entry || TEST_SERVICE->has_run ||
	    service_is_active(TEST_SERVICE))
		return;
	test.oom_kills = oom_kills();
	service_handle(TEST_SERVICE, SERVICE_START, now);
}

void test_command_started(const struct reap_child *child)
{
	char line[32];

	write_verdict(line, format(line, sizeof(line), "start %d\n",
				   (int)child->pid));
}

void test_command_fill(struct reap_spec *spec)
{
	spec->path = words.argv[0];
	spec->argv = words.argv;
	spec->fds = test.descriptors;
}

void test_command_ended(const struct reap_record *record, moment now)
{
	char line[64];
	size_t length;

	if (record->end == REAP_EXITED)
		length =
			format(line, sizeof(line), "exit %d\n", record->status);
	else if (record->end == REAP_NOT_STARTED)
		length = format(line, sizeof(line), "failed %s %d\n",
				reap_step_name(record->step), record->status);
	else
		length = format(line, sizeof(line), "signal %d%s\n",
				record->status,
				record->status == SIGKILL &&
						oom_kills() > test.oom_kills
					? " oom"
					: "");
	write_verdict(line, length);
	shutdown_request(SHUTDOWN_POWEROFF, now);
}

void test_command_drain(void)
{
	for (unsigned i = TEST_STDOUT; i < TEST_DEVICES; i++)
		if (test.descriptors[i] >= 0)
			tcdrain(test.descriptors[i]);
}
