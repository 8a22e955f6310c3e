/* uses: init/user.c init/number.c */
#include "fuzz.h"

#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_string(data, size);
	size_t length = strlen(line);
	struct user user;
	gid_t gid;

	if (user_from_passwd(line, "root", &user)) {
		REQUIRE(!strcmp(line, "root"));
		REQUIRE(user.uid != (uid_t)-1 && user.gid != (gid_t)-1);
		REQUIRE(user.home > line && user.shell > user.home);
		REQUIRE(user.shell + strlen(user.shell) <= line + length);
	}
	free(line);

	line = fuzz_string(data, size);
	unsigned match = user_from_group(line, "wheel", "root", &gid);
	REQUIRE(!match || gid != (gid_t)-1);
	REQUIRE(!(match & GROUP_NAME) || !strcmp(line, "wheel"));
	free(line);
	return 0;
}
