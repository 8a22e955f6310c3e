#include "errors.h"

#include "format.h"

#include <errno.h>
#include <string.h>

/* A list, not code: */
/* clang-format off */
#define ERRORS(X) \
	X(E2BIG) X(EACCES) X(EAGAIN) X(EBADF) X(EBUSY) X(EEXIST) \
	X(EINTR) X(EINVAL) X(EIO) X(EISDIR) X(ELIBBAD) X(ELOOP) \
	X(EMFILE) X(ENAMETOOLONG) X(ENFILE) X(ENODEV) X(ENOENT) X(ENOEXEC) \
	X(ENOMEM) X(ENOSPC) X(ENOSYS) X(ENOTDIR) X(ENOTTY) X(ENXIO) \
	X(EOPNOTSUPP) X(EPERM) X(EPIPE) X(EROFS) X(ESRCH) X(ETXTBSY) \
	X(EOVERFLOW)
/* clang-format on */

#define MEMBER(name)                      \
	struct {                          \
		unsigned char number;     \
		char text[sizeof(#name)]; \
	} name##_entry;
#define VALUE(name) {name, #name},

/* Entries of a number, which fits a byte, and as much text as each has: in an
 * array all would be as long as the longest. */
static const struct {
	ERRORS(MEMBER)
	unsigned char end;
} errors = {ERRORS(VALUE) 0};

const char *error_name(int error)
{
	if (error < 0)
		error = -error;
	for (const char *entry = (const char *)&errors; *entry;
	     entry += strlen(entry) + 1)
		if ((unsigned char)*entry++ == error)
			return entry;
	static char number[sizeof("errno -2147483648")];

	format(number, sizeof(number), "errno %d", error);
	return number;
}
