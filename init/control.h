/* The control job: asks the PID 1 that runs to stop, or to reload. */
#ifndef INIT_CONTROL_H
#define INIT_CONTROL_H

#include <stdbool.h>

/* Whether word is a command: poweroff, reboot, halt, reload; with telinit also
 * init's 0, 6, q and their like. */
bool control_knows(const char *word, bool telinit);

/* argv[0] is the command, the rest its options. Returns the exit status. */
int control_main(char **argv);

#endif
