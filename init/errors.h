/* Names of errno values, for messages. Pure. */
#ifndef INIT_ERRORS_H
#define INIT_ERRORS_H

/* "ENOENT" for ENOENT and for -ENOENT; "an unknown error" for what no system
 * call made here returns. strerror(3) would bring libc's whole table. */
const char *error_name(int error);

#endif
