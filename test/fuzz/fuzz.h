/* For libFuzzer's programs. */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has to hold whatever the input is. */
#define REQUIRE(condition)                                         \
	do {                                                       \
		if (condition)                                     \
			break;                                     \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			#condition);                               \
		abort();                                           \
	} while (0)

/* In a block of its own with room for one byte behind it, so that the
 * sanitizer sees any step out of it; that byte is no NUL by chance. */
static inline char *fuzz_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	memcpy(copy, data, size);
	copy[size] = 'x';
	return copy;
}

/* The same as a string: it ends at the first NUL. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
	char *copy = fuzz_copy(data, size);

	copy[size] = '\0';
	return copy;
}

#endif
