#include "container_zombies.h"

#include "processes.h"
#include "tell.h"

#include <string.h>
#include <unistd.h>

enum { PARENTS_MAX = 16, MANY = 8 };

static struct {
	pid_t pid;
	unsigned count;
	unsigned told; /* what the count was then */
} parents[PARENTS_MAX];

static void count_zombie(const struct process *process, void *context)
{
	pid_t self = *(const pid_t *)context;
	unsigned free_place = PARENTS_MAX;

	if (process->state != 'Z' || process->parent == self ||
	    !process->parent)
		return;
	for (unsigned i = 0; i < PARENTS_MAX; i++) {
		if (parents[i].pid == process->parent) {
			parents[i].count++;
			return;
		}
		if (!parents[i].pid && free_place == PARENTS_MAX)
			free_place = i;
	}
	if (free_place == PARENTS_MAX)
		return;
	parents[free_place].pid = process->parent;
	parents[free_place].count = 1;
}

void zombies_look(void)
{
	pid_t self = getpid();

	for (unsigned i = 0; i < PARENTS_MAX; i++)
		parents[i].count = 0;
	processes_visit(count_zombie, &self);
	for (unsigned i = 0; i < PARENTS_MAX; i++) {
		struct process parent;

		if (!parents[i].count)
			memset(&parents[i], 0, sizeof(parents[i]));
		if (parents[i].count < MANY ||
		    parents[i].count < 2 * parents[i].told ||
		    !process_read(&parent, parents[i].pid))
			continue;
		tell(TELL_WARNING,
		     "%s (pid %d) leaves %u zombies, which only it can reap",
		     parent.name, (int)parent.pid, parents[i].count);
		parents[i].told = parents[i].count;
	}
}
