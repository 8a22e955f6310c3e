#include "errors.h"

#include <errno.h>

#define ERROR(name)         \
	{                   \
		name, #name \
	}

/* All that fits a byte, an entry is 14 of them. */
static const struct {
	unsigned char number;
	char name[13];
} errors[] = {
	ERROR(E2BIG),     ERROR(EACCES), ERROR(EAGAIN),     ERROR(EBADF),
	ERROR(EBUSY),     ERROR(ECHILD), ERROR(EEXIST),     ERROR(EFAULT),
	ERROR(EINTR),     ERROR(EINVAL), ERROR(EIO),        ERROR(EISDIR),
	ERROR(ELIBBAD),   ERROR(ELOOP),  ERROR(EMFILE),     ERROR(ENAMETOOLONG),
	ERROR(ENFILE),    ERROR(ENODEV), ERROR(ENOENT),     ERROR(ENOEXEC),
	ERROR(ENOMEM),    ERROR(ENOSPC), ERROR(ENOSYS),     ERROR(ENOTDIR),
	ERROR(ENOTTY),    ERROR(ENXIO),  ERROR(EOPNOTSUPP), ERROR(EPERM),
	ERROR(EPIPE),     ERROR(EROFS),  ERROR(ESRCH),      ERROR(ETXTBSY),
	ERROR(EOVERFLOW),
};

const char *error_name(int error)
{
	if (error < 0)
		error = -error;
	for (unsigned i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].number == error)
			return errors[i].name;
	return "an unknown error";
}
