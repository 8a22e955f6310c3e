/*
 * What the services of the low-memory tests do, one word each:
 *
 *	ends NAME MS [CODE]  says that it started, ends after MS
 *	hog                  takes memory as fast as it can
 *	slow KIB             takes KIB a second
 *	bomb                 forks for ever, and so does each child
 *	leave                a bomb whose first process ends after a second
 *	zombies N MS         has N children that end, waits for none, ends
 *	probe                times a shell command twice a second
 *	refuse MS FOR        after MS, makes the kernel refuse every fork: for
 *	                     FOR ms with EAGAIN, for as long with ENOMEM
 *	trouble SEED S       kills a service of class "ends" now and then, for S
 *	pulse hog|bomb       rests 3 s, is one for 3 s, ends
 *	enter N              times N children into a cgroup, by each way
 *	watch S KIB          says for S when PSI and memory.events tell, and
 *	                     when KIB are available again
 *	after MS COMMAND     looks at PID 1, then runs COMMAND
 *
 * A line on standard output begins with "@ NAME", and the time since boot.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STEP = 64 * 1024, PAGE = 4096 };

static unsigned now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (unsigned)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static void rest_ms(unsigned ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void tell(const char *name, const char *what, unsigned value)
{
	char line[128];
	int length = snprintf(line, sizeof(line), "@ %s %u %s %u\n", name,
			      now_ms(), what, value);

	if (write(1, line, (size_t)length) < 0)
		_exit(3);
}

static void take(unsigned bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		rest_ms(10);
		return;
	}
	for (unsigned i = 0; i < bytes; i += PAGE)
		memory[i] = 1;
}

static int ends(char **argv)
{
	tell(argv[0], "start", (unsigned)getpid());
	rest_ms((unsigned)atoi(argv[1]));
	return argv[2] ? atoi(argv[2]) : 0;
}

/* Takes KIB, and ends after MS with all of it. */
static int hold(char **argv)
{
	take((unsigned)atoi(argv[1]) * 1024);
	tell(argv[0], "start", (unsigned)getpid());
	rest_ms((unsigned)atoi(argv[2]));
	tell(argv[0], "end", (unsigned)getpid());
	return 0;
}

static _Noreturn int hog(char **argv)
{
	(void)argv;
	tell("hog", "start", 0);
	for (;;)
		take(STEP);
}

static _Noreturn int slow(char **argv)
{
	unsigned kib = (unsigned)atoi(argv[0]);

	tell("slow", "start", kib);
	for (;;) {
		take(kib * 1024 / 10);
		rest_ms(100);
	}
}

static _Noreturn int bomb(char **argv)
{
	(void)argv;
	tell("bomb", "start", 0);
	for (;;)
		fork();
}

static int leave(char **argv)
{
	(void)argv;
	tell("leave", "start", 0);
	if (!fork())
		for (;;)
			fork();
	rest_ms(1000);
	return 0;
}

static int zombies(char **argv)
{
	int wanted = atoi(argv[0]);
	unsigned made = 0;

	for (int i = 0; i < wanted; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		made += pid > 0;
	}
	tell("zombies", "made", made);
	rest_ms((unsigned)atoi(argv[1]));
	tell("zombies", "end", made);
	return 0;
}

static int probe(char **argv)
{
	unsigned worst = 0, failed = 0;

	(void)argv;
	for (unsigned n = 1;; n++) {
		unsigned before = now_ms();
		pid_t pid = fork();
		int status = -1;

		if (!pid) {
			execl("/bin/sh", "sh", "-c", "/bin/true; :", NULL);
			_exit(126);
		}
		if (pid > 0)
			waitpid(pid, &status, 0);
		failed += status != 0;
		if (now_ms() - before > worst)
			worst = now_ms() - before;
		if (n % 4 == 0) {
			tell("probe", "worst", worst);
			tell("probe", "failed", failed);
			tell("probe", "done", n);
		}
		rest_ms(500);
	}
}

static unsigned number_in(const char *path, const char *key)
{
	char text[4096];
	int file = open(path, O_RDONLY);
	ssize_t length = file < 0 ? 0 : read(file, text, sizeof(text) - 1);

	close(file);
	text[length > 0 ? length : 0] = '\0';
	const char *found = strstr(text, key);
	return found ? (unsigned)strtoul(found + strlen(key), NULL, 10) : 0;
}

/* CPU time of PID 1 in ticks of 10 ms: fields 14 and 15 of its stat. */
static unsigned ticks(void)
{
	char text[512] = "";
	unsigned user = 0, kernel = 0;
	int file = open("/proc/1/stat", O_RDONLY);

	if (file >= 0 && read(file, text, sizeof(text) - 1) > 0)
		sscanf(text,
		       "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		       "%u %u",
		       &user, &kernel);
	close(file);
	return user + kernel;
}

/* Those of running children, and what PID 1 has open for one call, come and go:
 * what it has in each of five looks is counted, and named. */
static unsigned descriptors(void)
{
	enum { MOST = 64, LOOKS = 5 };
	char targets[MOST][48];
	unsigned seen[MOST] = {0}, count = 0;

	for (unsigned look = 0; look < LOOKS; look++) {
		for (unsigned i = 0; i < MOST; i++) {
			char path[32], target[48] = "";

			snprintf(path, sizeof(path), "/proc/1/fd/%u", i);
			if (readlink(path, target, sizeof(target) - 1) <= 0 ||
			    strstr(target, "pidfd"))
				continue;
			if (seen[i] && !strcmp(target, targets[i]))
				seen[i]++;
			else
				seen[i] = 1;
			strcpy(targets[i], target);
		}
		rest_ms(100);
	}
	for (unsigned i = 0; i < MOST; i++)
		if (seen[i] == LOOKS) {
			tell("open", targets[i], i);
			count++;
		} else if (seen[i]) {
			tell("passing", targets[i], i);
		}
	return count;
}

static void look_at_init(void)
{
	/* Not of its status, which lags behind. */
	tell("init", "rss_kib", number_in("/proc/1/smaps_rollup", "Rss:"));
	tell("init", "anonymous_kib",
	     number_in("/proc/1/smaps_rollup", "Anonymous:"));
	tell("init", "descriptors", descriptors());
	tell("init", "cpu_ms", ticks() * 10);
	tell("init", "oom_kills", number_in("/proc/vmstat", "oom_kill "));
	tell("init", "available_kib",
	     number_in("/proc/meminfo", "MemAvailable:"));
}

/* Processes that run "guest ends": their pids, at most so many. */
static unsigned find_services(pid_t *found, unsigned most)
{
	unsigned count = 0;
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)) && count < most) {
		char path[32], text[64] = "";

		if (*entry->d_name < '1' || *entry->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%.10s/cmdline",
			 entry->d_name);
		int file = open(path, O_RDONLY);
		if (file < 0)
			continue;
		if (read(file, text, sizeof(text) - 1) > 12 &&
		    !strcmp(text + strlen(text) + 1, "ends"))
			found[count++] = (pid_t)atoi(entry->d_name);
		close(file);
	}
	if (proc)
		closedir(proc);
	return count;
}

static int trouble(char **argv)
{
	unsigned seed = (unsigned)atoi(argv[0]);
	unsigned end = now_ms() + (unsigned)atoi(argv[1]) * 1000;
	unsigned kills = 0;
	pid_t pids[16];

	while (now_ms() < end) {
		unsigned count = find_services(pids, 16);

		seed = seed * 1103515245 + 12345;
		if (count && !kill(pids[(seed >> 8) % count], SIGKILL))
			kills++;
		rest_ms(300 + (seed >> 16) % 700);
	}
	tell("trouble", "kills", kills);
	return 0;
}

static int pulse(char **argv)
{
	bool is_bomb = !strcmp(argv[0], "bomb");
	pid_t first = getpid();

	rest_ms(3000);
	tell(argv[0], "start", (unsigned)first);
	for (unsigned end = now_ms() + 3000; now_ms() < end;) {
		if (is_bomb)
			fork();
		else
			take(STEP);
	}
	return 0;
}

static int after(char **argv)
{
	look_at_init();
	rest_ms((unsigned)atoi(argv[0]));
	look_at_init();
	pid_t pids[16];
	tell("alive", "services", find_services(pids, 16));
	tell("after", "end", 0);
	execvp(argv[1], argv + 1);
	return 1;
}

static void put(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	if (write(file, text, strlen(text)) < 0)
		tell("refuse", "failed", 0);
	close(file);
}

/* The smallest threads-max that there can be; and a limit on committed memory
 * that is passed already. */
static int refuse(char **argv)
{
	static const char threads[] = "/proc/sys/kernel/threads-max";
	static const char commit[] = "/proc/sys/vm/overcommit_memory";
	unsigned span = (unsigned)atoi(argv[1]);
	char before[16];
	int file = open(threads, O_RDONLY);
	ssize_t length = read(file, before, sizeof(before) - 1);

	close(file);
	before[length > 0 ? length : 0] = '\0';
	rest_ms((unsigned)atoi(argv[0]));
	put(threads, "20");
	tell("refuse", "cpu_ms", ticks() * 10);
	tell("refuse", "eagain", 0);
	rest_ms(span);
	put("/proc/sys/vm/overcommit_kbytes", "4");
	put(commit, "2");
	put(threads, before);
	tell("refuse", "cpu_ms", ticks() * 10);
	tell("refuse", "enomem", 0);
	rest_ms(span);
	tell("refuse", "cpu_ms", ticks() * 10);
	put(commit, "0");
	tell("refuse", "end", 0);
	return 0;
}

static unsigned now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned)(now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

/* A copy of this process that goes into the cgroup and ends: by clone3, by
 * itself, or not at all. Returns how long its parent was busy, and until it
 * had ended. */
enum { INTO, WRITE, NEITHER, WAYS };

static void enter_once(unsigned way, int cgroup, unsigned *back, unsigned *end)
{
	/* struct clone_args and CLONE_INTO_CGROUP, which musl lacks. */
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal,
			stack, stack_size, tls, set_tid, set_tid_size, cgroup;
	} args = {
		.flags = way == INTO ? 0x200000000ULL : 0,
		.exit_signal = SIGCHLD,
		.cgroup = (unsigned)cgroup,
	};
	unsigned start = now_us();
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (!pid) {
		int file = way != WRITE ? -1
					: openat(cgroup, "cgroup.procs",
						 O_WRONLY | O_CLOEXEC);
		_exit(way == WRITE && write(file, "0", 1) != 1);
	}
	*back = now_us() - start;
	int status = 1;
	waitpid(pid, &status, 0);
	*end = now_us() - start;
	if (status)
		tell("enter", "failed", way);
}

static int by_value(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

static int enter(char **argv)
{
	enum { MOST = 1000 };
	static const char folder[] = "/sys/fs/cgroup/enter";
	static const char names[WAYS][8] = {"clone3", "write", "neither"};
	static unsigned back[WAYS][MOST], end[WAYS][MOST];
	unsigned count = (unsigned)atoi(argv[0]);

	count = count < MOST ? count : MOST;
	mkdir(folder, 0755);
	int cgroup = open(folder, O_RDONLY | O_DIRECTORY);
	for (unsigned i = 0; i < count; i++)
		for (unsigned way = 0; way < WAYS; way++)
			enter_once(way, cgroup, &back[way][i], &end[way][i]);
	for (unsigned way = 0; way < WAYS; way++) {
		qsort(back[way], count, sizeof(back[way][0]), by_value);
		qsort(end[way], count, sizeof(end[way][0]), by_value);
		tell(names[way], "back_us", back[way][count / 2]);
		tell(names[way], "end_us", end[way][count / 2]);
	}
	return 0;
}

/* 50 ms of a second that some task has waited for memory. */
static int open_pressure(void)
{
	static const char trigger[] = "some 50000 1000000";
	int file = open("/proc/pressure/memory", O_RDWR | O_NONBLOCK);

	if (file >= 0 && write(file, trigger, sizeof(trigger)) < 0)
		return -1;
	return file;
}

static int watch(char **argv)
{
	unsigned end = now_ms() + (unsigned)atoi(argv[0]) * 1000;
	unsigned mark = (unsigned)atoi(argv[1]);
	unsigned kills = number_in("/proc/vmstat", "oom_kill ");
	bool had_room = true;
	int notify = inotify_init1(IN_NONBLOCK);
	struct pollfd ready[] = {{open_pressure(), POLLPRI, 0},
				 {notify, POLLIN, 0}};

	if (ready[0].fd < 0 ||
	    inotify_add_watch(notify, "/sys/fs/cgroup/services/memory.events",
			      IN_MODIFY) < 0)
		tell("watch", "failed", 0);
	while (now_ms() < end) {
		char text[512];

		if (poll(ready, 2, 5) > 0) {
			if (ready[0].revents)
				tell("watch", "psi", 0);
			if (ready[1].revents &&
			    read(notify, text, sizeof(text)) > 0)
				tell("watch", "events", 0);
		}
		unsigned now = number_in("/proc/vmstat", "oom_kill ");
		if (now != kills)
			tell("watch", "kill", now - kills);
		kills = now;
		bool has_room =
			number_in("/proc/meminfo", "MemAvailable:") >= mark;
		if (has_room != had_room)
			tell("watch", has_room ? "room" : "short", 0);
		had_room = has_room;
	}
	tell("watch", "end", 0);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(char **argv);
		int least;
	} all[] = {
		{"ends", ends, 2},   {"hog", hog, 0},
		{"slow", slow, 1},   {"bomb", bomb, 0},
		{"leave", leave, 0}, {"zombies", zombies, 2},
		{"probe", probe, 0}, {"refuse", refuse, 2},
		{"after", after, 2}, {"trouble", trouble, 2},
		{"pulse", pulse, 1}, {"hold", hold, 3},
		{"enter", enter, 1}, {"watch", watch, 2},
	};

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (argc > 1 && !strcmp(argv[1], all[i].name) &&
		    argc - 2 >= all[i].least)
			return all[i].run(argv + 2);
	fprintf(stderr, "%s: see its source\n", argv[0]);
	return 2;
}
