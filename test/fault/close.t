#!/bin/sh
# A close that says EINTR has closed all the same (Linux): it is never repeated.
built=${O:?the folder of a built foster}
. "$(dirname "$0")/../build/tap.sh"
O=$built
. "$(dirname "$0")/../reap/matrix.sh"

# kept PROGRAM TIER: as many closed as there are to close, none of a stranger's.
kept()
{
	REAP_TIER=$2 TRUE=/bin/true alone "$tmp/$1" >"$tmp/out" 2>&1 &&
		grep -q '^ok 4 refused 0$' "$tmp/out" &&
		grep -q '^closed [1-9][0-9]* lost 0, by fork 0$' "$tmp/out" && return
	cat "$tmp/out"
	return 1
}

for by in gcc musl-gcc; do
	# shellcheck disable=SC2086
	ok "$by builds" hosted $by $by -O2 \
		-Wl,--wrap=syscall -Wl,--wrap=close -- \
		"$src/test/fault/driver.c" "$src/test/fault/close.c"
	for tier in pidfd pipe; do
		ok "$by, $tier: a stranger's descriptor stays open" \
			kept $by $tier
	done
done
done_testing
