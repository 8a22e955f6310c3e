#!/bin/sh
# make check-tiny: a kernel from Linux's tinyconfig (smallest.config of the
# board) without /proc, /sys, devtmpfs, epoll, signalfd, eventfd, timerfd, futex,
# cgroups and users, in 32 MiB. foster boots there, starts services again,
# reaps and powers off; libreap's tests pass in both tiers.
. "${0%/*}/tap.sh"
. "$src/test/reap/matrix.sh"

first_board_only "it has no smallest.config"

kernel=$("$src/scripts/kernel" qemu-x86_64 smallest) || exit 1

# No devtmpfs makes them.
mkdir "$tmp/dev"
for number in 0 1 2 3; do
	mknod "$tmp/dev/ttyS$number" c 4 $((64 + number)) || exit 1
done
mknod "$tmp/dev/null" c 1 3

cat >"$tmp/inittab" <<'END'
::sysinit:/bin/echo sysinit >>/tmp/order
::wait:/bin/echo wait >>/tmp/order
::once:/bin/echo once >>/tmp/order
:name=ticker:respawn:/bin/echo tick >>/tmp/ticks
:name=holder:respawn:/bin/sh -c "echo $$ >>/tmp/holders; exec sleep 1000"
::shutdown:/bin/echo a shutdown line
END
cat >"$tmp/check" <<'END'
#!/bin/sh
set -e
[ "$(head -n 2 /tmp/order | tr '\n' ' ')" = "sysinit wait " ]
until [ -s /tmp/holders ]; do
	sleep 0.1
done
kill -9 $(head -n 1 /tmp/holders)
until [ "$(wc -l </tmp/holders)" -ge 2 ] && [ "$(wc -l </tmp/ticks)" -ge 3 ]; do
	sleep 0.1
done
# Who was reaped can be signalled no more.
i=0
while [ $i -lt 100 ]; do
	(sh -c 'echo $$ >>/tmp/orphans' &)
	i=$((i + 1))
done
until [ "$(wc -l </tmp/orphans)" -eq 100 ]; do
	sleep 0.1
done
for orphan in $(cat /tmp/orphans); do
	while kill -0 $orphan 2>/dev/null; do
		sleep 0.1
	done
done
exit 23
END
chmod 755 "$tmp/check"

# Says what the kernel has of what it is to lack.
cat >"$tmp/lacks.c" <<'END'
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static const struct { const char *name; long number; } calls[] = {
	{"epoll", SYS_epoll_create1}, {"signalfd", SYS_signalfd4},
	{"eventfd", SYS_eventfd2}, {"timerfd", SYS_timerfd_create},
	{"futex", SYS_futex}, {"users", SYS_setgroups},
	{"madvise", SYS_madvise}, {"socket", SYS_socket}, {"bpf", SYS_bpf},
};
static const char *const files[] = {
	"/proc/self", "/sys/kernel", "/dev/zero", "/dev/ptmx"};
int main(void)
{
	int has = 0;
	for (unsigned i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (syscall(calls[i].number, -1, -1, -1, -1, -1) != -1 ||
		    errno != ENOSYS)
			has = 1, puts(calls[i].name);
	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!access(files[i], F_OK))
			has = 1, puts(files[i]);
	return has;
}
END
# in_guest STATUS [OPTION]... -- COMMAND...: and the machine was switched off.
in_guest()
{
	wanted=$1
	shift
	"$run" -k "$kernel" -m 32 -t 240 -v --copy "$tmp/dev:/dev" "$@" \
		>"$tmp/out" 2>"$tmp/console" </dev/null
	status=$?
	[ "$status" -eq "$wanted" ] &&
		grep -q 'reboot: Power down' "$tmp/console" && return
	echo "status $status, wanted $wanted"
	tail -n 40 "$tmp/console"
	grep -v '^ok' "$tmp/out" | tail -n 40
	return 1
}

# tried TIER: libreap's tests; those that need what is not there are said to be
# left out, and no others.
tried()
{
	in_guest 0 --copy "$tmp/library:/library" -- env "REAP_TIER=$1" \
		"KERNEL_LACKS=proc users threads terminals namespaces filters \
4096-tasks madvise" \
		/library || return
	grep 'SKIP' "$tmp/out" >"$tmp/skipped"
	! grep '^not ok' "$tmp/out" && grep -q '^1\.\.86$' "$tmp/out" &&
		[ "$(wc -l <"$tmp/skipped")" -eq 33 ]
}

ok 'a program that asks what there is' musl-gcc -Os -static \
	-o "$tmp/lacks" "$tmp/lacks.c"
ok 'the kernel lacks it all' in_guest 0 --copy "$tmp/lacks:/lacks" -- /lacks
ok 'boots, starts again, reaps, powers off' in_guest 23 -i "$tmp/inittab" \
	--copy "$tmp/check:/check" -- /check
ok 'a shutdown line ran' grep -q '^a shutdown line' "$tmp/console"
ok 'a request to power off' in_guest 143 -i "$tmp/inittab" -- \
	sh -c 'kill -USR2 1; sleep 1000'
ok 'libreap builds' hosted library musl-gcc -Os -static -- \
	"$src/test/reap/harness.c" "$src/test/reap/library.c" \
	"$src/test/reap/errors.c"
for tier in pidfd pipe; do
	ok "libreap, $tier" tried $tier
	sed 's/^/# /' "$tmp/skipped"
done
done_testing
