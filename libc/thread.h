/* A thread pointer of one's own, for a child that shares the memory. */
#ifndef LIBC_THREAD_H
#define LIBC_THREAD_H

enum {
	/* More than musl's struct pthread, which lies behind the thread
	 * pointer on x86 and before it on ARM and RISC-V: both sides have
	 * room, so its size and place need not be known here. */
	THREAD_BYTES = 256,
};

/* What lies behind a thread pointer: errno, and on x86 the canary. */
union thread {
	char bytes[2 * THREAD_BYTES];
	unsigned long self; /* aligns */
} __attribute__((aligned(64)));

/* Makes *thread a copy of the program's own; the caller's is not changed. */
void thread_copy(union thread *thread);

/* From now on the calling task's errno lies in *thread. */
void thread_enter(union thread *thread);

#endif
