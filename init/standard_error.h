/* One line to whoever typed a command. */
#ifndef INIT_STANDARD_ERROR_H
#define INIT_STANDARD_ERROR_H

/* Writes "foster: …\n" to descriptor 2. */
void say(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

#endif
