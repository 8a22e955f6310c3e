#include "service_child.h"

#include "lines.h"
#include "number.h"
#include "record_text.h"
#include "storage.h"
#include "user.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { GROUPS_MAX = 256 };

/* What the environment points to. Only one child at a time has this copy. */
static char text[4096] COLD;
static size_t used;

/* Sets or adds the variable name, which ends in its =. */
static int set_variable(struct service_child *child, const char *name,
			size_t name_length, const char *value)
{
	size_t size = strlen(value) + 1;
	char *assignment = text + used;
	unsigned i = 0;

	while (child->environment[i] &&
	       strncmp(child->environment[i], name, name_length))
		i++;
	if (i == child->room || size > sizeof(text) - used - name_length)
		return -E2BIG;
	memcpy(assignment, name, name_length);
	memcpy(assignment + name_length, value, size);
	used += name_length + size;
	child->environment[i] = assignment;
	return 0;
}

/* Lines NAME=VALUE; empty ones and comments are skipped. Quotes are none of
 * ours: the value is what stands behind the =. */
static int read_envfile(struct service_child *child)
{
	static struct lines lines COLD;
	int error = lines_open(&lines, child->entry->options.envfile);
	int number = 0;
	char *line;

	if (error)
		return error;
	while (!error && (line = lines_next(&lines))) {
		number++;
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		char *equals = line + strcspn(line, "= \t");
		if (*equals != '=' || equals == line)
			error = -EINVAL;
		else
			error = set_variable(child, line,
					     (size_t)(equals + 1 - line),
					     equals + 1);
	}
	if (!error && lines.last < 0)
		error = -errno;
	lines_close(&lines);
	return error ? error - (number << RECORD_LINE_SHIFT) : 0;
}

/* The variables that login(1) sets, those of which the user's line has one. */
static int set_user_variables(struct service_child *child, const char *name,
			      const struct user *user)
{
	const struct {
		const char *name;
		const char *value;
	} variables[] = {
		{"HOME=", user->home},
		{"USER=", name},
		{"LOGNAME=", name},
		{"SHELL=", user->shell},
	};
	int error = 0;

	for (unsigned i = 0; i < 4 && !error; i++)
		if (*variables[i].value)
			error = set_variable(child, variables[i].name,
					     strlen(variables[i].name),
					     variables[i].value);
	return error;
}

static int find_user(struct service_child *child, const char *name)
{
	static struct lines lines COLD;
	unsigned long long number;
	struct user user;
	char *line;

	if (number_parse(name, 10, 0xfffffffe, &number)) {
		child->spec->uid = (uid_t)number;
		child->spec->gid = (gid_t)number;
		return 0;
	}
	int error = lines_open(&lines, "/etc/passwd");
	if (error)
		return error;
	error = -ENOENT;
	while (error == -ENOENT && (line = lines_next(&lines))) {
		if (!user_from_passwd(line, name, &user))
			continue;
		error = set_user_variables(child, name, &user);
		child->spec->uid = user.uid;
		child->spec->gid = user.gid;
	}
	lines_close(&lines);
	return error;
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
		if (!(match & GROUP_MEMBER))
			continue;
		if (count < GROUPS_MAX)
			groups[count++] = gid;
		else
			error = -E2BIG;
	}
	lines_close(&lines);
	child->spec->groups = groups;
	child->spec->groups_count = count;
	if (error == -E2BIG)
		return error;
	return found ? 0 : -ENOENT;
}

static int find_credentials(struct service_child *child)
{
	const struct service_options *options = &child->entry->options;
	int error = 0;

	child->spec->flags |= REAP_SET_USER;
	int step = REAP_STEP_USER;
	if (options->user)
		error = find_user(child, options->user);
	if (!error) {
		step = REAP_STEP_GROUP;
		error = find_groups(child, options->user, options->group);
	}
	if (error)
		child->spec->report->step = step;
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
