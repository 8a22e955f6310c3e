#!/bin/sh
# The start code: what foster uses of musl works without musl's own.
. "$(dirname "$0")/tap.sh"

cat >"$tmp/probe.c" <<'END'
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static int signal_ends_the_wait(void)
{
	struct sigaction action = {.sa_handler = handle};
	struct timespec second = {.tv_sec = 1};
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigaction(SIGUSR1, &action, NULL);
	kill(getpid(), SIGUSR1);
	return ppoll(NULL, 0, &second, &none) < 0 && errno == EINTR;
}

int main(int argc, char **argv, char **environment)
{
	char text[32];

	errno = 0;
	if (write(-1, "", 1) >= 0 || errno != EBADF)
		return 1;
	if (environment != environ || !getenv("PROBE"))
		return 2;
	if (argc < 2 || argv[argc])
		return 3;
	if (!child_ends_as_it_says())
		return 4;
	if (!signal_ends_the_wait())
		return 5;
	if (!strcmp(argv[1], "overflow"))
		overflow(argv[0], 100);
	if (!strcmp(argv[1], "canary")) {
		snprintf(text, sizeof(text), "%lx\n",
			 (unsigned long)canary());
		write(1, text, strlen(text));
	}
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
			"$tmp/probe.c" "$src/init/start.c" "$musl/lib/crt1.o" \
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
ok 'errno, environ, fork, a handler and ppoll work' ends 42 "$tmp/plain" x
ok 'with the stack protector it is built too' \
	probe guarded CONFIG_STACK_PROTECTOR=y
ok 'and works' ends 42 "$tmp/guarded" x
ok 'an overflow ends it by SIGSEGV' ends 139 "$tmp/guarded" overflow
ok 'the canary is another one each time' eval '
	[ "$("$tmp/guarded" canary)" != "$("$tmp/guarded" canary)" ]'
ok 'foster has none of musl'\''s start' eval '
	build out qemu-x86_64_defconfig all &&
	! nm "$tmp/out/foster.debug" | grep -w __init_libc'
ok 'unless it is asked to' eval '
	build whole allyesconfig all &&
	nm "$tmp/whole/foster.debug" | grep -w __init_libc'
ok 'no thread-local data, which it would not set up' eval '
	! readelf -lW "$tmp/out/foster" "$tmp/whole/foster" | grep -w TLS'
done_testing
