#include "console.h"
#include "system.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Makes descriptor number the file that descriptor is, without close-on-exec:
 * children inherit it. */
static void place(int descriptor, int number)
{
	if (descriptor == number)
		syscall(SYS_fcntl, number, F_SETFD, 0);
	else
		dup2(descriptor, number);
}

static int open_something(void)
{
	int pair[2];
	int descriptor =
		open_file("/dev/console", O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (descriptor < 0)
		descriptor = open_file("/dev/null", O_RDWR);
	if (descriptor < 0 && !pipe(pair)) {
		close(pair[1]);
		descriptor = pair[0];
	}
	return descriptor;
}

void console_make_descriptors_valid(void)
{
	for (int number = 0; number < 3; number++) {
		if (syscall(SYS_fcntl, number, F_GETFD) >= 0)
			continue;
		/* The lowest free number: all below are open by now. */
		int descriptor = open_something();
		if (descriptor < 0)
			continue;
		place(descriptor, number);
		if (descriptor != number)
			close(descriptor);
	}
}

int console_use(const char *path)
{
	int descriptor = open_terminal(path);

	if (descriptor < 0)
		return -errno;
	for (int number = 0; number < 3; number++)
		place(descriptor, number);
	if (descriptor > 2)
		close(descriptor);
	return 0;
}
