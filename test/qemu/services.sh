# An inittab and a command that looks at what it does: sourced after tap.sh.
# shellcheck shell=sh disable=SC2154

# services ORPHANS: $tmp/inittab, and $tmp/check, which ends with 23 once sysinit
# came before wait, services started again and ORPHANS were reaped.
services()
{
	cat >"$tmp/inittab" <<-'END'
	::sysinit:/bin/echo sysinit >>/tmp/order
	::wait:/bin/echo wait >>/tmp/order
	::once:/bin/echo once >>/tmp/order
	:name=ticker:respawn:/bin/echo tick >>/tmp/ticks
	:name=holder:respawn:/bin/sleep 1000
	::ctrlaltdel:/sbin/reboot
	END
	{
		printf '#!/bin/sh\nset -e\norphans=%s\n' "$1"
		cat <<-'END'
		[ "$(head -n 2 /tmp/order | tr '\n' ' ')" = "sysinit wait " ]
		# The services start beside this command.
		until first=$(pidof sleep); do
			usleep 50000
		done
		kill -9 $first
		until [ -n "$(pidof sleep)" ] && [ "$(pidof sleep)" != "$first" ]; do
			usleep 100000
		done
		until [ "$(wc -l </tmp/ticks)" -ge 3 ]; do
			usleep 100000
		done
		i=0
		while [ $i -lt $orphans ]; do
			(true &)
			i=$((i + 1))
		done
		until [ -z "$(ps -o stat | grep Z)" ]; do
			usleep 100000
		done
		grep -q once /tmp/order
		exit 23
		END
	} >"$tmp/check"
	chmod 755 "$tmp/check"
}
