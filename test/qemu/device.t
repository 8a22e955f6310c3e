#!/bin/sh
# A device from its console: make run on a pipe, Debian's kernel.
. "${0%/*}/tap.sh"

# console TYPED: what the guest showed, in $tmp/console.
console()
{
	printf "$1" | timeout 60 make -s -C "$src" O="$O" run \
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
ok "with Debian's kernel" shown 'Linux version .*cloud-amd64'
ok "which says so last" shown 'reboot: Power down'
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
ok "and power-off follows" shown 'reboot: Power down'

ok "reboot boots again" console 'reboot\n'
ok "by a restart" shown 'reboot: Restarting system'
boots()
{
	[ "$(grep -c 'Linux version' "$tmp/console")" -eq "$1" ]
}
ok "twice in all" boots 2
done_testing
