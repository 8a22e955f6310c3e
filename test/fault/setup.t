#!/bin/sh
# SIGCHLD at each system call of the pipe tier, the set-up of its handler above
# all: none is lost, and nothing waits for what was interrupted.
built=${O:?the folder of a built foster}
. "$(dirname "$0")/../build/tap.sh"
O=$built
. "$(dirname "$0")/../reap/matrix.sh"
ALONE_SECONDS=30

# Three of them before the child: the pipe, and sigaction twice; and its own end,
# and that of two forks.
seen()
{
	REAP_TIER=pipe alone "$tmp/$1" >"$tmp/out" 2>&1
	grep -q '^told in forks 2, raised 3 seen 5, raised 5 seen 8, error 0 status 7$' \
		"$tmp/out" && return
	cat "$tmp/out"
	return 1
}

for by in gcc musl-gcc; do
	ok "$by builds" hosted $by $by -O2 -Wl,--wrap=sigaction \
		-Wl,--wrap=pipe2 -Wl,--wrap=syscall -- "$src/test/fault/setup.c"
	ok "$by: the host's handler sees each" seen $by
done
done_testing
