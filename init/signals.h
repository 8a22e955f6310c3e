/* Signals of PID 1: blocked for good, and taken one by one by the wait. */
#ifndef INIT_SIGNALS_H
#define INIT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* What the process was given at its exec; a container's program gets it back.
 */
struct signal_inheritance {
	sigset_t mask;
};

/* Every signal number, those that libc keeps for itself (32 to 34) included:
 * sigfillset(3) leaves them out, but a container's program may use them. */
enum {
	/* foster's own libc reads no more than the kernel's 64 bits. */
	EVERY_SIGNAL_WORDS = IS_ENABLED(OWN_LIBC) ? 1 : sizeof(sigset_t) / 8
};
extern const uint64_t every_signal[EVERY_SIGNAL_WORDS];

/* As libc's functions want it. */
#define EVERY_SIGNAL ((const sigset_t *)(const void *)every_signal)

/*
 * Blocks every signal and remembers the mask that was there. It is the first
 * statement of main: a signal that comes earlier meets an init without handler
 * and is dropped by the kernel; one that comes later stays pending until the
 * wait takes it. Nothing ever unblocks it again, so no handler is needed.
 */
void signals_block(struct signal_inheritance *inherited);

void signals_restore(const struct signal_inheritance *inherited);

/* Gives one signal its default action; false where the kernel refuses it. */
bool signals_reset_disposition(int number);

/*
 * Gives every signal its default action. An ignored SIGCHLD would make the
 * kernel reap children by itself (sigaction(2)), and whatever else is ignored
 * would reach the children.
 */
void signals_reset_dispositions(void);

#endif
