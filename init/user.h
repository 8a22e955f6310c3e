/* Lines of /etc/passwd and /etc/group. Pure. */
#ifndef INIT_USER_H
#define INIT_USER_H

#include <stdbool.h>
#include <sys/types.h>

struct user {
	uid_t uid;
	gid_t gid;
	const char *home; /* in the line */
	const char *shell;
};

/* Cuts line in place; true when it is name's, with user filled. */
bool user_from_passwd(char *line, const char *name, struct user *user);

enum group_match {
	GROUP_NO,
	GROUP_NAME = 1 << 0,   /* the line is that of group name */
	GROUP_MEMBER = 1 << 1, /* member is one of its members */
};

/* Cuts line in place; which of both it is, with *gid filled. name and member
 * may be NULL. */
unsigned user_from_group(char *line, const char *name, const char *member,
			 gid_t *gid);

#endif
