#include "host.h"
#include "record.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <ucontext.h>
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
	UNSEEN, /* told so, as no look at it is allowed */
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
	ino_t inode;                    /* of both; 0: not known. Set first */
} slots[SLOTS];

static const uint64_t broken_pipe = UINT64_C(1) << (SIGPIPE - 1);

/* Above the last slot ever used: what the handler looks through. */
static atomic_uint used;

/* Whose children these are. A child of a fork inherits handler and pipes: to
 * it all of them would look ended, and it would write that. */
static atomic_uint owner;

static bool change(struct slot *slot, unsigned word, enum state next)
{
	return atomic_compare_exchange_strong(
		&slot->word, &word, word / GENERATION * GENERATION + next);
}

/* The program may have closed all that it did not open, and these numbers be
 * its own by now. */
static bool is_end(const struct slot *slot, int descriptor)
{
	struct stat info;

	if (fstat(descriptor, &info))
		return errno != EBADF;
	return S_ISFIFO(info.st_mode) &&
	       (!slot->inode || info.st_ino == slot->inode);
}

/* Forgotten before it is closed: should another thread fork in between, its
 * child does not close what has this number by then. */
static void close_end(const struct slot *slot, atomic_int *end)
{
	int descriptor = atomic_exchange(end, 0) - 1;

	if (descriptor >= 0 && is_end(slot, descriptor))
		close_file(descriptor);
}

/* A free slot of the next generation, for whoever still holds the old word. */
static void free_slot(struct slot *slot)
{
	close_end(slot, &slot->read_end);
	close_end(slot, &slot->write_end);
	atomic_store(&slot->word,
		     (slot->word / GENERATION + 1) * GENERATION + FREE);
}

/* ECHILD counts as ended: reaped by others, and the owner has to hear of it.
 * waitid(2) with these arguments has no other error. A filter may have one:
 * then no look will ever find the end, so the owner is told now, and
 * reap_yield gives it the filter's errno, where silence would be a hang. */
static enum state state_of(pid_t pid)
{
	siginfo_t info;
	int error = record_look(P_PID, pid, &info);

	if (error)
		return error == -ECHILD ? ENDED : UNSEEN;
	/* A traced child is reported when it stops, too. */
	return info.si_pid && info.si_code <= CLD_DUMPED ? ENDED : RUNNING;
}

static bool has_broken_pipe(void)
{
	uint64_t pending = 0;

	syscall(SYS_rt_sigpending, &pending, sizeof(pending));
	return pending & broken_pipe;
}

/* Its first byte: never full. The kernel may lack a page for it, or the program
 * have closed the other end: that kills by SIGPIPE, which is this thread's, so
 * it is taken back before anything else can see it; but not where the program
 * has kept one of its own waiting. */
static bool write_byte(const struct slot *slot)
{
	static const struct timespec no_time;
	int descriptor = slot->write_end - 1;

	if (!is_end(slot, descriptor))
		return false;
	uint64_t before = host_block_signals();
	bool is_kept = has_broken_pipe();
	bool is_written = write_file(descriptor, "", 1) == 1;
	if (!is_written && errno == EPIPE && !is_kept)
		syscall(SYS_rt_sigtimedwait, &broken_pipe, NULL, &no_time,
			sizeof(broken_pipe));
	host_restore_signals(before);
	return is_written;
}

static void look_at(struct slot *slot)
{
	unsigned word = slot->word;

	if (word % GENERATION != RUNNING)
		return;
	enum state state = state_of(slot->pid);
	if (state == RUNNING || !change(slot, word, WRITING))
		return;
	/* The end of the pipe says it as well. */
	if (!write_byte(slot))
		close_end(slot, &slot->write_end);
	if (!change(slot, word / GENERATION * GENERATION + WRITING, state))
		free_slot(slot);
}

void reap_notice(void)
{
	int before = errno;
	unsigned count = owner == host_process() ? used : 0;

	for (unsigned i = 0; i < count; i++)
		look_at(&slots[i]);
	errno = before;
}

/* Written before the handler is set, and never again. */
static struct sigaction previous;

static bool previous_is_handler(void)
{
	return previous.sa_flags & SA_SIGINFO ||
	       (previous.sa_handler != SIG_DFL &&
		previous.sa_handler != SIG_IGN);
}

/* What of it goes on to hold: whether calls are taken up again, which stack it
 * runs on, and whether the kernel reaps by itself, since such a host waits for
 * none of its children. */
static int kept_flags(void)
{
	const int own = SA_RESTART | SA_NOCLDSTOP | SA_ONSTACK;

	if (previous_is_handler())
		return previous.sa_flags & (own | SA_NOCLDWAIT);
	return own | (previous.sa_handler == SIG_IGN
			      ? SA_NOCLDWAIT
			      : previous.sa_flags & SA_NOCLDWAIT);
}

/* What the kernel would have blocked: a fault in a handler with SIGSEGV blocked
 * ends the program. The kernel's sets are the first bytes of libc's. */
static void mask_as_previous(const ucontext_t *interrupted)
{
	uint64_t before, more;

	memcpy(&before, &interrupted->uc_sigmask, sizeof(before));
	memcpy(&more, &previous.sa_mask, sizeof(more));
	if (!(previous.sa_flags & SA_NODEFER))
		more |= UINT64_C(1) << (SIGCHLD - 1);
	host_restore_signals(before | more);
}

static void on_sigchld(int number, siginfo_t *info, void *context)
{
	static atomic_bool is_spent;

	reap_notice();
	/* The kernel takes it away at the first signal (SA_RESETHAND). */
	if (!previous_is_handler() ||
	    ((unsigned)previous.sa_flags & SA_RESETHAND &&
	     atomic_exchange(&is_spent, true)))
		return;
	mask_as_previous(context);
	if (previous.sa_flags & SA_SIGINFO)
		previous.sa_sigaction(number, info, context);
	else
		previous.sa_handler(number);
}

static atomic_bool has_begun, is_set;

/*
 * Neither sigaction(2) can fail: EINVAL and EFAULT are of the arguments.
 *
 * Once. A thread that comes while another is at it goes on at once: what ends
 * before the handler is set is found by the look after it.
 *
 * Its mask has libc's own signals too, which sigfillset(3) leaves out: one of
 * them cancels a thread, and with it what its handler had begun.
 */
static void set_handler(void)
{
	struct sigaction old, ours = {.sa_sigaction = on_sigchld};

	if (atomic_exchange(&has_begun, true))
		return;
	sigaction(SIGCHLD, NULL, &old);
	/* It is where a fork came between it and the word that says so. */
	if (old.sa_sigaction != on_sigchld) {
		previous = old;
		memset(&ours.sa_mask, 0xff, sizeof(ours.sa_mask));
		ours.sa_flags = SA_SIGINFO | kept_flags();
		sigaction(SIGCHLD, &ours, NULL);
	}
	is_set = true;
	reap_notice();
}

/* In the child of any fork of libc's. */
static void forget(void)
{
	for (unsigned i = 0; i < used; i++)
		if (slots[i].word % GENERATION != FREE)
			free_slot(&slots[i]);
	/* Begun by a thread that this process does not have. */
	has_begun = is_set;
	owner = 0;
}

/* In the child of a fork that takes all handlers away: the next child of its
 * own needs one. */
void pipe_lose_handler(void)
{
	is_set = false;
	has_begun = false;
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
	/* A fork that is not libc's has called no handler (clone(2), _Fork(3)).
	 */
	if (owner && owner != host_process())
		forget();
	owner = host_process();
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
		unsigned word = slots[i].word, top = used;

		if (word % GENERATION != FREE)
			continue;
		/* Before it is taken: a fork in between forgets those below. */
		while (top < i + 1 &&
		       !atomic_compare_exchange_weak(&used, &top, i + 1))
			;
		if (!change(&slots[i], word, RESERVED))
			continue;
		slots[i].inode = inode;
		slots[i].read_end = ends[0] + 1;
		slots[i].write_end = ends[1] + 1;
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

	return slot->pid == child->pid && is_end(slot, child->fd);
}

bool pipe_has_ended(const struct reap_child *child)
{
	return slots[child->slot - 1].word % GENERATION == ENDED;
}

void pipe_leave(unsigned number)
{
	if (!number)
		return;
	close_file(slots[number - 1].read_end - 1);
	close_file(slots[number - 1].write_end - 1);
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
