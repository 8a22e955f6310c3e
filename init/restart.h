/* The restart line: another program takes the place of this init. */
#ifndef INIT_RESTART_H
#define INIT_RESTART_H

/* Execs the restart line's command as PID 1; returns when there is no such
 * line or the exec has failed, which it has then said. */
void restart_exec(void);

#endif
