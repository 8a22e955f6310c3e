/* Parsers for /proc and cgroup v2 files. Pure; any bytes are allowed. */
#ifndef REAP_ADMISSION_PARSE_H
#define REAP_ADMISSION_PARSE_H

#include <stddef.h>
#include <stdint.h>

#define PARSE_NONE UINT64_MAX

/* The decimal number at the start of text, after blanks; PARSE_NONE when there
 * is none ("max" too). A number that is too large is PARSE_NONE - 1. */
uint64_t parse_number(const char *text, size_t length);

/* The number behind key in the first line that begins with it ("key: 12 kB" or
 * "key 12"); PARSE_NONE when there is none. A line that length cuts off counts
 * only if the number is followed by something. */
uint64_t parse_keyed(const char *text, size_t length, const char *key);

/* MemAvailable of /proc/meminfo in KiB; on kernels before 3.14, that lack it,
 * what is free and half of what the page cache could give. */
uint64_t parse_available(const char *text, size_t length);

/* Bytes that a cgroup could give back, of memory.stat: half of the files and
 * of the reclaimable slab. 0 where it says nothing. */
uint64_t parse_reclaimable(const char *text, size_t length);

#endif
