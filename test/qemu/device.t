#!/bin/sh
# A device from its console: make run on a pipe, Debian's kernel where the board
# has one.
. "${0%/*}/tap.sh"

version='.*-tiny'
down='Power down'
if [ -n "$(value stock-package)" ]; then
	version=$("$src/scripts/kernel" "$board" stock)
	version=${version##*/vmlinuz-}
fi
[ "$(value power-off)" != halt ] || down='System halted'

# console TYPED: what the guest showed, in $tmp/console.
console()
{
	printf "$1" | timeout 240 make -s -C "$src" O="$O" \
		BOARD="$board" run \
		>"$tmp/console" 2>"$tmp/error"
	status=$?
	[ "$status" -eq 0 ] || {
		echo "make run: status $status"
		cat "$tmp/error"
		tail -n 20 "$tmp/console"
		return 1
	}
}

# shown PATTERN: on a line of the console.
shown()
{
	grep -q -e "$1" "$tmp/console" && return
	echo "no line with: $1"
	tail -n 40 "$tmp/console"
	return 1
}

ok "poweroff ends make run with status 0" console 'poweroff\n'
ok "with the kernel that is the board's" shown "Linux version $version"
ok "which says so last" shown "reboot: $down"
ok "the banner" shown 'foster is process 1'
ok "the command arrives whole" shown '^foster# .*poweroff\|^poweroff'
ok "no word of QEMU's own" no grep -qi 'qemu-system' "$tmp/console"
ok "nothing beside the console" test ! -s "$tmp/error"
ok "the crashing service is held back" shown \
	'crashing (pid [0-9]*): killed by SIGSEGV.*in 0\.[0-9]* s'

# The crashing service's orphans; and steady comes back when it is killed.
ok "end of input is the shell's end, then poweroff" console \
	'cat /proc/1/comm\nkill -9 $(pidof sleep)\n'
ok "foster is process 1" shown '^init\|^foster'
ok "a killed service starts again" shown 'steady (pid [0-9]*): killed by SIGKILL'
ok "and power-off follows" shown "reboot: $down"

ok "reboot boots again" console 'reboot\n'
ok "by a restart" shown 'reboot: Restarting system'
boots()
{
	[ "$(grep -c 'Linux version' "$tmp/console")" -eq "$1" ]
}
ok "twice in all" boots 2

ok "halt ends a run on a pipe too" console 'halt\n'
ok "and halts" shown 'reboot: System halted'

# taken_away: what make image leaves boots by the line that is beside it.
taken_away()
{
	make -s -C "$src" O="$O" BOARD="$board" image || return
	: >"$tmp/console"
	{
		tries=0
		until grep -q 'foster# ' "$tmp/console" || [ $tries -gt 2400 ]; do
			tries=$((tries + 1))
			sleep 0.1
		done
		printf 'poweroff\n'
		# One that cannot switch itself off.
		until grep -q "reboot: $down" "$tmp/console" ||
			[ $tries -gt 2400 ]; do
			tries=$((tries + 1))
			sleep 0.1
		done
		[ "$down" = 'Power down' ] || printf '\001x'
	} | (cd "$O" && timeout 240 sh ./qemu.txt) >"$tmp/console" 2>&1
}
ok "make image's line boots it" taken_away
ok "to its end" shown "reboot: $down"
tiny=$("$src/scripts/kernel" "$board" tiny)
case $(value architecture) in
x86_64)
	ok "the tiny kernel has 2.5 MiB at most" \
		test "$(wc -c <"$tiny")" -le 2621440
	;;
esac
done_testing
