/*
 * Linked before libc (--wrap): ThreadSanitizer sees a descriptor closed by
 * libc's close(2) alone, and would take the next one of that number for the
 * same.
 */
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

long __real_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	long words[6];
	va_list all;

	va_start(all, number);
	for (int i = 0; i < 6; i++)
		words[i] = va_arg(all, long);
	va_end(all);
	if (number == SYS_close)
		return close((int)words[0]);
	return __real_syscall(number, words[0], words[1], words[2], words[3],
			      words[4], words[5]);
}
