/* The words of a test command's file. Pure. */
#ifndef INIT_TEST_WORDS_H
#define INIT_TEST_WORDS_H

#include <stddef.h>

enum test_device {
	TEST_STDIN,
	TEST_STDOUT,
	TEST_STDERR,
	TEST_VERDICT,
	TEST_DEVICES
};

enum { TEST_ARGUMENTS_MAX = 128 };

/* What is not given is NULL; all points into what was parsed. */
struct test_words {
	const char *paths[TEST_DEVICES];
	/* Empty: there is no command. */
	char *argv[TEST_ARGUMENTS_MAX + 1];
};

/* A word that is unknown, or the first argument that is one too many. */
typedef void test_words_report(const char *word, const char *reason);

/* text: strings, each ended by NUL, with room for one byte behind length. First
 * KEY=PATH, of a key that is given twice the last; then an empty string; then
 * argv. words: all zero. */
void test_words_parse(struct test_words *words, char *text, size_t length,
		      test_words_report *report);

/* "stdin=" and so on. */
const char *test_device_key(enum test_device device);

#endif
