#!/bin/sh
# libc/: the start code and the small functions do what musl's do.
. "$(dirname "$0")/tap.sh"

cat >"$tmp/probe.c" <<'END'
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define CHECK(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			write(2, #what "\n", sizeof(#what));                   \
			return 1;                                              \
		}                                                              \
	} while (0)

/* Where the compiler looks for the canary. */
static uintptr_t canary(void)
{
#ifdef __x86_64__
	uintptr_t word;

	__asm__("mov %%fs:40, %0" : "=r"(word));
	return word;
#else
	extern uintptr_t __stack_chk_guard;

	return __stack_chk_guard;
#endif
}

__attribute__((noinline)) static void overflow(const char *from, int bytes)
{
	char small[16];
	volatile char *to = small;

	for (int i = 0; i < bytes; i++)
		to[i] = from[0];
}

static void handle(int sig)
{
	(void)sig;
}

static int child_ends_as_it_says(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 7;
}

static int files(void)
{
	char text[8] = "";
	struct stat about, same;
	int fd = open("file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	CHECK(fd >= 0);
	CHECK(write(fd, "hello", 5) == 5);
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(lseek(fd, 1, SEEK_SET) == 1);
	CHECK(read(fd, text, 3) == 3 && !strcmp(text, "ell"));
	CHECK(!stat("file", &about) && about.st_size == 5);
	CHECK(S_ISREG(about.st_mode) && (about.st_mode & 0777) == 0640);
	CHECK(!fstatat(AT_FDCWD, "file", &same, AT_SYMLINK_NOFOLLOW));
	CHECK(same.st_ino == about.st_ino && same.st_dev == about.st_dev);
	CHECK(fcntl(fd, F_DUPFD_CLOEXEC, 200) == 200);
	CHECK(dup2(fd, 201) == 201 && fcntl(201, F_GETFD) == 0);
	CHECK(dup2(201, 201) == 201);
	CHECK(!close(201) && dup2(201, 201) == -1 && errno == EBADF);
	CHECK(openat(AT_FDCWD, "file", O_RDONLY | O_DIRECTORY) == -1);
	CHECK(errno == ENOTDIR);
	CHECK(open("none", O_RDONLY) == -1 && errno == ENOENT);
	CHECK(stat("none", &about) == -1 && errno == ENOENT);

	char *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	CHECK(map != MAP_FAILED && !memcmp(map, "hello", 6));
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED);
	CHECK(errno == EINVAL);
	CHECK(close(fd) == 0 && close(fd) == -1 && errno == EBADF);
	CHECK(mount("none", "none", "tmpfs", 0, NULL) == -1);
	CHECK(umount2("none", 0) == -1);
	return 0;
}

static int signals(void)
{
	struct sigaction action = {.sa_handler = handle};
	struct timespec some = {.tv_sec = 5};
	struct timespec none = {0};
	struct signalfd_siginfo seen;
	sigset_t all, empty, one, old;
	siginfo_t info;

	sigfillset(&all);
	sigemptyset(&empty);
	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	CHECK(!sigprocmask(SIG_SETMASK, &all, NULL));
	CHECK(!sigprocmask(SIG_BLOCK, NULL, &old));
	CHECK(sigismember(&old, SIGUSR1) && sigismember(&old, SIGTERM));
	sigaction(SIGUSR1, &action, NULL);
	kill(getpid(), SIGUSR1);
	CHECK(ppoll(NULL, 0, &some, &empty) == -1 && errno == EINTR);
	CHECK(some.tv_sec == 5 && some.tv_nsec == 0);
	CHECK(sigtimedwait(&one, &info, &none) == -1 && errno == EAGAIN);
	kill(getpid(), SIGUSR2);
	CHECK(sigtimedwait(&one, &info, &none) == SIGUSR2);
	CHECK(info.si_pid == getpid());

	struct pollfd watched = {
		.fd = signalfd(-1, &one, SFD_CLOEXEC | SFD_NONBLOCK),
		.events = POLLIN};

	CHECK(watched.fd >= 0 && ppoll(&watched, 1, &none, NULL) == 0);
	CHECK(read(watched.fd, &seen, sizeof(seen)) == -1 && errno == EAGAIN);
	kill(getpid(), SIGUSR2);
	CHECK(ppoll(&watched, 1, NULL, NULL) == 1);
	CHECK(read(watched.fd, &seen, sizeof(seen)) == sizeof(seen));
	CHECK(seen.ssi_signo == SIGUSR2);
	return 0;
}

static int processes(void)
{
	char here[64];
	int ends[2], status = 0;
	mode_t before = umask(027);

	CHECK(umask(before) == 027);
	CHECK(mkdir("folder", 0700) == 0 && mkdir("folder", 0700) == -1);
	CHECK(errno == EEXIST && chdir("folder") == 0);
	CHECK(getcwd(here, sizeof(here)) && strstr(here, "/folder"));
	CHECK(chdir("..") == 0 && rmdir("folder") == 0);
	CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
	CHECK(read(ends[0], here, 2) == 1 && fcntl(ends[0], F_GETFD) == 0);
	CHECK(kill(getpid(), 0) == 0);
	CHECK(kill(getpid(), 99) == -1 && errno == EINVAL);
	CHECK(swapoff("none") == -1 && swapon("none", 0) == -1);
	CHECK(reboot(0x1234) == -1);
	sync();

	pid_t pid = fork();

	if (pid == 0) {
		if (setsid() != getpid() || setsid() != -1 || errno != EPERM)
			_exit(1);
		if (setpriority(PRIO_PROCESS, 0, 9) || getpriority(0, 0) != 9)
			_exit(2);
		_exit(0x1203);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
	pid = fork();
	if (pid == 0)
		_exit(setpgid(0, 0) || getpgrp() != getpid());
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return 0;
}

static int rest(void)
{
	struct timespec before, after;
	struct rlimit limit, now;
	struct termios settings;
	gid_t group = 12345;

	CHECK(!clock_gettime(CLOCK_MONOTONIC, &before));
	CHECK(!clock_gettime(CLOCK_MONOTONIC, &after));
	CHECK(after.tv_sec - before.tv_sec < 60 &&
	      (after.tv_sec > before.tv_sec ||
	       (after.tv_sec == before.tv_sec &&
		after.tv_nsec >= before.tv_nsec)));
	CHECK(clock_gettime(12345, &after) == -1 && errno == EINVAL);
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur > 3);
	limit.rlim_cur = 77;
	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	CHECK(!getrlimit(RLIMIT_NOFILE, &now) && now.rlim_cur == 77);
	CHECK(syscall(SYS_getpid) == getpid());
	CHECK(syscall(-1L) == -1 && errno == ENOSYS);
	CHECK(tcgetattr(0, &settings) == -1 && errno == ENOTTY);
	CHECK(tcsetattr(0, TCSANOW, &settings) == -1 && errno == ENOTTY);
	CHECK(tcdrain(0) == -1 && errno == ENOTTY);
	CHECK(tcsetpgrp(0, getpid()) == -1 && errno == ENOTTY);

	int pty = open("/dev/ptmx", O_RDWR | O_NOCTTY);

	if (pty >= 0) {
		CHECK(!tcgetattr(pty, &settings));
		settings.c_lflag ^= ECHO;
		CHECK(!tcsetattr(pty, TCSAFLUSH, &settings));
		tcflag_t wanted = settings.c_lflag;
		CHECK(!tcgetattr(pty, &settings));
		CHECK(settings.c_lflag == wanted);

		int unlocked = 0;
		int waiting = -1;

		CHECK(!ioctl(pty, TIOCSPTLCK, &unlocked));
		int line = ioctl(pty, TIOCGPTPEER, O_RDWR | O_NOCTTY);
		struct pollfd typed = {.fd = line, .events = POLLIN};
		struct timespec soon = {.tv_sec = 10};

		CHECK(line >= 0 && write(pty, "typed\n", 6) == 6);
		CHECK(ppoll(&typed, 1, &soon, NULL) == 1);
		CHECK(!ioctl(line, FIONREAD, &waiting) && waiting == 6);
		CHECK(!tcsetattr(line, TCSADRAIN, &settings) && !tcdrain(line));
		CHECK(!ioctl(line, FIONREAD, &waiting) && waiting == 6);
		CHECK(!tcsetattr(line, TCSAFLUSH, &settings));
		CHECK(!ioctl(line, FIONREAD, &waiting) && waiting == 0);
	}
	if (getuid() == 0) {
		CHECK(!setgroups(1, &group) && !setgid(12346));
		CHECK(!setuid(12347) && getuid() == 12347 && geteuid() == 12347);
		CHECK(getgid() == 12346 && getgroups(1, &group) == 1);
		CHECK(group == 12345);
	}
	CHECK(setuid(0) == -1 && errno == EPERM);
	CHECK(setgid(0) == -1 && setgroups(1, &group) == -1);
	CHECK(errno == EPERM);
	return 0;
}

static int run(char **argv)
{
	execvpe(argv[0], argv, environ);
	return errno;
}

int main(int argc, char **argv, char **environment)
{
	errno = 0;
	CHECK(write(-1, "", 1) == -1 && errno == EBADF);
	CHECK(environment == environ && getenv("PROBE"));
	CHECK(argc >= 2 && !argv[argc]);
	if (!strcmp(argv[1], "run"))
		return run(argv + 2);
	CHECK(child_ends_as_it_says());
	if (!strcmp(argv[1], "overflow"))
		overflow(argv[0], 100);
	if (!strcmp(argv[1], "canary")) {
		uintptr_t word = canary();

		write(1, &word, sizeof(word));
	}
	if (!strcmp(argv[1], "calls"))
		CHECK(!files() && !signals() && !processes() &&
		      !rest());
	return 42;
}
END

# probe NAME LINE...: a program with the start code under these options.
probe()
{
	program=$1
	shift
	printf '%s\n' "$@" >"$tmp/.config"
	"$src/scripts/kconfig" "$src" "$tmp/.config" header "$tmp/autoconf.h" &&
		${CC:-gcc} -Os -std=gnu11 -D_GNU_SOURCE -fno-pie -static \
			-nostdlib -nostdinc -isystem "$musl/include" \
			-fstack-protector-all -include "$tmp/autoconf.h" \
			-fno-builtin -fno-tree-loop-distribute-patterns \
			"$tmp/probe.c" "$src"/libc/*.c "$musl/lib/crt1.o" \
			"$musl/lib/libc.a" -o "$tmp/$program"
}

mkdir -p "$tmp/musl"
machine=$(gcc -dumpmachine | sed s/gnu/musl/)
ln -s "/usr/include/$machine" "$tmp/musl/include"
ln -s "/usr/lib/$machine" "$tmp/musl/lib"
musl=$tmp/musl
PROBE=1
export PROBE

# ends STATUS COMMAND...
ends()
{
	wanted=$1
	shift
	"$@"
	status=$?
	echo "status $status, wanted $wanted"
	[ $status = "$wanted" ]
}

ok 'a program without musl'\''s start code is built' \
	probe plain CONFIG_NOTHING=y
ok 'errno, environ and fork work' ends 42 "$tmp/plain" x
ok 'with the stack protector it is built too' \
	probe guarded CONFIG_STACK_PROTECTOR=y
ok 'and works' ends 42 "$tmp/guarded" x
ok 'an overflow ends it by SIGSEGV' ends 139 "$tmp/guarded" overflow
ok 'the canary is another one each time' eval '
	[ "$("$tmp/guarded" canary)" != "$("$tmp/guarded" canary)" ]'
mkdir "$tmp/files" "$tmp/dir1" "$tmp/dir2" "$tmp/dir3"
chmod 777 "$tmp" "$tmp/files"
calls()
{
	cd "$tmp/files" && rm -f file && (umask 0 && "$tmp/guarded" calls) </dev/null
}
ok 'every call and its errors' ends 42 calls

printf '#!/bin/sh\nexit 5\n' >"$tmp/dir2/tool"
chmod +x "$tmp/dir2/tool"
echo text >"$tmp/dir1/tool"
echo text >"$tmp/dir1/only-text"
# searches STATUS FILE FOLDERS
searches()
{
	PATH=$3 ends "$1" "$tmp/guarded" run "$2" x
}
ok 'execvpe passes over a file that may not be run' \
	searches 5 tool "$tmp/dir3:$tmp/none:$tmp/dir1:$tmp/dir2"
ok 'and says EACCES when there is no other' \
	searches 13 only-text "$tmp/dir1:$tmp/dir2"
ok 'it says ENOENT where there is none' searches 2 none "$tmp/dir1:$tmp/dir2"
ok 'a name with a slash is not searched for' \
	searches 13 "$tmp/dir1/tool" "$tmp/dir2"
ok 'an empty name is ENOENT' searches 2 '' "$tmp/dir2"
ok 'an empty folder is the current one' eval '
	cd "$tmp/dir2" && searches 5 tool ":$tmp/dir3"'
ok 'so is one at the end' eval 'cd "$tmp/dir2" && searches 5 tool "$tmp/dir3:"'

ok 'foster has none of musl'\''s start' eval '
	build out qemu-x86_64_defconfig all &&
	! nm "$tmp/out/foster.debug" |
		grep -wE "__init_libc|__synccall|__vdsosym|strstr_twoway"'
ok 'unless it is asked to' eval '
	build whole allyesconfig all &&
	nm "$tmp/whole/foster.debug" | grep -w __init_libc'
ok 'no thread-local data, which it would not set up' eval '
	! readelf -lW "$tmp/out/foster" "$tmp/whole/foster" | grep -w TLS'
done_testing
