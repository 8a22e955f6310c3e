/* uses: */
/* libc/string.c against this machine's libc, under the sanitizers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <cmocka.h>

#define memcpy      small_memcpy
#define memset      small_memset
#define memmove     small_memmove
#define memcmp      small_memcmp
#define memchr      small_memchr
#define memrchr     small_memrchr
#define strlen      small_strlen
#define strnlen     small_strnlen
#define strncmp     small_strncmp
#define strcmp      small_strcmp
#define strcasecmp  small_strcasecmp
#define strncasecmp small_strncasecmp
#define strchrnul   small_strchrnul
#define strchr      small_strchr
#define strrchr     small_strrchr
#define strspn      small_strspn
#define strcspn     small_strcspn
#define strstr      small_strstr
#define stpcpy      small_stpcpy
#define strcpy      small_strcpy
#define getenv      small_getenv

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "../../libc/string.c"
#pragma GCC diagnostic pop

#undef memcpy
#undef memset
#undef memmove
#undef memcmp
#undef memchr
#undef memrchr
#undef strlen
#undef strnlen
#undef strncmp
#undef strcmp
#undef strcasecmp
#undef strncasecmp
#undef strchrnul
#undef strchr
#undef strrchr
#undef strspn
#undef strcspn
#undef strstr
#undef stpcpy
#undef strcpy
#undef getenv

static const char *const texts[] = {
	"",       "a",        "b",        "ab",       "aab",
	"abab",   "\xff\x80", "aaa",      "\x80",     "AbC",
	"aBc",    "[",        "@`Zz",     "SIGTERM",  "sigterm",
	"a=b=c:", "a b\tc",   "abcabcab", "aaaaaaab", "=",
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

/* A copy that ends where its memory does, so that a read too far is seen. */
static char *exact(const char *text)
{
	return strdup(text);
}

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

static void compare_pair(const char *a, const char *b)
{
	size_t most = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	assert_int_equal(sign(small_strcmp(a, b)), sign(strcmp(a, b)));
	assert_int_equal(sign(small_strcasecmp(a, b)), sign(strcasecmp(a, b)));
	assert_int_equal(sign(small_memcmp(a, b, most)),
			 sign(memcmp(a, b, most)));
	assert_ptr_equal(small_strstr(a, b), strstr(a, b));
	assert_int_equal(small_strspn(a, b), strspn(a, b));
	assert_int_equal(small_strcspn(a, b), strcspn(a, b));
	for (size_t n = 0; n < 10; n++)
		assert_int_equal(sign(small_strncasecmp(a, b, n)),
				 sign(strncasecmp(a, b, n)));
	for (size_t n = 0; n < 10; n++)
		assert_int_equal(sign(small_strncmp(a, b, n)),
				 sign(strncmp(a, b, n)));
}

static void every_pair_of_texts_compares_and_searches_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		for (size_t j = 0; j < TEXTS; j++) {
			char *a = exact(texts[i]);
			char *b = exact(texts[j]);

			compare_pair(a, b);
			free(a);
			free(b);
		}
	}
}

static void find_byte(const char *text, int byte)
{
	size_t length = strlen(text);

	assert_ptr_equal(small_strchr(text, byte), strchr(text, byte));
	assert_ptr_equal(small_strrchr(text, byte), strrchr(text, byte));
	assert_ptr_equal(small_strchrnul(text, byte), strchrnul(text, byte));
	assert_ptr_equal(small_memchr(text, byte, length),
			 memchr(text, byte, length));
	assert_ptr_equal(small_memrchr(text, byte, length),
			 memrchr(text, byte, length));
}

static void every_byte_is_found_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		char *text = exact(texts[i]);

		for (int byte = -128; byte < 256; byte++)
			find_byte(text, byte);
		assert_int_equal(small_strlen(text), strlen(text));
		for (size_t most = 0; most < 10; most++)
			assert_int_equal(small_strnlen(text, most),
					 strnlen(text, most));
		free(text);
	}
}

static void strnlen_reads_no_further_than_it_may(void **state)
{
	char *text = malloc(4);

	(void)state;
	memset(text, 'x', 4);
	assert_int_equal(small_strnlen(text, 4), 4);
	assert_int_equal(small_strncmp(text, "xxxxy", 4), 0);
	free(text);
}

static void copies_are_whole_and_no_longer(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXTS; i++) {
		size_t bytes = strlen(texts[i]) + 1;
		char *to = malloc(bytes);

		assert_ptr_equal(small_stpcpy(to, texts[i]), to + bytes - 1);
		assert_string_equal(to, texts[i]);
		memset(to, '?', bytes);
		assert_ptr_equal(small_strcpy(to, texts[i]), to);
		assert_string_equal(to, texts[i]);
		assert_ptr_equal(small_memset(to, 0x1ab, bytes), to);
		for (size_t at = 0; at < bytes; at++)
			assert_int_equal((unsigned char)to[at], 0xab);
		assert_ptr_equal(small_memcpy(to, texts[i], bytes), to);
		assert_memory_equal(to, texts[i], bytes);
		free(to);
	}
}

static void memmove_moves_both_ways(void **state)
{
	const char letters[] = "abcdefghijklmnop";
	char mine[sizeof(letters)];
	char theirs[sizeof(letters)];

	(void)state;
	for (size_t from = 0; from < 8; from++) {
		for (size_t to = 0; to < 8; to++) {
			for (size_t bytes = 0; bytes <= 8; bytes++) {
				memcpy(mine, letters, sizeof(letters));
				memcpy(theirs, letters, sizeof(letters));
				small_memmove(mine + to, mine + from, bytes);
				memmove(theirs + to, theirs + from, bytes);
				assert_memory_equal(mine, theirs,
						    sizeof(letters));
			}
		}
	}
}

static void getenv_takes_whole_names(void **state)
{
	char *some[] = {"PATHS=no", "PATH=/bin", "PATH=/second",
			"EMPTY=",   "BARE",      NULL};
	char **before = environ;

	(void)state;
	environ = some;
	assert_string_equal(small_getenv("PATH"), "/bin");
	assert_string_equal(small_getenv("EMPTY"), "");
	assert_null(small_getenv("PAT"));
	assert_null(small_getenv("BARE"));
	environ = NULL;
	assert_null(small_getenv("PATH"));
	environ = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_pair_of_texts_compares_and_searches_alike),
		cmocka_unit_test(every_byte_is_found_alike),
		cmocka_unit_test(strnlen_reads_no_further_than_it_may),
		cmocka_unit_test(copies_are_whole_and_no_longer),
		cmocka_unit_test(memmove_moves_both_ways),
		cmocka_unit_test(getenv_takes_whole_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
