/* The inittab as a file: read, tried again, kept on a bad reload. */
#ifndef INIT_INITTAB_FILE_H
#define INIT_INITTAB_FILE_H

#include "clock.h"

#include <stdbool.h>
#include <stddef.h>

/* Its name in messages: the path, or what serves in its place. */
extern const char *inittab_served;

/* Memory that is free until the first load; *size bytes and one more. */
char *inittab_file_scratch(size_t *size);

/* path: NULL for /etc/inittab. single: one shell on the console, no file.
 * Copies path. */
void inittab_file_choose(const char *path, bool single);

/*
 * Reads the file and hands its table to the services. A file that is there but
 * can not be read (EIO, EMFILE, ENOMEM) is tried again with back-off, since
 * the built-in table in its place may start the wrong things. False: not yet;
 * call again at inittab_file_deadline().
 */
bool inittab_file_load(moment now);

moment inittab_file_deadline(void);

/* Reads it again; when it can not be read or served, the old table stays.
 * True when the new one is served. */
bool inittab_file_reload(moment now);

#endif
