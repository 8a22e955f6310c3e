/* Signals by name and number. Pure. */
#ifndef INIT_SIGNAL_NAMES_H
#define INIT_SIGNAL_NAMES_H

struct signal_text {
	char text[16];
};

/* "SIGTERM", "SIGRTMIN+3", or the number alone for what has no name. */
void signal_name(struct signal_text *out, int number);

/* By name, with or without SIG, in any case, RTMIN+n and RTMAX-n too, or by
 * number from 1 to 64. -1 for anything else. */
int signal_number(const char *word);

#endif
