/* Small files of the kernel's, read at once. */
#ifndef INIT_TEXT_FILE_H
#define INIT_TEXT_FILE_H

#include <stddef.h>

/* The first size - 1 bytes at most, with a NUL behind them; their number, 0
 * too where there is no such file. */
size_t text_file_read(const char *path, char *text, size_t size);

#endif
