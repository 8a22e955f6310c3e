#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void become_standard_descriptors(int descriptor)
{
	for (int number = 0; number < 3; number++)
		if (number != descriptor)
			dup2(descriptor, number);
	if (descriptor > 2)
		close(descriptor);
}

static int open_something(void)
{
	int pair[2];
	int descriptor = open("/dev/console", O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (descriptor < 0)
		descriptor = open("/dev/null", O_RDWR);
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
		if (descriptor >= 0 && descriptor != number) {
			dup2(descriptor, number);
			close(descriptor);
		}
	}
}

int console_use(const char *path)
{
	/* O_NONBLOCK so that a serial line without carrier can not hold up
	 * the open; the children want a description that blocks. */
	int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (descriptor < 0)
		return -errno;
	syscall(SYS_fcntl, descriptor, F_SETFL, O_RDWR);
	become_standard_descriptors(descriptor);
	return 0;
}
