/* The parser for /proc and cgroup v2 files. Pure; any bytes are allowed. */
#ifndef REAP_ADMISSION_PARSE_H
#define REAP_ADMISSION_PARSE_H

#include <stdint.h>

#define PARSE_NONE UINT64_MAX

/*
 * The decimal number behind key in the first line of text that begins with it
 * (key "MemFree:", "oom "), or at the start of text for the key "". PARSE_NONE
 * when there is none ("max" is none), or when nothing follows: then text was
 * cut off. A number that is too large is PARSE_NONE - 1.
 */
uint64_t admission_parse(const char *text, const char *key);

#endif
