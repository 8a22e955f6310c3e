/*
 * What a boot's bench measures with. As a sysinit line: appends the guest's
 * monotonic time to a file. "end": writes that file to the console and resets
 * the guest. As PID 1: the same at once, which is the floor, an init that does
 * nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char file[] = "/times";

static void append(const char *name)
{
	struct timespec now;
	char line[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	int length = snprintf(line, sizeof(line), "@ %s %lld%09ld\n", name,
			      (long long)now.tv_sec, now.tv_nsec);
	int out = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (write(out, line, (size_t)length) < 0)
		_exit(1);
	close(out);
}

static void show_and_reset(void)
{
	char text[8192];
	int in = open(file, O_RDONLY);
	int console = open("/dev/console", O_RDWR);
	ssize_t length;

	while ((length = read(in, text, sizeof(text))) > 0)
		if (write(console, text, (size_t)length) < 0)
			break;
	tcdrain(console);
	reboot(RB_AUTOBOOT);
}

int main(int argc, char **argv)
{
	append(getpid() == 1 || argc < 2 ? "floor" : argv[1]);
	if (getpid() == 1 || (argc > 1 && !strcmp(argv[1], "end")))
		show_and_reset();
	return 0;
}
