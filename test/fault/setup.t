#!/bin/sh
# SIGCHLD while the pipe tier's handler is being set up: none is lost.
built=${O:?the folder of a built foster}
. "$(dirname "$0")/../build/tap.sh"
O=$built
. "$(dirname "$0")/../reap/matrix.sh"

seen()
{
	REAP_TIER=pipe alone "$tmp/$1" >"$tmp/out" 2>&1
	grep -q '^raised 2 seen 2, error 0 status 7$' "$tmp/out" && return
	cat "$tmp/out"
	return 1
}

for by in gcc musl-gcc; do
	ok "$by builds" hosted $by $by -O2 -Wl,--wrap=sigaction -- \
		"$src/test/fault/setup.c"
	ok "$by: the host's handler sees each" seen $by
done
done_testing
