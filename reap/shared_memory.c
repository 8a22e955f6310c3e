#include "reap.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* 32-bit machines count the offset, which is 0 here, in pages. */
#ifdef SYS_mmap2
#define MMAP SYS_mmap2
#else
#define MMAP SYS_mmap
#endif

/* libc's mmap(2) is larger; the installed library is not that small, and there
 * tools that watch a program's memory have to see this. */
void *reap_shared_memory(size_t size)
{
	if (IS_ENABLED(CONFIG_REAP_HOSTED)) {
		void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		return memory == MAP_FAILED ? NULL : memory;
	}
	long address = syscall(MMAP, NULL, size, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return address == -1 ? NULL : (void *)address;
}
