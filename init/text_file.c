#include "text_file.h"

#include "system.h"

size_t text_file_read(const char *path, char *text, size_t size)
{
	int file = open_file(path, O_RDONLY);
	ssize_t length = 0;

	if (file >= 0) {
		length = read(file, text, size - 1);
		close_file(file);
	}
	if (length < 0)
		length = 0;
	text[length] = '\0';
	return (size_t)length;
}
