/*
 * libc's functions on strings and memory, small instead of fast: PID 1 handles
 * a few kilobytes in its life. The linker takes these before musl's.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#ifdef __x86_64__
void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	void *at = to;

	__asm__ volatile("rep movsb"
			 : "+D"(at), "+S"(from), "+c"(bytes)
			 :
			 : "memory");
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	void *at = to;

	__asm__ volatile("rep stosb"
			 : "+D"(at), "+c"(bytes)
			 : "a"(byte)
			 : "memory");
	return to;
}
#else
void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	char *into = to;
	const char *at = from;

	while (bytes--)
		*into++ = *at++;
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	char *into = to;

	while (bytes--)
		*into++ = (char)byte;
	return to;
}
#endif

void *memmove(void *to, const void *from, size_t bytes)
{
	char *into = to;
	const char *at = from;

	if (into <= at)
		return memcpy(to, from, bytes);
	while (bytes--)
		into[bytes] = at[bytes];
	return to;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
	const unsigned char *a = left;
	const unsigned char *b = right;

	for (; bytes; bytes--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *in, int byte, size_t bytes)
{
	const unsigned char *at = in;

	for (; bytes; bytes--, at++)
		if (*at == (unsigned char)byte)
			return (void *)at;
	return NULL;
}

void *memrchr(const void *in, int byte, size_t bytes)
{
	const unsigned char *start = in;

	while (bytes--)
		if (start[bytes] == (unsigned char)byte)
			return (void *)(start + bytes);
	return NULL;
}

size_t strlen(const char *text)
{
	const char *at = text;

	while (*at)
		at++;
	return (size_t)(at - text);
}

size_t strnlen(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length])
		length++;
	return length;
}

int strncmp(const char *left, const char *right, size_t most)
{
	for (; most; most--, left++, right++)
		if (*left != *right || !*left)
			return (unsigned char)*left - (unsigned char)*right;
	return 0;
}

int strcmp(const char *left, const char *right)
{
	return strncmp(left, right, (size_t)-1);
}

static int lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? letter + 32
					      : (unsigned char)letter;
}

int strncasecmp(const char *left, const char *right, size_t most)
{
	for (; most; most--, left++, right++)
		if (lower(*left) != lower(*right) || !*left)
			return lower(*left) - lower(*right);
	return 0;
}

int strcasecmp(const char *left, const char *right)
{
	return strncasecmp(left, right, (size_t)-1);
}

char *strchrnul(const char *text, int byte)
{
	while (*text && *text != (char)byte)
		text++;
	return (char *)text;
}

char *strchr(const char *text, int byte)
{
	char *at = strchrnul(text, byte);

	return *at == (char)byte ? at : NULL;
}

char *strrchr(const char *text, int byte)
{
	return memrchr(text, byte, strlen(text) + 1);
}

/* The length of text's start that has only bytes that are, or are not, in
 * set. */
static size_t span(const char *text, const char *set, int inside)
{
	size_t length = 0;

	while (text[length] && (strchr(set, text[length]) != NULL) == inside)
		length++;
	return length;
}

size_t strspn(const char *text, const char *accepted)
{
	return span(text, accepted, 1);
}

size_t strcspn(const char *text, const char *rejected)
{
	return span(text, rejected, 0);
}

char *strstr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (; strncmp(text, part, length); text++)
		if (!*text)
			return NULL;
	return (char *)text;
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t length = strlen(from);

	memcpy(to, from, length + 1);
	return to + length;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	stpcpy(to, from);
	return to;
}

char *getenv(const char *name)
{
	size_t length = strlen(name);

	for (char **at = environ; at && *at; at++)
		if (!strncmp(*at, name, length) && (*at)[length] == '=')
			return *at + length + 1;
	return NULL;
}
