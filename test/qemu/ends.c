/* Ends as it is told: "exit N" or "signal N"; with 77 where the signal ends no
 * program. A shell cannot: BusyBox's ignores SIGQUIT. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ALIVE = 77 };

static void wake_later(pid_t pid)
{
	const struct timespec pause = {0, 100000000};

	if (fork())
		return;
	nanosleep(&pause, NULL);
	kill(pid, SIGCONT);
	_exit(0);
}

int main(int argc, char **argv)
{
	int number = argc == 3 ? atoi(argv[2]) : 0;

	if (argc == 3 && !strcmp(argv[1], "exit"))
		return number;
	if (number == SIGSTOP)
		wake_later(getpid());
	/* Not kill(): musl keeps three signals for itself. */
	syscall(SYS_kill, getpid(), number);
	return ALIVE;
}
