#include "host.h"
#include "record.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A pipe for each child, written by the handler of SIGCHLD. It only says
 * "ended": the handler looks (WNOWAIT) and never reaps, so a pid stays the
 * child's until its owner yields the record, and a kill hits nobody else.
 *
 * No lock: a slot's word holds its state and a generation, and who changes it
 * from one state to the next owns what follows. A loser has nothing to wait
 * for. The handler may run at any instruction, in several threads at once; all
 * that it reads is valid from the program's first instruction on.
 */
enum state {
	FREE,
	RESERVED, /* by a spawn under way */
	RUNNING,
	WRITING,  /* a handler writes */
	GIVEN_UP, /* released while it wrote: the handler frees it */
	ENDED,
	CLOSING,
	STATES_END,
};

enum {
	/* Few in tests that take all: each fork copies the descriptors. */
	SLOTS = IS_ENABLED(CONFIG_REAP_FEW_SLOTS) ? 64 : 4096,
	GENERATION = 8
};
_Static_assert((int)STATES_END <= (int)GENERATION, "states fit below");

static struct slot {
	atomic_uint word;
	_Atomic pid_t pid;
	atomic_int read_end, write_end; /* and 1 more: 0 is none */
	ino_t inode;                    /* of both; 0: not known */
} slots[SLOTS];

/* Above the last slot ever used: what the handler looks through. */
static atomic_uint used;

/* Whose children these are. A child of a fork inherits handler and pipes: to
 * it all of them would look ended, and it would write that. */
static _Atomic pid_t owner;

static bool change(struct slot *slot, unsigned word, enum state next)
{
	return atomic_compare_exchange_strong(
		&slot->word, &word, word / GENERATION * GENERATION + next);
}

/* Forgotten before it is closed: should another thread fork in between, its
 * child does not close what has this number by then. */
static void close_end(atomic_int *end)
{
	int descriptor = atomic_exchange(end, 0) - 1;

	if (descriptor >= 0)
		close_file(descriptor);
}

/* A free slot of the next generation, for whoever still holds the old word. */
static void free_slot(struct slot *slot)
{
	close_end(&slot->read_end);
	close_end(&slot->write_end);
	atomic_store(&slot->word,
		     (slot->word / GENERATION + 1) * GENERATION + FREE);
}

/* ECHILD counts as ended: reaped by others, and the owner has to hear of it.
 * waitid(2) with these arguments has no other error. A filter may have one:
 * then no look will ever find the end, so the owner is told now, and
 * reap_yield gives it the filter's errno, where silence would be a hang. */
static bool has_ended(pid_t pid)
{
	siginfo_t info;

	if (record_look(P_PID, pid, &info))
		return true;
	/* A traced child is reported when it stops, too. */
	return info.si_pid && info.si_code <= CLD_DUMPED;
}

static void look_at(struct slot *slot)
{
	unsigned word = slot->word;

	if (word % GENERATION != RUNNING || !has_ended(slot->pid) ||
	    !change(slot, word, WRITING))
		return;
	/* Its first byte: never full, and it has a reader, its own end. The
	 * kernel may lack a page for it: then the end of the pipe says it. */
	if (write_file(slot->write_end - 1, "", 1) != 1)
		close_end(&slot->write_end);
	if (!change(slot, word / GENERATION * GENERATION + WRITING, ENDED))
		free_slot(slot);
}

void reap_notice(void)
{
	int before = errno;
	unsigned count = owner == getpid() ? used : 0;

	for (unsigned i = 0; i < count; i++)
		look_at(&slots[i]);
	errno = before;
}

/* Written before the handler is set, and never again. */
static struct sigaction previous;

/* What of it goes on to hold: whether calls are taken up again, and whether the
 * kernel reaps by itself, since such a host waits for none of its children. */
static int kept_flags(void)
{
	if (previous.sa_handler == SIG_IGN)
		return SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT;
	if (previous.sa_handler == SIG_DFL)
		return SA_RESTART | SA_NOCLDSTOP |
		       (previous.sa_flags & SA_NOCLDWAIT);
	return previous.sa_flags & (SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT);
}

static void on_sigchld(int number, siginfo_t *info, void *context)
{
	reap_notice();
	if (previous.sa_flags & SA_SIGINFO)
		previous.sa_sigaction(number, info, context);
	else if (previous.sa_handler != SIG_DFL &&
		 previous.sa_handler != SIG_IGN)
		previous.sa_handler(number);
}

/*
 * Neither sigaction(2) can fail: EINVAL and EFAULT are of the arguments.
 *
 * Once. A thread that comes while another is at it goes on at once: what ends
 * before the handler is set is found by the look after it.
 */
static void set_handler(void)
{
	static atomic_bool begun;
	struct sigaction ours = {.sa_sigaction = on_sigchld};

	if (atomic_exchange(&begun, true))
		return;
	sigaction(SIGCHLD, NULL, &previous);
	sigfillset(&ours.sa_mask);
	ours.sa_flags = SA_SIGINFO | SA_ONSTACK | kept_flags();
	sigaction(SIGCHLD, &ours, NULL);
	reap_notice();
}

/* In the child of any fork of libc's. */
static void forget(void)
{
	for (unsigned i = 0; i < used; i++)
		if (slots[i].word % GENERATION != FREE)
			free_slot(&slots[i]);
	owner = 0;
}

/* False where libc has no memory for the handler: without it the child of a
 * fork would keep what is the parent's. */
static bool own(void)
{
	static atomic_bool registered;

	/* By two threads at once: twice, which does no harm. A fork by the one
	 * that did not wait for the other would. */
	if (!registered && pthread_atfork(NULL, NULL, forget))
		return false;
	registered = true;
	owner = getpid();
	return true;
}

int pipe_reserve(unsigned *number)
{
	int ends[2];
	struct stat info;

	if (!own())
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	ends[0] = above_standard(ends[0]);
	ends[1] = above_standard(ends[1]);
	ino_t inode = fstat(ends[0], &info) ? 0 : info.st_ino;
	for (unsigned i = 0; i < SLOTS; i++) {
		unsigned word = slots[i].word;

		if (word % GENERATION != FREE ||
		    !change(&slots[i], word, RESERVED))
			continue;
		slots[i].read_end = ends[0] + 1;
		slots[i].write_end = ends[1] + 1;
		slots[i].inode = inode;
		unsigned top = used;
		while (top < i + 1 &&
		       !atomic_compare_exchange_weak(&used, &top, i + 1))
			;
		*number = i + 1;
		return 0;
	}
	close_file(ends[0]);
	close_file(ends[1]);
	return -EMFILE;
}

/* A child that ended before this has had its signal: so look. Where that finds
 * its end nobody needs a handler. What ends between the look and the handler is
 * found by the look that follows the handler's setting. */
int pipe_arm(unsigned number, pid_t pid)
{
	struct slot *slot = &slots[number - 1];
	int descriptor = slot->read_end - 1;

	slot->pid = pid;
	change(slot, slot->word, RUNNING);
	look_at(slot);
	if (slot->word % GENERATION == RUNNING)
		set_handler();
	return descriptor;
}

bool pipe_is_of(const struct reap_child *child)
{
	const struct slot *slot = &slots[child->slot - 1];
	struct stat info;

	if (slot->pid != child->pid)
		return false;
	if (fstat(child->fd, &info))
		return errno != EBADF;
	return S_ISFIFO(info.st_mode) &&
	       (!slot->inode || info.st_ino == slot->inode);
}

void pipe_release(unsigned number)
{
	struct slot *slot = &slots[number - 1];

	for (;;) {
		unsigned word = slot->word;
		bool writes = word % GENERATION == WRITING;

		if (!change(slot, word, writes ? GIVEN_UP : CLOSING))
			continue;
		if (!writes)
			free_slot(slot);
		return;
	}
}
