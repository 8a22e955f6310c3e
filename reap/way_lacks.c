#include "way.h"

#include <errno.h>

bool way_lacks_pidfd(int error)
{
	return error == -ENOSYS || error == -EINVAL || error == -EPERM ||
	       error == -E2BIG || error == -EOPNOTSUPP;
}
