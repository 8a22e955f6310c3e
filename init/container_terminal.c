#include "container_terminal.h"

#include "signals.h"
#include "system.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static int descriptor = -1; /* none */
/* Apart from what is not zero, so that it takes no room in the file. */
static struct {
	pid_t own_group;
	bool in_foreground; /* the init, before the spawn */
	bool is_shared;
} terminal;

/* 0 for a group that this pid namespace does not see; -1 for none. */
static pid_t foreground_group(void)
{
	pid_t group;

	return ioctl(descriptor, TIOCGPGRP, &group) ? -1 : group;
}

static pid_t own_group(void)
{
	return (pid_t)syscall(SYS_getpgid, 0);
}

bool terminal_is_there(void)
{
	return descriptor >= 0;
}

bool terminal_is_shared(void)
{
	return terminal.is_shared;
}

/*
 * Both groups are outside this pid namespace, so that their numbers tell
 * nothing. A read from the background with TTIN blocked fails with EIO, before
 * anything is read (job_control in the kernel's n_tty.c).
 */
static bool reads_from_background(void)
{
	char none;

	return read(descriptor, &none, 0) < 0 && errno == EIO;
}

static bool is_in_foreground(void)
{
	if (foreground_group() != terminal.own_group)
		return false;
	return terminal.own_group || !reads_from_background();
}

static bool leads_session(void)
{
	return syscall(SYS_getsid, 0) == getpid();
}

void terminal_look(bool apart)
{
	int number = 0;

	/* Also where it is none of the three: the program may open it. */
	descriptor = open_file("/dev/tty", O_RDONLY | O_NONBLOCK);
	if (descriptor < 0 && errno == ENXIO)
		return;
	/* Without a /dev. */
	do {
		pid_t group = foreground_group();

		if (group >= 0) {
			terminal.own_group = own_group();
			terminal.in_foreground = is_in_foreground();
			terminal.is_shared = !apart && !leads_session();
			return;
		}
		if (!number)
			close(descriptor);
		descriptor = number;
	} while (number++ < 3);
	descriptor = -1;
}

void terminal_prepare_child(void)
{
	if (terminal.is_shared)
		return;
	setpgid(0, 0);
	/* TTOU is still blocked. */
	if (terminal.in_foreground)
		tcsetpgrp(descriptor, getpid());
}

bool terminal_give(const struct reap_child *program)
{
	return !terminal.is_shared && is_in_foreground() &&
	       !tcsetpgrp(descriptor, program->pid);
}

void terminal_take_back(const struct reap_child *program)
{
	if (terminal.own_group > 0 && foreground_group() == program->pid)
		tcsetpgrp(descriptor, terminal.own_group);
}

bool terminal_stop_with(int number, bool has_stopped)
{
	uint64_t one = 1ull << (number - 1);
	uint64_t pending = 0;

	/* Outside this pid namespace the rest of the group has stopped with
	 * what the terminal has sent to all: it may go on already, and is not
	 * to be stopped once more. Elsewhere what is sent here while it is
	 * still blocked is one with that, and stops once. PID 1 drops it, and
	 * so does a group that nobody watches. */
	if (terminal.own_group || !has_stopped)
		kill(0, number);
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &one, NULL, _NSIG / 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &one, NULL, _NSIG / 8);
	/* Outside this pid namespace it has stopped by that. */
	if (!terminal.own_group)
		return true;
	syscall(SYS_rt_sigpending, &pending, _NSIG / 8);
	return pending >> (SIGCONT - 1) & 1;
}

bool terminal_give_up(void)
{
	return !ioctl(STDIN_FILENO, TIOCNOTTY) && leads_session();
}
