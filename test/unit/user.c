/* uses: init/user.c init/number.c */
#include "cmocka_head.h"

#include "user.h"

#include <string.h>

static char text[256];

static bool passwd(const char *line, const char *name, struct user *user)
{
	return user_from_passwd(strcpy(text, line), name, user);
}

static unsigned group(const char *line, const char *name, const char *member,
		      gid_t *gid)
{
	return user_from_group(strcpy(text, line), name, member, gid);
}

static void a_passwd_line(void **state)
{
	struct user user;

	(void)state;
	assert_true(passwd("ntp:x:101:102:NTP,,,:/run/ntp:/bin/false", "ntp",
			   &user));
	assert_int_equal(user.uid, 101);
	assert_int_equal(user.gid, 102);
	assert_string_equal(user.home, "/run/ntp");
	assert_string_equal(user.shell, "/bin/false");
	assert_true(passwd("a::0:0:::", "a", &user));
	assert_string_equal(user.home, "");
	assert_string_equal(user.shell, "");
	assert_true(passwd("a:x:4294967294:1:::", "a", &user));
	assert_int_equal(user.uid, 4294967294u);
}

static void not_this_passwd_line(void **state)
{
	static const char *const lines[] = {
		"ntpd:x:1:1::/:/bin/sh",
		"nt:x:1:1::/:/bin/sh",
		"",
		":x:1:1::/:/bin/sh",
		"ntp",
		"ntp:x:1:1",
		"ntp:x:1:1::/",
		"ntp:x::1::/:",
		"ntp:x:1:::/:",
		"ntp:x:-1:1::/:",
		"ntp:x:1x:1::/:",
		/* (uid_t)-1 means "no change" to the kernel. */
		"ntp:x:4294967295:1::/:",
		"ntp:x:1:4294967295::/:",
		"ntp:x:4294967296:1::/:",
		"# ntp:x:1:1::/:",
		"+::::::",
	};
	struct user user;

	(void)state;
	for (unsigned i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (passwd(lines[i], "ntp", &user))
			fail_msg("%s", lines[i]);
}

static void group_lines(void **state)
{
	static const struct {
		const char *line;
		const char *name;
		const char *member;
		unsigned match;
	} cases[] = {
		{"audio:x:29:ntp,www", "audio", "ntp",
		 GROUP_NAME | GROUP_MEMBER},
		{"audio:x:29:ntp,www", "audio", NULL, GROUP_NAME},
		{"audio:x:29:ntp,www", NULL, "www", GROUP_MEMBER},
		{"audio:x:29:ntp,www", NULL, "ww", GROUP_NO},
		{"audio:x:29:ntp,www", NULL, "wwww", GROUP_NO},
		{"audio:x:29:ntp,www", "audi", "ntp,www", GROUP_NO},
		{"audio:x:29:", "audio", "", GROUP_NAME},
		{"audio:x:29:,,ntp", NULL, "ntp", GROUP_MEMBER},
		{"audio:x:29", "audio", "ntp", GROUP_NO},
		{"audio:x:2x:ntp", "audio", "ntp", GROUP_NO},
		{"audio:x::ntp", "audio", "ntp", GROUP_NO},
		{"", "audio", "ntp", GROUP_NO},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		gid_t gid = 0;

		if (group(cases[i].line, cases[i].name, cases[i].member,
			  &gid) != cases[i].match)
			fail_msg("%s", cases[i].line);
		if (cases[i].match)
			assert_int_equal(gid, 29);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passwd_line),
		cmocka_unit_test(not_this_passwd_line),
		cmocka_unit_test(group_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
