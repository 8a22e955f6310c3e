#include "signal_names.h"

#include "number.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

/* The kernel's real-time signals begin at 32; libc keeps some for itself. */
enum { RTMIN_NUMBER = 34, RTMAX_NUMBER = 64 };

static const char names[][7] = {
	[SIGHUP] = "HUP",       [SIGINT] = "INT",   [SIGQUIT] = "QUIT",
	[SIGILL] = "ILL",       [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT",
	[SIGBUS] = "BUS",       [SIGFPE] = "FPE",   [SIGKILL] = "KILL",
	[SIGUSR1] = "USR1",     [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE",     [SIGALRM] = "ALRM", [SIGTERM] = "TERM",
	[SIGCHLD] = "CHLD",     [SIGCONT] = "CONT", [SIGSTOP] = "STOP",
	[SIGTSTP] = "TSTP",     [SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU",
	[SIGURG] = "URG",       [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",
	[SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
	[SIGIO] = "IO",         [SIGPWR] = "PWR",   [SIGSYS] = "SYS",
	[SIGSTKFLT] = "STKFLT",
};

enum { NAMES = sizeof(names) / sizeof(*names) };

static void put_number(char *to, int number)
{
	if (number >= 10)
		*to++ = (char)('0' + number / 10 % 10);
	*to++ = (char)('0' + number % 10);
	*to = '\0';
}

void signal_name(struct signal_text *out, int number)
{
	if (number > 0 && number < NAMES && *names[number]) {
		memcpy(out->text, "SIG", 3);
		strcpy(out->text + 3, names[number]);
	} else if (number >= RTMIN_NUMBER && number <= RTMAX_NUMBER) {
		strcpy(out->text, "SIGRTMIN+");
		put_number(out->text + 9, number - RTMIN_NUMBER);
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
	for (int i = 1; i < NAMES; i++)
		if (*names[i] && !strcasecmp(word, names[i]))
			return i;
	return real_time(word);
}
