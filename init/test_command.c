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

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static const char file[] = "/foster.test";

enum { TEXT_BYTES = 8192, ARGUMENTS_MAX = 128 };

enum device {
	DEVICE_STDIN,
	DEVICE_STDOUT,
	DEVICE_STDERR,
	DEVICE_VERDICT,
	DEVICES
};

static const struct {
	char key[10];
	int flags;
} devices[DEVICES] = {
	[DEVICE_STDIN] = {"stdin=", O_RDONLY},
	[DEVICE_STDOUT] = {"stdout=", O_WRONLY},
	[DEVICE_STDERR] = {"stderr=", O_WRONLY},
	[DEVICE_VERDICT] = {"verdict=", O_WRONLY},
};

static struct {
	int descriptors[DEVICES];
	int error; /* there is a file, and no command in it */
	unsigned long long oom_kills;
} test = {.descriptors = {0, 1, 2, -1}};

/* Apart from what is not zero, so that it takes no room in the file. */
static char *test_argv[ARGUMENTS_MAX + 1] COLD;
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

static void open_device(enum device device, const char *path)
{
	/* O_NONBLOCK: a line without carrier must not hold the boot up. */
	int descriptor = open_file(path, devices[device].flags | O_NOCTTY |
						 O_CLOEXEC | O_NONBLOCK);

	if (descriptor < 0) {
		message("%s: %s%s: %s; going on without it", file,
			devices[device].key, path, error_name(errno));
		return;
	}
	make_raw(descriptor);
	if (device != DEVICE_VERDICT)
		syscall(SYS_fcntl, descriptor, F_SETFL, devices[device].flags);
	test.descriptors[device] = descriptor;
}

static void read_header(const char *line)
{
	for (unsigned i = 0; i < DEVICES; i++) {
		size_t length = strlen(devices[i].key);

		if (strncmp(line, devices[i].key, length))
			continue;
		open_device(i, line + length);
		return;
	}
	message("%s: %s: unknown; ignored", file, line);
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
	char *end = test_text + read_file();
	char *line = test_text;
	unsigned count = 0;

	TEST_SERVICE->deadline = NEVER;
	for (; line < end && *line; line += strlen(line) + 1)
		read_header(line);
	for (line++; line < end; line += strlen(line) + 1) {
		if (count == ARGUMENTS_MAX) {
			message("%s: more than %d arguments; cut", file,
				ARGUMENTS_MAX);
			break;
		}
		test_argv[count++] = line;
	}
	if (count) {
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
	if (test.descriptors[DEVICE_VERDICT] < 0)
		return;
	if (write(test.descriptors[DEVICE_VERDICT], text, length) !=
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
	spec->path = test_argv[0];
	spec->argv = test_argv;
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
	for (unsigned i = DEVICE_STDOUT; i < DEVICES; i++)
		if (test.descriptors[i] >= 0)
			tcdrain(test.descriptors[i]);
}
