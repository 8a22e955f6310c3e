/*
 * libc's system calls, small: musl's serve threads that are cancelled, kernels
 * of 2.6.16, all threads that change user at once, and a clock read from the
 * vDSO. PID 1 has one thread and a kernel that has openat, and reads the clock
 * once a turn. The linker takes these before musl's: "multiple definition"
 * means that a function of the same object of musl's is missing here.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	KERNEL_SIGNALS_BYTES = 8, /* of the kernel's signal set */
	NO_FLAGS = 0,
};

#ifdef __x86_64__
__attribute__((used)) static long failed(long error)
{
	errno = (int)-error;
	return -1;
}

/* long syscall(long number, ...): the arguments, each one place on. */
__asm__(".pushsection .text.syscall, \"ax\", @progbits\n"
	".globl syscall\n"
	".type syscall, @function\n"
	"syscall:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	mov %rdx, %rsi\n"
	"	mov %rcx, %rdx\n"
	"	mov %r8, %r10\n"
	"	mov %r9, %r8\n"
	"	mov 8(%rsp), %r9\n"
	"	syscall\n"
	"	cmp $-4095, %rax\n"
	"	jb 1f\n"
	"	mov %rax, %rdi\n"
	"	jmp failed\n"
	"1:	ret\n"
	".size syscall, . - syscall\n"
	".popsection\n");
#endif

int open(const char *path, int flags, ...)
{
	va_list rest;

	va_start(rest, flags);
	unsigned mode = va_arg(rest, unsigned);
	va_end(rest);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list rest;

	va_start(rest, flags);
	unsigned mode = va_arg(rest, unsigned);
	va_end(rest);
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int close(int descriptor)
{
	return (int)syscall(SYS_close, descriptor);
}

ssize_t read(int descriptor, void *into, size_t bytes)
{
	return syscall(SYS_read, descriptor, into, bytes);
}

ssize_t write(int descriptor, const void *from, size_t bytes)
{
	return syscall(SYS_write, descriptor, from, bytes);
}

int fcntl(int descriptor, int command, ...)
{
	va_list rest;

	va_start(rest, command);
	unsigned long argument = va_arg(rest, unsigned long);
	va_end(rest);
	return (int)syscall(SYS_fcntl, descriptor, command, argument);
}

int ioctl(int descriptor, int request, ...)
{
	va_list rest;

	va_start(rest, request);
	void *argument = va_arg(rest, void *);
	va_end(rest);
	return (int)syscall(SYS_ioctl, descriptor, request, argument);
}

int dup2(int from, int to)
{
	if (from == to)
		return fcntl(from, F_GETFD) < 0 ? -1 : to;
	return (int)syscall(SYS_dup3, from, to, NO_FLAGS);
}

int fstatat(int folder, const char *restrict path, struct stat *restrict about,
	    int flags)
{
	return (int)syscall(SYS_newfstatat, folder, path, about, flags);
}

int stat(const char *restrict path, struct stat *restrict about)
{
	return fstatat(AT_FDCWD, path, about, NO_FLAGS);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int descriptor,
	   off_t offset)
{
	return (void *)syscall(SYS_mmap, at, bytes, protection, flags,
			       descriptor, offset);
}

int mount(const char *source, const char *target, const char *type,
	  unsigned long flags, const void *data)
{
	return (int)syscall(SYS_mount, source, target, type, flags, data);
}

int umount2(const char *target, int flags)
{
	return (int)syscall(SYS_umount2, target, flags);
}

int umount(const char *target)
{
	return umount2(target, NO_FLAGS);
}

int swapoff(const char *path)
{
	return (int)syscall(SYS_swapoff, path);
}

int swapon(const char *path, int flags)
{
	return (int)syscall(SYS_swapon, path, flags);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	return (int)syscall(SYS_clock_gettime, clock, now);
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	return (int)syscall(SYS_rt_sigprocmask, how, set, old,
			    KERNEL_SIGNALS_BYTES);
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
		 const struct timespec *restrict most)
{
	return (int)syscall(SYS_rt_sigtimedwait, set, info, most,
			    KERNEL_SIGNALS_BYTES);
}

int signalfd(int descriptor, const sigset_t *set, int flags)
{
	return (int)syscall(SYS_signalfd4, descriptor, set,
			    KERNEL_SIGNALS_BYTES, flags);
}

/* The kernel writes the time that is left; the caller's stays as it was. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *most,
	  const sigset_t *mask)
{
	struct timespec left;

	if (most)
		left = *most;
	return (int)syscall(SYS_ppoll, fds, count, most ? &left : NULL, mask,
			    KERNEL_SIGNALS_BYTES);
}

int tcgetattr(int tty, struct termios *settings)
{
	return ioctl(tty, TCGETS, settings);
}

int tcsetattr(int tty, int when, const struct termios *settings)
{
	return ioctl(tty, TCSETS + when, settings);
}

int tcdrain(int tty)
{
	return ioctl(tty, TCSBRK, 1UL);
}

int tcsetpgrp(int tty, pid_t group)
{
	return ioctl(tty, TIOCSPGRP, &group);
}

int pipe(int ends[2])
{
	return (int)syscall(SYS_pipe2, ends, NO_FLAGS);
}

int mkdir(const char *path, mode_t mode)
{
	return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

off_t lseek(int descriptor, off_t offset, int from)
{
	return syscall(SYS_lseek, descriptor, offset, from);
}

void sync(void)
{
	syscall(SYS_sync);
}
