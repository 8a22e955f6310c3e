/* One line to whoever typed a command. */
#ifndef INIT_STANDARD_ERROR_H
#define INIT_STANDARD_ERROR_H

#include "tell.h"

/* Writes "foster: …\n" to descriptor 2. */
#if IS_ENABLED(CONFIG_CONTAINER)
/* Where there is a second function that does. */
#define say(...) tell_message(TELL_ERROR, __VA_ARGS__)
#else
void say(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
#endif

#endif
