#!/bin/sh
# The core of what foster does, on every board but the first, which has tests
# of its own; with BOARD= on that one alone.
only=${BOARD:-}
. "${0%/*}/tap.sh"
. "${0%/*}/services.sh"

services 100

# typed TEXT: to the console, on a pipe; status 0 when the guest powered off.
typed()
{
	printf "$1" | "$run" -b "$board" -k "$kernel" -t 240 --interactive \
		>"$tmp/console" 2>"$tmp/error" && return
	cat "$tmp/error"
	return 1
}

# fetched: once, with a word about it; a run then has none of its own.
fetched()
{
	for what in emulator compiler musl busybox; do
		"$src/scripts/cross" "$board" $what || return
	done
	"$src/scripts/kernel" "$board" "$kernel"
}

for machine in "$src"/board/*/machine; do
	board=${machine%/machine}
	board=${board##*/}
	case $only:$board in
	:qemu-x86_64) continue ;;
	:* | "$board:$board") ;;
	*) continue ;;
	esac
	kernel=$(value test-kernel)
	least=$(value "$kernel-least")
	set -- -b "$board" -k "$kernel" -t 240
	ok "$board: what it needs" fetched
	ok "$board: a status" gives 42 err "$@" -- sh -c \
		'echo out; echo err >&2; uname -m; exit 42'
	ok "$board: what was written, apart" eval '
		[ "$(head -n 1 "$tmp/out")" = out ] &&
		[ "$(cat "$tmp/reason")" = err ]'
	ok "$board: its own machine" eval '
		tail -n 1 "$tmp/out" | grep "^$(value uname)"'
	ok "$board: a signal" gives 139 'ended by SIGSEGV' "$@" -- \
		sh -c 'kill -SEGV $$'
	ok "$board: a panic" gives 120 'kernel panic' "$@" -- \
		sh -c 'echo c >/proc/sysrq-trigger'
	ok "$board: a reset" gives 122 'was reset' "$@" -- reboot -f
	ok "$board: $least MiB, services and orphans" gives 23 '' "$@" \
		-m "$least" -i "$tmp/inittab" --copy "$tmp/check:/check" \
		-- /check
	ok "$board: out of memory" gives 123 'out of memory' "$@" \
		-m "$least" -- tail /dev/zero
	ok "$board: a shell that powers off" typed 'poweroff\n'
	ok "$board: by foster" grep -q '^foster: power-off' "$tmp/console"
done
done_testing
