#include "container.h"

#include "errors.h"
#include "reap.h"
#include "standard_error.h"
#include "wait.h"

#include <string.h>

enum { FAILED = 125 };

static int exit_status(const struct reap_record *record)
{
	if (record->end == REAP_EXITED)
		return record->status;
	return 128 + record->status;
}

/* Reaps all that has ended; true when the program was among it. */
static bool collect(const struct reap_child *program,
		    struct reap_record *record)
{
	while (reap_collect(record) > 0)
		if (record->pid == program->pid)
			return true;
	return false;
}

int container_main(int argc, char **argv, char **environment,
		   const struct signal_inheritance *inherited)
{
	static const int standard[] = {0, 1, 2};
	char **program = argv + 1;
	struct reap_child child;
	struct reap_record record;
	siginfo_t info;

	if (argc > 1 && !strcmp(*program, "--"))
		program++;
	if (!*program) {
		say("no program given");
		return FAILED;
	}
	signals_reset_dispositions();
	const struct reap_spec spec = {
		.path = *program,
		.argv = program,
		.envp = environment,
		.flags = REAP_SEARCH_PATH | REAP_NEW_GROUP | REAP_KEEP_SIGNALS,
		.fds = standard,
		.fds_count = 3,
		.mask = &inherited->mask,
		.cgroup = -1,
	};
	int error = reap_spawn(&child, &spec);
	if (error) {
		say("%s: fork: %s", *program, error_name(error));
		return FAILED;
	}
	while (!collect(&child, &record)) {
		int number = wait_for_signal(&info, NEVER, NULL, 0);

		if (number != SIGCHLD)
			reap_kill(&child, number);
	}
	return exit_status(&record);
}
