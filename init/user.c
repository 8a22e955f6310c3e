#include "user.h"

#include "number.h"

#include <stddef.h>
#include <string.h>

/* Cuts line at its colons; false with fewer than count fields. */
static bool cut(char *line, char **fields, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!line)
			return false;
		fields[i] = line;
		line = strchr(line, ':');
		if (line)
			*line++ = '\0';
	}
	return true;
}

static bool parse_id(const char *text, unsigned *id)
{
	unsigned long long value;

	/* (uid_t)-1 means "no change" to setresuid(2). */
	if (!number_parse(text, 10, 0xfffffffe, &value))
		return false;
	*id = (unsigned)value;
	return true;
}

bool user_from_passwd(char *line, const char *name, struct user *user)
{
	char *field[7];

	if (!cut(line, field, 7) || strcmp(field[0], name) ||
	    !parse_id(field[2], &user->uid) || !parse_id(field[3], &user->gid))
		return false;
	user->home = field[5];
	user->shell = field[6];
	return true;
}

static bool is_member(const char *list, const char *member)
{
	size_t length = strlen(member);

	while (*list) {
		size_t word = strcspn(list, ",");

		if (word == length && !memcmp(list, member, length))
			return true;
		list += word;
		list += *list == ',';
	}
	return false;
}

unsigned user_from_group(char *line, const char *name, const char *member,
			 gid_t *gid)
{
	char *field[4];
	unsigned match = GROUP_NO;

	if (!cut(line, field, 4) || !parse_id(field[2], gid))
		return GROUP_NO;
	if (name && !strcmp(field[0], name))
		match |= GROUP_NAME;
	if (member && is_member(field[3], member))
		match |= GROUP_MEMBER;
	return match;
}
