#!/bin/sh
# The way that copies nothing: what the child must not share, and that nobody
# waits for it.
. "$(dirname "$0")/../build/tap.sh"

build share qemu-x86_64_defconfig >/dev/null && build share >&2 || exit 1
out=$tmp/share
libc=/usr/lib/x86_64-linux-musl

if ! gcc -std=gnu11 -D_GNU_SOURCE= -Os -Wall -Wextra -Werror -nostdinc \
	-isystem /usr/include/x86_64-linux-musl \
	-isystem "$(gcc -print-file-name=include)" -fno-stack-protector \
	-I"$src/reap" -I"$src/init" -I"$src/libc" \
	-include "$out/include/generated/autoconf.h" -static -nostdlib -o "$tmp/program" \
	"$libc/crt1.o" "$src/test/reap/share.c" "$out/reap/libreap.a" \
	"$out/libc/start.o" "$out/libc/string.o" "$libc/libc.a"; then
	echo 'not ok 1 - the program is built'
	echo '1..1'
	exit 1
fi
wrong=0
"$tmp/program" >"$tmp/said" || wrong=1
grep -v '^1\.\.' "$tmp/said"
strace -f -qq -o "$tmp/trace" -e trace=chdir -e inject=chdir:delay_enter=1000000 \
	"$tmp/program" held >"$tmp/held" || wrong=1
sed -n -e 's/ok 01 /ok 09 /p' -e 's/ok 02 /ok 10 /p' "$tmp/held"
echo 1..10
exit $wrong
