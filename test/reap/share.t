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
"$tmp/program"
