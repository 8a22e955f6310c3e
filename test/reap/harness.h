/* What the library's tests share. Prints TAP: cmocka has no musl build, so the
 * few lines that it would give are here.
 *
 *   library [WORD...] [-WORD...]   the tests whose name has one of the words,
 *                                  and none of those behind a "-"
 *
 * REAP_TIER=pipe forces that tier; EXPECT_TIER is what a kernel without pidfd
 * has to lead to. KERNEL_LACKS names what a small kernel has not: tests that
 * need it are skipped, and said to be. */
#ifndef HARNESS_H
#define HARNESS_H

#include "reap.h"

enum { PATIENCE_MS = 20000 };

enum need {
	NEEDS_PROC = 1 << 0,
	NEEDS_USERS = 1 << 1,
	NEEDS_THREADS = 1 << 2,
	NEEDS_TERMINALS = 1 << 3,
	NEEDS_NAMESPACES = 1 << 4,
	NEEDS_FILTERS = 1 << 5,
	NEEDS_4096_PROCESSES = 1 << 6,
	NEEDS_MADVISE = 1 << 7,
};

struct test {
	const char *name;
	void (*run)(void);
	unsigned needs; /* enum need */
};

/* Both end with a null name. */
extern const struct test tests_of_use[], tests_of_errors[];

#define CHECK(condition) check((condition), #condition, __LINE__)
#define CHECK_IS(value, wanted) \
	check_is((long)(value), (long)(wanted), #value, __LINE__)

extern int failures; /* of the test that runs */
void check(bool holds, const char *text, int line);
void check_is(long value, long wanted, const char *text, int line);

/* Whether the pipe tier serves. */
bool piped(void);

/* Which descriptors are open, as text. */
void descriptors(char *text, size_t size);

/* Waits for it. */
bool ended(const struct reap_child *child);
struct reap_record record_of(struct reap_child *child);

/* sh -c script, with an empty environment and 0, 1, 2. */
struct reap_spec shell(const char *script);
extern char *shell_argv[4];
extern char *const no_environment[];
struct reap_record run(const struct reap_spec *spec);
struct reap_record run_shell(const char *script);
/* A child that exits with 4 once the caller has closed *hold. */
void spawn_held(struct reap_child *child, int *hold);
void fails_at(const struct reap_spec *spec, enum reap_step step, int error);

/* waitpid(2), taken up again where a handler interrupts it: the program's own,
 * or that of a tool that watches it, may be without SA_RESTART. */
pid_t wait_for(pid_t pid, int *status);

/* What is written there until all others have closed it; closed then. */
const char *read_to_end(int descriptor);

/* What the script writes to its descriptor 1. */
const char *output(struct reap_spec *spec);

/* The program's handler of SIGCHLD, set before the first spawn, and what it
 * asked of fork. */
extern _Atomic int host_saw, atfork_calls;
void host_handler(int number);

#endif
