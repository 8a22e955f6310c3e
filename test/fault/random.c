/*
 * Linked before libc (--wrap): of what the library asks of the kernel, in the
 * parent and in its children until their exec, one call in RANDOM_FAULTS is
 * refused, chosen by a generator that starts from RANDOM_SEED. Says on stderr
 * in the end how many that were, and with "slots" left or not.
 */
#include "../reap/wrap.h"
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { SLOTS = 4096, IDTYPE_PIDFD = 3 };

static struct {
	_Atomic uint64_t state;
	_Atomic unsigned long asked, refused;
} * shared;
static unsigned long one_in;

void *__real_mmap(void *, size_t, int, int, int, off_t);
pid_t __real_fork(void);
int __real_clone(int (*)(void *), void *, int, void *, ...);
int __real_pipe2(int *, int);
int __real_execve(const char *, char *const *, char *const *);
int __real_fstat(int, struct stat *);
int __real_madvise(void *, size_t, int);
int __real_pthread_atfork(void (*)(void), void (*)(void), void (*)(void));

/* xorshift64*; whether this call is to fail. Not exact when two ask at the
 * same time, which changes only the choice. */
static int refuses(int error)
{
	if (!one_in)
		return 0;
	uint64_t x = shared->state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	shared->state = x;
	shared->asked++;
	if ((x * 2685821657736338717u >> 33) % one_in)
		return 0;
	shared->refused++;
	errno = error;
	return 1;
}

/* 0: it cannot fail, but for an argument. */
static int errno_of(long number, const long *words)
{
	switch (number) {
	case SYS_clone:
		return EAGAIN;
	case SYS_pidfd_open:
	case SYS_openat:
		return EMFILE;
	case SYS_close_range:
	case SYS_prlimit64:
		return ENOMEM;
	case SYS_munmap:
	case SYS_write:
		return ENOMEM;
	case SYS_dup3:
		return EBUSY;
	case SYS_pidfd_send_signal:
		return EPERM;
	case SYS_fcntl:
		return words[1] == F_DUPFD_CLOEXEC ? EMFILE : 0;
	case SYS_waitid:
		/* By pid and without a wait only a filter refuses it. */
		if (!(words[3] & WNOHANG))
			return EINTR;
		return words[0] == IDTYPE_PIDFD ? EINVAL : 0;
	default:
		return 0;
	}
}

static long wrapped(long number, const long *words)
{
	int error = errno_of(number, words);

	return error && refuses(error) ? -1 : pass(number, words);
}

void *__wrap_mmap(void *where, size_t size, int allowed, int flags, int file,
		  off_t offset)
{
	if (refuses(ENOMEM))
		return MAP_FAILED;
	return __real_mmap(where, size, allowed, flags, file, offset);
}

pid_t __wrap_fork(void)
{
	return refuses(EAGAIN) ? -1 : __real_fork();
}

int __wrap_clone(int (*run)(void *), void *stack, int flags, void *context,
		 void *descriptor)
{
	if (refuses(ENOMEM))
		return -1;
	return __real_clone(run, stack, flags, context, descriptor);
}

int __wrap_pipe2(int *ends, int flags)
{
	return refuses(ENFILE) ? -1 : __real_pipe2(ends, flags);
}

int __wrap_execve(const char *path, char *const *argv, char *const *envp)
{
	return refuses(ENOMEM) ? -1 : __real_execve(path, argv, envp);
}

int __wrap_fstat(int descriptor, struct stat *info)
{
	return refuses(EIO) ? -1 : __real_fstat(descriptor, info);
}

int __wrap_madvise(void *where, size_t size, int advice)
{
	return refuses(EAGAIN) ? -1 : __real_madvise(where, size, advice);
}

/* Once a program, so one in a hundred would be never: the first. */
int __wrap_pthread_atfork(void (*before)(void), void (*parent)(void),
			  void (*child)(void))
{
	static int asked;

	if (one_in && !asked++)
		return ENOMEM;
	return __real_pthread_atfork(before, parent, child);
}

__attribute__((constructor)) static void begin(void)
{
	const char *rate = getenv("RANDOM_FAULTS"),
		   *seed = getenv("RANDOM_SEED");

	shared = __real_mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		_exit(3);
	shared->state = seed ? strtoul(seed, NULL, 10) : 1;
	one_in = rate ? strtoul(rate, NULL, 10) : 0;
}

/* None is left over only when none was lost. */
static int free_slots(void)
{
	unsigned slots[SLOTS];
	int count = 0;

	while (count < SLOTS && !pipe_reserve(&slots[count]))
		count++;
	for (int i = 0; i < count; i++)
		pipe_release(slots[i]);
	return count;
}

__attribute__((destructor)) static void end(void)
{
	struct rlimit limit = {3 * SLOTS, 3 * SLOTS};

	if (!one_in)
		return;
	one_in = 0;
	setrlimit(RLIMIT_NOFILE, &limit);
	fprintf(stderr, "asked %lu injected %lu slots %d of %d\n",
		shared->asked, shared->refused, free_slots(), (int)SLOTS);
}
