#include "wait.h"

#include "signals.h"

#include <string.h>
#include <sys/signalfd.h>

enum { WATCHED_MAX = 8, LOOK_AGAIN_MS = 1000 };

/* NULL, which waits for ever, for NEVER. */
static struct timespec *time_until(moment deadline, struct timespec *limit)
{
	moment left = 0;

	if (deadline == NEVER)
		return NULL;
	if (deadline) {
		moment now = clock_now();
		left = deadline > now ? deadline - now : 0;
	}
	limit->tv_sec = (time_t)(left / 1000);
	limit->tv_nsec = (long)(left % 1000) * 1000000;
	return limit;
}

static int take_signal(siginfo_t *info, moment deadline)
{
	struct timespec limit;
	int number =
		sigtimedwait(EVERY_SIGNAL, info, time_until(deadline, &limit));

	return number > 0 ? number : 0;
}

/* Opened once, when a descriptor is first watched; 0 to 2 are others. -1: this
 * kernel has none. */
static int signal_descriptor(void)
{
	static int descriptor;

	if (!descriptor)
		descriptor =
			signalfd(-1, EVERY_SIGNAL, SFD_CLOEXEC | SFD_NONBLOCK);
	return descriptor;
}

static void wait_for_descriptors(moment deadline, struct pollfd *watched,
				 unsigned count)
{
	struct pollfd all[WATCHED_MAX + 1] = {
		{.fd = signal_descriptor(), .events = POLLIN},
	};
	struct timespec limit;

	if (all[0].fd < 0)
		deadline = earlier(deadline, clock_now() + LOOK_AGAIN_MS);
	memcpy(all + 1, watched, count * sizeof(*watched));
	if (ppoll(all, count + 1, time_until(deadline, &limit), NULL) > 0)
		memcpy(watched, all + 1, count * sizeof(*watched));
}

int wait_for_signal(siginfo_t *info, moment deadline, struct pollfd *watched,
		    unsigned count)
{
	if (!IS_ENABLED(CONFIG_WATCH) || !count)
		return take_signal(info, deadline);

	for (unsigned i = 0; i < count; i++)
		watched[i].revents = 0;
	int number = take_signal(info, 0);
	if (number || !deadline)
		return number;
	wait_for_descriptors(deadline, watched, count);
	return take_signal(info, 0);
}
