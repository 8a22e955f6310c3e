/* Numbers as users write them. Pure. */
#ifndef INIT_NUMBER_H
#define INIT_NUMBER_H

#include <stdbool.h>

/* Digits of base as far as they go: what is behind them. NULL for none, and
 * *value 0 then, or for more than max. */
const char *number_digits(const char *text, unsigned base,
			  unsigned long long max, unsigned long long *value);

/* The whole of text is digits, in base (8 or 10), at most max. */
bool number_parse(const char *text, unsigned base, unsigned long long max,
		  unsigned long long *value);

/* The same with a sign, from min to max, which are within 1 << 22. */
bool number_parse_signed(const char *text, int min, int max, int *value);

/* Bytes, or with K, M or G behind it 1024 times as many, and so on. */
bool number_parse_size(const char *text, unsigned long long *bytes);

/* Seconds, with up to three digits behind a dot; ms, s or m (minutes) may
 * follow. Ends at end, '\0' or another that text has. A day at most; what is
 * less than a millisecond is dropped. */
bool number_parse_time(const char *text, char end, unsigned *milliseconds);

#endif
