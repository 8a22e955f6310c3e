#!/bin/sh
# musl 1.2.5, of the Debian after this one (13): the library's tests by each way
# and in each tier, and on four architectures PID 1, which starts what a boot
# waits for in its own memory.
. "$(dirname "$0")/../qemu/tap.sh"
. "$src/test/qemu/services.sh"
built=$O

# next BOARD: the folder of its musl
next()
{
	"$src/scripts/cross" "$1" musl trixie
}

# compiler FOLDER: musl-gcc with the musl there, in front of this machine's.
compiler()
{
	specs=$(musl-gcc -v 2>&1 | sed -n 's/^Reading specs from //p')
	mkdir "$tmp/bin" &&
		sed "s,/usr/\(include\|lib\)/,$1&,g" "$specs" >"$tmp/specs" &&
		printf '#!/bin/sh\nexec gcc "$@" -specs %s\n' "$tmp/specs" \
			>"$tmp/bin/musl-gcc" && chmod 755 "$tmp/bin/musl-gcc"
}

# What its clone() refuses, and 1.2.3's does not (doc/spawn.md).
cat >"$tmp/clone.c" <<'END'
#include <errno.h>
#include <sched.h>
#include <signal.h>

static char stack[65536];

static int nothing(void *unused)
{
	(void)unused;
	return 0;
}

int main(void)
{
	int word;

	return clone(nothing, stack + sizeof(stack),
		     CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD,
		     (void *)0, (void *)0, (void *)0, &word) < 0 &&
		       errno == EINVAL ? 5 : 3;
}
END
# refused: 5 by 1.2.5, 3 by 1.2.3
refused()
{
	"$1" -D_GNU_SOURCE -static -o "$tmp/clone" "$tmp/clone.c" || return
	"$tmp/clone"
	[ $? -eq "$2" ]
}

ok 'this machine'\''s is older' refused musl-gcc 3
ok 'the next Debian'\''s' next qemu-x86_64
ok 'a compiler with it' compiler "$(next qemu-x86_64)"
ok 'it is 1.2.5' refused "$tmp/bin/musl-gcc" 5
library()
{
	PATH="$tmp/bin:$PATH" O=$built LIBRARY="$1" "$src/test/reap/library.t" \
		>"$tmp/tests" 2>&1 && grep -q '^ok 3' "$tmp/tests" && return
	grep -v '^ok' "$tmp/tests"
	return 1
}
for kind in musl musl-vfork share; do
	ok "the library: $kind" library "$kind"
done

# Its sysinit and wait lines, services, and orphans.
services 20
boots()
{
	musl=$(next "$board") || return
	build "$board" MUSL="$musl" "${board}_defconfig" || return
	export O="$tmp/$board" MUSL="$musl"
	gives 23 '' -k "$(value test-kernel)" -t 240 -i "$tmp/inittab" \
		--copy "$tmp/check:/check" -- /check &&
		grep -qx CONFIG_REAP_WAY_SHARE=y "$O/.config" &&
		grep -q "$musl/.*libc.a" "$O/guest/link.words"
}
for board in qemu-x86_64 qemu-arm64 qemu-arm qemu-riscv64; do
	ok "$board boots, by each way of its board" boots
done
done_testing
