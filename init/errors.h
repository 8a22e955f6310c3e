/* Names of errno values, for messages. */
#ifndef INIT_ERRORS_H
#define INIT_ERRORS_H

/* "ENOENT" for ENOENT and for -ENOENT; "errno 133", until the next call, for
 * what is not in the list. strerror(3) would bring libc's whole table. */
const char *error_name(int error);

#endif
