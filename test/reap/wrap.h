/*
 * For what is linked before libc (-Wl,--wrap=syscall): each syscall(2) of the
 * library's goes through wrapped(), which the program defines, with its words;
 * pass() makes the call itself.
 */
#ifndef WRAP_H
#define WRAP_H

#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALL_WORDS = 6 };

static long wrapped(long number, const long *words);

long __real_syscall(long number, ...);

static inline long pass(long number, const long *words)
{
	return __real_syscall(number, words[0], words[1], words[2], words[3],
			      words[4], words[5]);
}

long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	long words[CALL_WORDS];
	va_list all;

	va_start(all, number);
	for (int i = 0; i < CALL_WORDS; i++)
		words[i] = va_arg(all, long);
	va_end(all);
	return wrapped(number, words);
}

#endif
