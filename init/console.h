/* Descriptors 0 to 2 of PID 1, which are its console. */
#ifndef INIT_CONSOLE_H
#define INIT_CONSOLE_H

/*
 * Makes 0, 1 and 2 valid whatever the kernel gave, so that no later open gets
 * one of these numbers. Without a console and without /dev/null they become an
 * empty pipe: reading gives end of file, writing fails.
 */
void console_make_descriptors_valid(void);

/*
 * Makes path the console: 0, 1 and 2 are opened on it anew. Children without
 * a tty of their own inherit these. Returns 0 or -errno, with nothing changed.
 */
int console_use(const char *path);

#endif
