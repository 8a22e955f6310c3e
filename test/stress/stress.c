/*
 * libreap under load, in a pid namespace of its own or as a subreaper:
 *   stress cycles N       N spawns, each taken to its end
 *   stress alive COUNT N  COUNT children alive, and N more that end, then N
 *                         orphans: microseconds of each. waitid(P_ALL), which
 *                         orphans need, walks all children in the kernel; a
 *                         descriptor does not.
 *   stress cost N         what an event costs with 10 and with 1,000 alive,
 * with and without descriptors, N each, in turns: a tenth of them were faster
 * Prints one line; exits 1 when a descriptor, memory or a child is left.
 */
#include "reap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 2000, MORE_PAGES = 64 };

static struct reap_child children[MOST];
/* Of children, all in one piece; without it each spawn makes its own. */
static struct reap_report *reports;

static long pages(void)
{
	long size, resident = -1;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = -1;
	if (file)
		fclose(file);
	return resident;
}

static int open_count(void)
{
	int count = 0;

	for (int i = 0; i < 4096; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void *shared(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

/* A program of its own that ends at once; or says on told that it waits. */
static void spawn(struct reap_child *child, int told)
{
	char *const argv[] = {(char *)"true", told < 0 ? NULL : (char *)"wait",
			      NULL};
	static char *const envp[] = {NULL};
	const int fds[] = {0, 1, 2, told};
	const struct reap_spec spec = {
		.path = getenv("TRUE"),
		.argv = argv,
		.envp = envp,
		.fds = fds,
		.fds_count = 4,
		.cgroup = -1,
		.report = reports ? &reports[child - children] : NULL,
	};

	int error = reap_spawn(child, &spec);
	if (error) {
		printf("spawn: %s\n", strerror(-error));
		exit(1);
	}
}

/* One that waits already. */
static void spawn_quiet(struct reap_child *child)
{
	char byte;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		exit(1);
	spawn(child, ends[1]);
	close(ends[1]);
	while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ends[0]);
}

static void yield(struct reap_child *child)
{
	struct reap_record record;
	struct pollfd fd = {child->fd, POLLIN, 0};

	while (poll(&fd, 1, 60000) < 0 && errno == EINTR)
		;
	if (reap_yield(child, &record) || record.end != REAP_EXITED ||
	    record.status) {
		puts("a record is wrong");
		exit(1);
	}
}

static void cycles(long count)
{
	for (long i = 0; i < count; i++) {
		struct reap_child child;

		spawn(&child, -1);
		yield(&child);
	}
}

/* The child leaves an orphan, and both come by the collector. */
static void one_orphan(void)
{
	struct reap_child child;
	struct reap_record record;
	int result, left = 2;
	pid_t pid = reap_fork(&child);

	if (!pid)
		_exit(fork() < 0);
	if (pid < 0) {
		puts("fork");
		exit(1);
	}
	while (left && (result = reap_collect(&record)) >= 0) {
		left -= result;
		if (!result)
			poll(&(struct pollfd){child.fd, POLLIN, 0}, 1, 1);
	}
	if (left) {
		puts("an exit was lost");
		exit(1);
	}
	reap_close(&child);
}

static void alive(int living, long count)
{
	for (int i = 0; i < living; i++)
		spawn_quiet(&children[i]);
	double start = now_us();
	cycles(count);
	double middle = now_us();
	for (long i = 0; i < count; i++)
		one_orphan();
	printf("%d alive: %.1f us a child, %.1f us an orphan and its parent; ",
	       living, (middle - start) / (double)count,
	       (now_us() - middle) / (double)count);
	for (int i = 0; i < living; i++) {
		struct reap_record record;

		reap_kill(&children[i], SIGKILL);
		poll(&(struct pollfd){children[i].fd, POLLIN, 0}, 1, 60000);
		if (reap_yield(&children[i], &record) ||
		    record.status != SIGKILL) {
			puts("a child was lost");
			exit(1);
		}
	}
}

static int settled;
static pid_t pids[MOST];

/* Starts or ends children that wait until there are so many; closed: all stay
 * this process's, without a descriptor. */
static void settle(int living, bool closed)
{
	for (; settled < living; settled++) {
		spawn_quiet(&children[settled]);
		pids[settled] = children[settled].pid;
	}
	for (int i = 0; closed && i < settled; i++)
		reap_close(&children[i]);
	while (settled > living) {
		struct reap_child *child = &children[--settled];

		kill(pids[settled], SIGKILL);
		reap_close(child);
		if (waitpid(pids[settled], NULL, 0) != pids[settled]) {
			puts("a child was lost");
			exit(1);
		}
	}
}

static int by_size(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

enum by { BY_DESCRIPTOR, BY_COLLECTOR, BY_PID };

static const struct kind {
	const char *name;
	enum by by;
	bool whole;
} kinds[] = {
	{"yield", BY_DESCRIPTOR, false},
	{"collect by pid", BY_PID, false},
	{"collect", BY_COLLECTOR, false},
	{"start to yield", BY_DESCRIPTOR, true},
	{"start to collect by pid", BY_PID, true},
	{"start to collect", BY_COLLECTOR, true},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static int take(const struct kind *kind, struct reap_child *child,
		struct reap_record *record)
{
	switch (kind->by) {
	case BY_DESCRIPTOR:
		return reap_yield(child, record);
	case BY_PID:
		return reap_collect_pid(child->pid, record) != 1;
	default:
		return reap_collect(record) != 1;
	}
}

/* Whatever lives, a call finds nothing of its own in the caches nearby: else it
 * is what 1,000 others left of them that is measured. */
static void empty_caches(void)
{
	enum { BYTES = 4 << 20 };
	static volatile char *memory;

	/* Shared: of its own, each fork would have it copied. */
	if (!memory)
		memory = shared(BYTES);
	for (size_t i = 0; i < BYTES; i += 64)
		memory[i]++;
}

/* Microseconds from the end of a child, which it waits for before, to its
 * record; or (whole) from its start on, with an exec. */
static double one_event(const struct kind *kind)
{
	struct reap_child *child = &children[MOST - 1];
	struct reap_record record;
	double start = now_us();

	if (kind->whole)
		spawn(child, -1);
	else if (!reap_fork(child))
		_exit(0);
	pid_t pid = child->pid;
	while (poll(&(struct pollfd){child->fd, POLLIN, 0}, 1, 60000) < 0 &&
	       errno == EINTR)
		;
	if (!kind->whole) {
		empty_caches();
		start = now_us();
	}
	int result = take(kind, child, &record);
	double took = now_us() - start;
	if (result || record.pid != pid) {
		puts("a record is wrong");
		exit(1);
	}
	reap_close(child);
	return took;
}

enum {
	EVENTS_MAX = 20000,
	TURNS = 5,
	SHORT_TURNS = 3,
	LIVES = 3,
};

/* What else lives. */
static const struct {
	const char *name;
	int count;
	bool closed;
} lives[LIVES] = {
	{"10", 10, false},
	{"1,000", 1000, false},
	{"1,000 whose descriptor was closed", 1000, true},
};

static double (*times)[LIVES][EVENTS_MAX];

/* In turns, so that a load that comes and goes meets all; one kind after the
 * other, as what one leaves in the caches is not the next one's. */
static void measure(int turns, int each)
{
	for (int turn = 0; turn < turns; turn++, settle(0, false))
		for (int life = 0; life < LIVES; life++) {
			settle(lives[life].count, lives[life].closed);
			for (int kind = 0; kind < KINDS; kind++)
				for (int i = 0; i < each; i++)
					times[kind][life][turn * each + i] =
						one_event(&kinds[kind]);
		}
}

/* What a tenth of a turn's events took less than: the rest had company. */
static double tenth(int kind, int life, int turn, int each)
{
	double *own = times[kind][life] + turn * each;

	qsort(own, (size_t)each, sizeof(*own), by_size);
	return own[each / 10];
}

/*
 * The end of a child that has a pidfd, or whose pid is known, takes the same
 * time whatever else lives, and so does a start where the others' descriptors
 * are closed. The rest is told: waitid(P_ALL), which orphans need, walks over
 * all children in the kernel, a fork copies the table of descriptors, and the
 * pipe tier's handler makes a system call for each child that has one. Each
 * turn is compared with itself, and the best but one in five counts: what grows
 * does so in every turn, and what else the machine does spoils some.
 */
static bool cost(int count)
{
	const char *tier = getenv("REAP_TIER");
	bool piped = tier && !strcmp(tier, "pipe");
	int turns = count < 1000 ? SHORT_TURNS : TURNS;
	int each = (count < EVENTS_MAX ? count : EVENTS_MAX) / turns;
	bool fine = true;

	/* Whether a child starts on its parent's processor is the scheduler's
	 * whim, and doubles the time. */
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
	reports = reap_shared_memory(MOST * sizeof(*reports));
	measure(turns, each);
	for (int kind = 0; kind < KINDS; kind++) {
		printf("\n  %s:", kinds[kind].name);
		for (int life = 0; life < LIVES; life++) {
			double few[TURNS], own[TURNS], ratios[TURNS];
			for (int turn = 0; turn < turns; turn++) {
				few[turn] = tenth(kind, 0, turn, each);
				own[turn] = tenth(kind, life, turn, each);
				ratios[turn] = own[turn] / few[turn];
			}
			qsort(own, (size_t)turns, sizeof(*own), by_size);
			qsort(ratios, (size_t)turns, sizeof(*ratios), by_size);
			double ratio = ratios[turns / TURNS];
			printf(" %.2f us with %s (%.2f);", own[turns / 2],
			       lives[life].name, ratio);
			if (kinds[kind].by != BY_COLLECTOR &&
			    (lives[life].closed ||
			     !(piped || kinds[kind].whole)))
				fine = fine && ratio < 1.2;
		}
	}
	printf("\n  ");
	return fine;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	cycles(10);
	/* Memory that is this program's own, before it is counted. */
	times = shared(KINDS * sizeof(*times));
	memset(times, 1, KINDS * sizeof(*times));
	empty_caches();
	int before = open_count();
	long memory = pages();
	double start = now_us();
	bool fine = true;

	if (!strcmp(argv[1], "cycles"))
		cycles(atol(argv[2]));
	else if (!strcmp(argv[1], "cost"))
		fine = cost(atoi(argv[2]));
	else
		alive(atoi(argv[2]), atol(argv[3]));
	long more = pages() - memory;
	printf("%.1f s; descriptors %d to %d, pages %+ld\n",
	       (now_us() - start) / 1e6, before, open_count(), more);
	return !fine || before != open_count() || more > MORE_PAGES ||
	       waitpid(-1, NULL, WNOHANG) != -1;
}
