#include "service_child.h"

#include "lines.h"
#include "number.h"
#include "storage.h"
#include "user.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { GROUPS_MAX = 64 };

/* Sets or adds NAME=VALUE, which stays where it is. */
static int set_variable(struct service_child *child, char *assignment)
{
	size_t name = (size_t)(strchr(assignment, '=') + 1 - assignment);
	unsigned i = 0;

	for (; child->environment[i]; i++)
		if (!strncmp(child->environment[i], assignment, name))
			break;
	if (i == child->room)
		return -E2BIG;
	child->environment[i] = assignment;
	return 0;
}

/* Lines NAME=VALUE; empty ones and comments are skipped. Quotes are none of
 * ours: the value is what stands behind the =. */
static int read_envfile(struct service_child *child)
{
	static struct lines lines COLD;
	static char text[4096] COLD;
	size_t used = 0;
	char *line;
	int error = lines_open(&lines, child->entry->options.envfile);

	if (error)
		return error;
	while (!error && (line = lines_next(&lines))) {
		size_t length = strlen(line) + 1;

		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		if (!strchr(line, '=') || *line == '=')
			error = -EINVAL;
		else if (length > sizeof(text) - used)
			error = -E2BIG;
		else
			error = set_variable(child, strcpy(text + used, line));
		used += length;
	}
	lines_close(&lines);
	return error;
}

static int assign_variable(struct service_child *child, char *buffer,
			   const char *name, const char *value)
{
	char *end = stpcpy(buffer, name);

	if (strlen(value) >= 128)
		return -ENAMETOOLONG;
	strcpy(end, value);
	return set_variable(child, buffer);
}

static int find_user(struct service_child *child, const char *name)
{
	static struct lines lines COLD;
	static char home[192] COLD, who[192] COLD, logname[192] COLD,
		shell[192] COLD;
	struct user user;
	char *line;
	unsigned long long number;
	int error = 0;

	if (number_parse(name, 10, 0xfffffffe, &number)) {
		child->spec->uid = (uid_t)number;
		child->spec->gid = (gid_t)number;
		return 0;
	}
	if ((error = lines_open(&lines, "/etc/passwd")))
		return error;
	error = -ENOENT;
	while (error == -ENOENT && (line = lines_next(&lines)))
		if (user_from_passwd(line, name, &user))
			error = 0;
	lines_close(&lines);
	if (error)
		return error;
	child->spec->uid = user.uid;
	child->spec->gid = user.gid;
	if ((error = assign_variable(child, home, "HOME=", user.home)) ||
	    (error = assign_variable(child, who, "USER=", name)) ||
	    (error = assign_variable(child, logname, "LOGNAME=", name)) ||
	    !*user.shell)
		return error;
	return assign_variable(child, shell, "SHELL=", user.shell);
}

static int find_groups(struct service_child *child, const char *user,
		       const char *group)
{
	static struct lines lines COLD;
	static gid_t groups[GROUPS_MAX] COLD;
	unsigned long long number;
	bool found = !group;
	unsigned count = 0;
	char *line;
	gid_t gid;

	if (group && number_parse(group, 10, 0xfffffffe, &number)) {
		child->spec->gid = (gid_t)number;
		found = true;
	}
	int error = lines_open(&lines, "/etc/group");
	while (!error && (line = lines_next(&lines))) {
		unsigned match = user_from_group(line, group, user, &gid);

		if (match & GROUP_NAME) {
			child->spec->gid = gid;
			found = true;
		}
		if (match & GROUP_MEMBER && count < GROUPS_MAX)
			groups[count++] = gid;
	}
	if (!error)
		lines_close(&lines);
	child->spec->groups = groups;
	child->spec->groups_count = count;
	return found ? 0 : -ENOENT;
}

static int find_credentials(struct service_child *child)
{
	const struct service_options *options = &child->entry->options;
	int error = 0;

	if (options->user)
		error = find_user(child, options->user);
	if (!error)
		error = find_groups(child, options->user, options->group);
	child->spec->flags |= REAP_SET_USER;
	if (error)
		child->spec->report->step = REAP_STEP_USER;
	return error;
}

/* A hang-up ends the wait too: the program then sees it by itself. */
static void ask_first(void)
{
	static const char prompt[] = "\nPress Enter to start this console.\n";
	char key = 0;

	if (write(STDOUT_FILENO, prompt, sizeof(prompt) - 1) < 0)
		return;
	while (key != '\n' && key != '\r')
		if (read(STDIN_FILENO, &key, 1) != 1)
			return;
}

static int prepare(void *context)
{
	struct service_child *child = context;
	const struct service_options *options = &child->entry->options;
	int error = 0;

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS)) {
		if (options->user || options->group)
			error = find_credentials(child);
		if (!error && options->envfile)
			error = read_envfile(child);
	}
	if (IS_ENABLED(CONFIG_ASKFIRST) && !error &&
	    child->entry->action == ACTION_ASKFIRST)
		ask_first();
	return error;
}

void service_child_prepare(struct service_child *child, struct reap_spec *spec)
{
	const struct service_options *options = &child->entry->options;
	bool wanted = IS_ENABLED(CONFIG_ASKFIRST) &&
		      child->entry->action == ACTION_ASKFIRST;

	if (IS_ENABLED(CONFIG_SERVICE_OPTIONS))
		wanted |= options->user || options->group || options->envfile;
	if (!wanted)
		return;
	child->spec = spec;
	spec->prepare = prepare;
	spec->context = child;
}
