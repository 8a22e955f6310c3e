#!/bin/sh
# The ways to start a child, beside each other (doc/spawn.md).
set -eu

built=${O:?the folder of a built foster}
src=$(cd "$(dirname "$0")/../.." && pwd)
O=$built
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$src/test/reap/matrix.sh"

echo 'int main(void) { return 0; }' >"$tmp/true.c"
musl-gcc -Os -static -o "$tmp/true" "$tmp/true.c"
echo 'spawn, median of 2,000, microseconds: parent goes on, child has ended'
bench=$src/test/bench/spawn.c
hosted fork musl-gcc -O2 -static "-I$src/libc" -- "$bench"
hosted vfork musl-gcc -O2 -static "-I$src/libc" -DCONFIG_REAP_WAY_VFORK=1 -- "$bench"
shared share musl-gcc -O2 -static -- "$bench"
for way in fork vfork share; do
	printf '%-8s' $way
	"$tmp/$way" "$tmp/true"
done
