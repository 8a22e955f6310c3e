#include "zombies.h"

#include "log.h"
#include "processes.h"

/* A careless parent has many, so it is among the first parents found. */
enum { PARENTS_MAX = 8 };

struct parent {
	pid_t pid;
	unsigned count;
};

static void count(const struct process *process, void *context)
{
	struct parent *parent = context;

	if (process->state != 'Z')
		return;
	for (unsigned i = 0; i < PARENTS_MAX; i++, parent++) {
		if (parent->count && parent->pid != process->parent)
			continue;
		parent->pid = process->parent;
		parent->count++;
		return;
	}
}

void zombies_tell(void)
{
	struct parent parents[PARENTS_MAX] = {0};
	const struct parent *most = parents;
	struct process process;

	processes_visit(count, parents);
	for (unsigned i = 1; i < PARENTS_MAX; i++)
		if (parents[i].count > most->count)
			most = &parents[i];
	if (most->count > 1 && process_read(&process, most->pid))
		message("%s (pid %d) has %u zombies: it does not wait for its "
			"children",
			process.name, (int)most->pid, most->count);
}
