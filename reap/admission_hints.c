#include "admission_hints.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* A trigger: some task stalled for 100 ms in 1 s. Needs CONFIG_PSI. */
static int open_pressure(void)
{
	static const char trigger[] = "some 100000 1000000";
	int descriptor =
		open("/proc/pressure/memory", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (descriptor < 0)
		return -1;
	/* With its NUL, as Documentation/accounting/psi.rst has it. */
	if (write(descriptor, trigger, sizeof(trigger)) > 0)
		return descriptor;
	close(descriptor);
	return -1;
}

/* "/proc/self/fd/N/memory.events": inotify takes no descriptor. */
static int open_events(int services)
{
	char path[] = "/proc/self/fd/\0\0\0\0memory.events";
	char *c = path + strlen(path);

	if (services < 0 || services > 99)
		return -1;
	if (services > 9)
		*c++ = (char)('0' + services / 10);
	*c++ = (char)('0' + services % 10);
	strcpy(c, "/memory.events");
	int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (descriptor < 0)
		return -1;
	if (inotify_add_watch(descriptor, path, IN_MODIFY) >= 0)
		return descriptor;
	close(descriptor);
	return -1;
}

void admission_hints_open(struct admission_hints *hints, int services)
{
	hints->descriptors[ADMISSION_HINT_PRESSURE] = open_pressure();
	hints->descriptors[ADMISSION_HINT_EVENTS] = open_events(services);
}

unsigned admission_hints_watch(const struct admission_hints *hints,
			       struct pollfd watched[ADMISSION_HINTS])
{
	static const short events[ADMISSION_HINTS] = {
		[ADMISSION_HINT_PRESSURE] = POLLPRI,
		[ADMISSION_HINT_EVENTS] = POLLIN,
	};
	unsigned count = 0;

	for (unsigned i = 0; i < ADMISSION_HINTS; i++)
		if (hints->descriptors[i] >= 0)
			watched[count++] = (struct pollfd){
				.fd = hints->descriptors[i],
				.events = events[i],
			};
	return count;
}

void admission_hints_clear(const struct admission_hints *hints)
{
	char events[512];
	int descriptor = hints->descriptors[ADMISSION_HINT_EVENTS];

	/* PSI has nothing to read: poll(2) itself clears it. */
	if (descriptor >= 0 && read(descriptor, events, sizeof(events)) < 0)
		return;
}
