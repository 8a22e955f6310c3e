/*
 * What musl does between the kernel's entry point and main, cut down to what
 * foster uses of it: the environment, a thread pointer (errno lives behind
 * it), and the canary. musl's own way costs 1.5 KiB of file: it copies the
 * program's thread-local data (there is none, test/build/binary.t), finds the
 * program's name, runs constructors and exit handlers.
 */
#include "thread.h"

#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* musl's own, hidden from shared libraries but not from a static program. */
int __set_thread_area(void *thread_pointer);
extern char **__environ;
extern uintptr_t __stack_chk_guard;
extern uintptr_t __sysinfo;

int __libc_start_main(int (*program)(int, char **, char **), int argc,
		      char **argv);

enum {
	AUX_RANDOM = 25,  /* AT_RANDOM: 16 random bytes from the kernel */
	SYSCALL_WORD = 4, /* 32-bit x86 calls the kernel by way of it */
	CANARY_WORD = 5,  /* x86 reads it behind the thread pointer */
};

static union thread own;

/* A word of the random bytes that the kernel gives each program, or 0. */
static uintptr_t find_random(char **environment)
{
	char **end = environment;
	const uintptr_t *aux;

	while (*end)
		end++;
	for (aux = (const uintptr_t *)(end + 1); aux[0]; aux += 2)
		if (aux[0] == AUX_RANDOM)
			return *(const uintptr_t *)aux[1];
	return 0;
}

static uintptr_t *pointer_of(union thread *thread)
{
	return (uintptr_t *)(void *)(thread->bytes + THREAD_BYTES);
}

void thread_copy(union thread *thread)
{
	*thread = own;
}

__attribute__((no_stack_protector)) void thread_enter(union thread *thread)
{
	uintptr_t *pointer = pointer_of(thread);

	/* x86's ABI: the thread pointer points at itself. */
	*pointer = (uintptr_t)pointer;
	if (IS_ENABLED(__i386__))
		pointer[SYSCALL_WORD] = __sysinfo;
	__set_thread_area(pointer);
}

/* Called by musl's crt1.o. Has no canary: it is the one that sets it. */
__attribute__((no_stack_protector)) int
__libc_start_main(int (*program)(int, char **, char **), int argc, char **argv)
{
	__environ = argv + argc + 1;
	thread_enter(&own);
	if (IS_ENABLED(CONFIG_STACK_PROTECTOR)) {
		__stack_chk_guard = find_random(__environ);
		pointer_of(&own)[CANARY_WORD] = __stack_chk_guard;
	}
	_exit(program(argc, argv, __environ));
}
