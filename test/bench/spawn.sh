#!/bin/sh
# The ways to start a child, beside each other (doc/spawn.md).
set -eu

built=${O:?the folder of a built foster}
src=$(cd "$(dirname "$0")/../.." && pwd)
O=$built
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$src/test/reap/matrix.sh"

cat >"$tmp/stamp.c" <<'END'
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return write(1, &now, sizeof(now)) != sizeof(now);
}
END
musl-gcc -Os -static -o "$tmp/stamp" "$tmp/stamp.c"
bench=$src/test/bench/spawn.c
hosted fork musl-gcc -O2 -static "-I$src/libc" -- "$bench"
hosted vfork musl-gcc -O2 -static "-I$src/libc" -DCONFIG_REAP_WAY_VFORK=1 -- "$bench"
shared share musl-gcc -O2 -static -- "$bench"
# In turn, so that what else the machine does is the same for all.
for _ in 1 2 3 4 5 6 7 8 9 10 11; do
	for way in fork vfork share; do
		echo "$way $("$tmp/$way" "$tmp/stamp")"
	done
done | awk '
	{ n[$1]++; for (i = 2; i <= 4; i++) value[$1, i, n[$1]] = $i }
	function sorted(way, column,  i, j, t, v) {
		for (i = 1; i <= n[way]; i++) v[i] = value[way, column, i]
		for (i = 1; i <= n[way]; i++)
			for (j = i + 1; j <= n[way]; j++)
				if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
		best = v[1]
		middle = v[int((n[way] + 1) / 2)]
	}
	END {
		print "microseconds, best and median of 11 rounds of 400 spawns;" \
			" in brackets: the median beside that of vfork"
		printf "%-6s %26s %26s %26s\n", "way", "parent goes on", \
			"the program runs", "child has ended"
		for (i = 2; i <= 4; i++) { sorted("vfork", i); vfork[i] = middle }
		split("fork vfork share", ways)
		for (w = 1; w <= 3; w++) {
			printf "%-6s", ways[w]
			for (i = 2; i <= 4; i++) {
				sorted(ways[w], i)
				printf " %9.1f %9.1f (%.2f)", best, middle, \
					middle / vfork[i]
			}
			print ""
		}
	}'
