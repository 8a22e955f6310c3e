#include "container_signals.h"

#include "errors.h"
#include "processes.h"
#include "signal_names.h"
#include "tell.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct broadcast {
	int number;
	pid_t self;
	bool reached;
};

static void signal_descendant(const struct process *process, void *context)
{
	struct broadcast *broadcast = context;
	const struct reap_child child = {.pid = process->pid, .fd = -1};

	if (process->state != 'Z' &&
	    process_descends(process, broadcast->self) &&
	    !reap_kill(&child, broadcast->number))
		broadcast->reached = true;
}

bool signal_all(int number)
{
	struct broadcast broadcast = {.number = number, .self = getpid()};

	/* Only for PID 1 does kill(-1) mean its namespace, for anyone else it
	 * is the machine. */
	if (broadcast.self == 1)
		return !kill(-1, number);
	processes_visit(signal_descendant, &broadcast);
	return broadcast.reached;
}

static int send_to(const struct reap_child *program,
		   enum container_forward forward, int number)
{
	if (forward == FORWARD_ALL) {
		if (signal_all(number))
			return 0;
		tell(TELL_WARNING, "--forward=all reaches none (no /proc?): "
				   "to the program alone");
	}
	if (forward == FORWARD_GROUP) {
		int error = reap_kill_group(program, number);

		/* The child has not made its group yet. */
		if (error != -ESRCH)
			return error;
	}
	return reap_kill(program, number);
}

void signal_program(const struct reap_child *program,
		    enum container_forward forward, int number)
{
	int error = send_to(program, forward, number);
	struct signal_text name;

	if (!IS_ENABLED(CONFIG_LOG))
		return;
	signal_name(&name, number);
	if (error && error != -ESRCH)
		tell(TELL_WARNING, "%s to pid %d: %s; not forwarded", name.text,
		     (int)program->pid, error_name(error));
	else
		tell(TELL_ALL, "%s forwarded", name.text);
}

/* What waitid(2) has of the program. info->si_code is 0 when nothing: the
 * kernel writes all of it (kernel/exit.c), unless a filter refuses the call. */
static void look(const struct reap_child *program, siginfo_t *info, int what)
{
	info->si_code = 0;
	syscall(SYS_waitid, P_PID, program->pid, info, what | WNOHANG, NULL);
}

bool program_has(const struct reap_child *program, int what)
{
	siginfo_t info;

	look(program, &info, what | WNOWAIT);
	return info.si_code;
}

int program_take_stop(const struct reap_child *program)
{
	siginfo_t info;

	look(program, &info, WSTOPPED);
	return info.si_code == CLD_STOPPED ? info.si_status : 0;
}
