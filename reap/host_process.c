#include "host.h"
#include "system.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A word that any fork's child finds zero (MADV_WIPEONFORK, Linux 4.14), also
 * of a fork that is not libc's, and gives the next number. Where the kernel
 * does not wipe it, it is never zero again, and the pid alone tells.
 */
static atomic_uint unwiped;
static _Atomic(atomic_uint *) word;

enum { PID_BITS = 22 }; /* PID_MAX_LIMIT of the kernel is 1 << 22 */

static atomic_uint *make_word(void)
{
	void *page = mmap(NULL, sizeof(unwiped), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return &unwiped;
	if (!madvise(page, sizeof(unwiped), MADV_WIPEONFORK))
		return page;
	unmap_memory(page, sizeof(unwiped));
	return &unwiped;
}

void host_process_begin(void)
{
	atomic_uint *none = NULL;

	if (word)
		return;
	atomic_uint *made = make_word();
	if (!atomic_compare_exchange_strong(&word, &none, made) &&
	    made != &unwiped)
		unmap_memory(made, sizeof(*made));
}

unsigned host_process(void)
{
	static atomic_uint last;
	unsigned number = word ? *word : 0;

	if (word && !number) {
		unsigned next = ++last;

		if (atomic_compare_exchange_strong(word, &number, next))
			number = next;
	}
	return number << PID_BITS | (unsigned)getpid();
}
