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
hosted fork musl-gcc -O2 -static -- "$src/test/bench/spawn.c"
hosted vfork musl-gcc -O2 -static -DCONFIG_REAP_WAY_VFORK=1 -- \
	"$src/test/bench/spawn.c"
printf '%-28s' 'fork'
"$tmp/fork" library "$tmp/true"
printf '%-28s' 'vfork'
"$tmp/vfork" library "$tmp/true"
printf '%-28s' 'CLONE_VM, nobody waits'
"$tmp/fork" vm "$tmp/true"
