#include "signal_names.h"

#include "number.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

/* The kernel's real-time signals begin at 32; libc keeps some for itself. */
enum { RTMIN_NUMBER = 34, RTMAX_NUMBER = 64 };

/* The kernel's order on x86, ARM and RISC-V, from 1. */
static const char names[] =
	"HUP\0INT\0QUIT\0ILL\0TRAP\0ABRT\0BUS\0FPE\0KILL\0USR1\0SEGV\0USR2\0"
	"PIPE\0ALRM\0TERM\0STKFLT\0CHLD\0CONT\0STOP\0TSTP\0TTIN\0TTOU\0URG\0"
	"XCPU\0XFSZ\0VTALRM\0PROF\0WINCH\0IO\0PWR\0SYS\0";

_Static_assert(SIGUSR1 == 10 && SIGSTKFLT == 16 && SIGSYS == 31,
	       "another order");

static const char *next(const char *name)
{
	return name + strlen(name) + 1;
}

static void put_number(char *to, int number)
{
	if (number >= 10)
		*to++ = (char)('0' + number / 10 % 10);
	*to++ = (char)('0' + number % 10);
	*to = '\0';
}

void signal_name(struct signal_text *out, int number)
{
	const char *name = names;

	if (number > 0 && number <= SIGSYS) {
		for (int i = 1; i < number; i++)
			name = next(name);
		strcpy(stpcpy(out->text, "SIG"), name);
	} else if (number >= RTMIN_NUMBER && number <= RTMAX_NUMBER) {
		put_number(stpcpy(out->text, "SIGRTMIN+"),
			   number - RTMIN_NUMBER);
	} else {
		put_number(out->text, number);
	}
}

static int real_time(const char *word)
{
	unsigned long long offset = 0;
	bool from_top = !strncasecmp(word, "RTMAX", 5);

	if (!from_top && strncasecmp(word, "RTMIN", 5))
		return -1;
	word += 5;
	if (*word &&
	    (*word != (from_top ? '-' : '+') ||
	     !number_parse(word + 1, 10, RTMAX_NUMBER - RTMIN_NUMBER, &offset)))
		return -1;
	return from_top ? RTMAX_NUMBER - (int)offset
			: RTMIN_NUMBER + (int)offset;
}

int signal_number(const char *word)
{
	unsigned long long number;

	if (number_parse(word, 10, RTMAX_NUMBER, &number))
		return number ? (int)number : -1;
	if (!strncasecmp(word, "SIG", 3))
		word += 3;
	int i = 1;
	for (const char *name = names; *name; name = next(name), i++)
		if (!strcasecmp(word, name))
			return i;
	return real_time(word);
}
