#ifndef REAP_TERMINAL_H
#define REAP_TERMINAL_H

/*
 * The terminal on descriptor 0, which a program may have left raw or without
 * echo, as BusyBox's init makes it before each program: lines, echo and signals
 * from keys, and no wait for a carrier. Speed, size and parity stay.
 */
void terminal_make_sane(void);

#endif
