/* System calls whose libc wrappers are large, or do more than is wanted. */
#ifndef REAP_SYSTEM_H
#define REAP_SYSTEM_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every file that foster opens is its own: close-on-exec from the first
 * moment. Large files: O_LARGEFILE matters on 32-bit machines only. */
static inline int open_file(const char *path, int flags)
{
	return (int)syscall(SYS_openat, AT_FDCWD, path,
			    flags | O_CLOEXEC | O_LARGEFILE, 0);
}

/* libc's close, dup2, write and waits are points where a thread can be
 * cancelled (pthreads(7)): not in a child, and not where a descriptor or a
 * record would be lost by it. */
static inline int close_file(int descriptor)
{
	return (int)syscall(SYS_close, descriptor);
}

/* musl's munmap(2) waits for threads that are in the middle of something else:
 * never in a signal handler that has stopped one of them there. */
static inline int unmap_memory(void *memory, size_t length)
{
	return (int)syscall(SYS_munmap, memory, length);
}

/* Where a caller has closed one of the first three, a descriptor of ours would
 * be a child's standard input or output: moved above, if there is room. */
static inline int above_standard(int descriptor)
{
	if (descriptor < 0 || descriptor > 2)
		return descriptor;
	int moved = (int)syscall(SYS_fcntl, descriptor, F_DUPFD_CLOEXEC, 3);
	if (moved < 0)
		return descriptor;
	close_file(descriptor);
	return moved;
}

/* dup2(2) for numbers that differ. */
static inline int place_file(int from, int to)
{
	return (int)syscall(SYS_dup3, from, to, 0);
}

/* Without a wait for the carrier, which may never come (open(2) of a tty whose
 * CLOCAL is not set): O_NONBLOCK is for the open alone. */
static inline int open_terminal(const char *path)
{
	int descriptor = open_file(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (descriptor >= 0)
		syscall(SYS_fcntl, descriptor, F_SETFL, O_RDWR);
	return descriptor;
}

static inline int write_file(int descriptor, const char *text, size_t length)
{
	return (int)syscall(SYS_write, descriptor, text, length);
}

#endif
