#include "container_start.h"

#include "container_terminal.h"
#include "errors.h"
#include "format.h"
#include "number.h"
#include "system.h"
#include "tell.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { NOT_THERE = 127, CAN_NOT_RUN = 126 };

/* The number in a file of the container's own cgroup; 0 for "max", and where
 * it can not be read. */
static unsigned long long read_cgroup(const char *path)
{
	unsigned long long number;
	char text[24];
	int file = open_file(path, O_RDONLY);

	if (file < 0)
		return 0;
	ssize_t length = read(file, text, sizeof(text) - 1);
	close(file);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return number_parse(text, 10, ~0ull, &number) ? number : 0;
}

/* fork(2) has one errno for three limits. */
static void tell_refused_fork(const char *program, int error)
{
	char limit[96] = "the memory is used up";
	unsigned long long most = read_cgroup("/sys/fs/cgroup/pids.max");

	if (error == -ENOMEM) {
		most = read_cgroup("/sys/fs/cgroup/memory.max");
		if (most)
			format(limit, sizeof(limit),
			       "the memory is used up (memory.max is %llu)",
			       most);
	} else if (most && read_cgroup("/sys/fs/cgroup/pids.current") >= most) {
		format(limit, sizeof(limit),
		       "the cgroup's pids.max, %llu, is reached", most);
	} else {
		struct rlimit own = {0};

		syscall(SYS_prlimit64, 0, RLIMIT_NPROC, NULL, &own);
		if (own.rlim_cur == RLIM_INFINITY)
			strcpy(limit, "pids.max of a cgroup above or "
				      "kernel.threads-max is reached");
		else
			format(limit, sizeof(limit),
			       "pids.max of a cgroup, or RLIMIT_NPROC, %llu, "
			       "is reached",
			       (unsigned long long)own.rlim_cur);
	}
	tell(TELL_ERROR, "%s: fork: %s: %s; not started", program,
	     error_name(error), limit);
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
		spec.prepare = terminal_prepare_child;
	int error = reap_spawn(child, &spec);
	if (error)
		tell_refused_fork(spec.path, error);
	return error;
}

static bool is_there(const char *path)
{
	struct stat about;

	return strchr(path, '/') && !stat(path, &about);
}

static const char *explain(const char *program, int error)
{
	switch (error) {
	case ENOENT:
		return is_there(program) ? "the interpreter that it names is "
					   "not there"
					 : "not there";
	case ENOTDIR:
		return "a part of the path is no folder";
	case EACCES:
		return "may not be executed";
	case ENOEXEC:
		return "no program of this machine's kind";
	default:
		return "can not be run";
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
	if (personality->exec_status)
		return personality->exec_status;
	if (error == ENOTDIR || (error == ENOENT && !is_there(program)))
		return NOT_THERE;
	return error == ENOENT ? NOT_THERE : CAN_NOT_RUN;
}
