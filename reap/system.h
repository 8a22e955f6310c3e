/* System calls whose libc wrappers are large, or do more than is wanted. */
#ifndef REAP_SYSTEM_H
#define REAP_SYSTEM_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every file that foster opens is its own: close-on-exec from the first
 * moment. Large files: O_LARGEFILE matters on 32-bit machines only. */
static inline int open_file(const char *path, int flags)
{
	return (int)syscall(SYS_openat, AT_FDCWD, path,
			    flags | O_CLOEXEC | O_LARGEFILE, 0);
}

#endif
