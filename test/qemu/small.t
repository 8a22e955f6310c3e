#!/bin/sh
# A guest of 32 MiB: supervision, orphans, halt.
. "${0%/*}/tap.sh"

cat >"$tmp/inittab" <<'EOF'
::sysinit:/bin/echo sysinit >>/tmp/order
::wait:/bin/echo wait >>/tmp/order
::once:/bin/echo once >>/tmp/order
:name=ticker:respawn:/bin/echo tick >>/tmp/ticks
:name=holder:respawn:/bin/sleep 1000
::ctrlaltdel:/sbin/reboot
EOF
cat >"$tmp/check" <<'EOF'
#!/bin/sh
set -e
[ "$(head -n 2 /tmp/order | tr '\n' ' ')" = "sysinit wait " ]
# The services start beside this command.
until first=$(pidof sleep); do
	usleep 50000
done
kill -9 $first
until [ -n "$(pidof sleep)" ] && [ "$(pidof sleep)" != "$first" ]; do
	sleep 0.1
done
until [ "$(wc -l </tmp/ticks)" -ge 3 ]; do
	sleep 0.1
done
i=0
while [ $i -lt 300 ]; do
	(true &)
	i=$((i + 1))
done
until [ -z "$(ps -o stat | grep Z)" ]; do
	sleep 0.1
done
exit 23
EOF
chmod 755 "$tmp/check"

ok "services start again, orphans are reaped" gives 23 '' -m 32 -t 60 \
	-i "$tmp/inittab" --copy "$tmp/check:/check" -- /check
ok "memory of the guest is 32 MiB" gives 0 '' -m 32 -- \
	sh -c '[ $(sed -n "s/MemTotal: *//p" /proc/meminfo | cut -d" " -f1) -lt 32768 ]'
ok "standard output, input and error apart, as they are" gives 0 'to error' \
	-m 32 --stdin /bin/cat -- sh -c 'cat; echo to error >&2'
ok "every byte of it" cmp "$tmp/out" /bin/cat
ok "halt stops the machine and leaves it on" gives 124 'no verdict' -m 32 \
	-t 5 -- sh -c 'halt -f; sleep 1000'
ok "which the kernel says" grep -q 'reboot: System halted' "$tmp/reason"
ok "poweroff ends the command first" gives 143 'SIGTERM' -m 32 -- \
	sh -c 'poweroff; sleep 1000'
done_testing
