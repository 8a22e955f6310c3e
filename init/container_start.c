#include "container_start.h"

#include "container_terminal.h"
#include "errors.h"
#include "format.h"
#include "number.h"
#include "system.h"
#include "tell.h"
#include "text_file.h"

#include <errno.h>
#include <string.h>

#define LISTEN_PID "LISTEN_PID=%d"

enum { LISTENER_SIZE = sizeof("LISTEN_PID=-2147483648") };

/* The number in a file of the container's own cgroup; 0 for "max", and where
 * it can not be read. */
static unsigned long long read_cgroup(const char *path)
{
	unsigned long long number;
	char text[24];

	text_file_read(path, text, sizeof(text));
	number_digits(text, 10, ~0ull, &number);
	return number;
}

/* What has kept fork(2), which has one errno for three limits, from a new task,
 * with its number, where that can be known. */
static const char *find_limit(unsigned long long *most)
{
	static struct rlimit own;

	*most = read_cgroup("/sys/fs/cgroup/pids.max");
	if (*most && read_cgroup("/sys/fs/cgroup/pids.current") >= *most)
		return "the cgroup's pids.max";
	syscall(SYS_prlimit64, 0, RLIMIT_NPROC, NULL, &own);
	*most = own.rlim_cur;
	/* It does not hold for root. */
	if (own.rlim_cur != RLIM_INFINITY && syscall(SYS_getuid))
		return "pids.max of a cgroup, or RLIMIT_NPROC";
	*most = 0;
	return "pids.max of a cgroup, or threads-max, is reached";
}

static void tell_refused_fork(const char *program, int error)
{
	static char text[80];
	const char *why = "forbidden (seccomp?)";
	unsigned long long most = 0;

	if (error == -EAGAIN) {
		why = find_limit(&most);
	} else if (error == -ENOMEM) {
		most = read_cgroup("/sys/fs/cgroup/memory.max");
		why = most ? "maybe memory.max" : "the memory is used up";
	}
	format(text, sizeof(text), most ? "%s, %llu, is reached" : "%s", why,
	       most);
	tell(TELL_ERROR, "%s: fork: %s: %s; not started", program,
	     error_name(error), text);
}

static void name_listener(char *text, long call)
{
	format(text, LISTENER_SIZE, LISTEN_PID, (int)syscall(call));
}

/* Who passes sockets names who may take them (sd_listen_fds(3)): this process,
 * where it could not know of an init. */
static int prepare_child(void *environment)
{
	static char listener[LISTENER_SIZE];

	for (char **word = environment; *word; word++) {
		if (strncmp(*word, LISTEN_PID, sizeof("LISTEN_PID=") - 1) != 0)
			continue;
		name_listener(listener, SYS_getppid);
		if (!strcmp(*word, listener)) {
			*word = listener;
			name_listener(listener, SYS_getpid);
		}
	}
	terminal_prepare_child();
	return 0;
}

int container_start(struct reap_child *child,
		    const struct container_options *options, char **environment,
		    const struct signal_inheritance *inherited,
		    struct reap_report *report)
{
	struct reap_spec spec = {
		.path = *options->program,
		.argv = options->program,
		.envp = environment,
		.context = environment,
		.flags = REAP_SEARCH_PATH | REAP_SCRIPT_BY_SHELL |
			 REAP_KEEP_SIGNALS | REAP_KEEP_DESCRIPTORS,
		.mask = &inherited->mask,
		.cgroup = -1,
		.report = report,
	};

	if (options->session)
		spec.flags |= REAP_NEW_SESSION | REAP_CONTROLLING_TTY |
			      REAP_TTY_IF_FREE;
	else if (!options->shares_group)
		spec.prepare = prepare_child;
	int error = reap_spawn(child, &spec);
	if (error)
		tell_refused_fork(spec.path, error);
	return error;
}

static bool is_there(const char *path)
{
	return strchr(path, '/') &&
	       !syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
}

static const char *explain(const char *program, int error)
{
	switch (error) {
	case ENOENT:
		return is_there(program) ? "its interpreter is not there"
					 : "it or its interpreter is not there";
	case ENOTDIR:
		return "a part of the path is no folder";
	case EACCES:
		return "may not be executed";
	case ENOEXEC:
		return "not for this machine";
	default:
		return "can not be run";
	}
}

static enum exec_failure failure_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return EXEC_NOT_THERE;
	case EACCES:
	case ELOOP:
		return EXEC_FORBIDDEN;
	default:
		return EXEC_FAILED;
	}
}

int container_not_started(const struct container_options *options,
			  enum reap_step step, int error)
{
	const struct personality *personality = options->personality;
	const char *program = *options->program;

	tell(TELL_ERROR, "%s: %s: %s: %s", program, reap_step_name(step),
	     error_name(error), explain(program, error));
	if (step != REAP_STEP_EXEC)
		return personality->failed_status;
	return personality->exec_status[failure_of(error)];
}
