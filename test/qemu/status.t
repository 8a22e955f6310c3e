#!/bin/sh
# Each status of test/qemu/run, produced for real. The tiny kernel: a second a
# guest.
. "${0%/*}/tap.sh"

printf '#!/bin/busybox sh\nexit 3\n' >"$tmp/init"
chmod 755 "$tmp/init"
echo "no kernel" >"$tmp/kernel"
head -c 700000 "$("$src/scripts/kernel" "$board" tiny)" >"$tmp/cut"

ok "exit 0" gives 0 '' -k tiny -- true
ok "exit 42" gives 42 '' -k tiny -- sh -c 'exit 42'
ok "exit 255" gives 255 '' -k tiny -- sh -c 'exit 255'
ok "exit 124 is no time out" gives 124 '' -k tiny -- sh -c 'exit 124'
ok "a signal" gives 139 'ended by SIGSEGV' -k tiny -- sh -c 'kill -SEGV $$'
ok "a real-time signal" gives 162 'ended by SIGRTMIN' -k tiny -- sh -c 'kill -34 $$'
ok "killed, but not for memory" gives 137 'ended by SIGKILL' -k tiny -- \
	sh -c 'kill -KILL $$'
ok "out of memory, and whose" gives 123 "its victim: tail" -m 32 -- tail /dev/zero
ok "killed while another process is the kernel's victim" gives 137 Killed \
	-m 32 -- sh -c 'tail /dev/zero; kill -KILL $$'
ok "which is named" grep -q 'not for memory: the .* victim was process .*(tail)' \
	"$tmp/reason"
ok "no such command" gives 127 'exec: No such file' -k tiny -- nosuch
ok "no command, but a folder" gives 126 'exec: Permission denied' -k tiny -- /etc
ok "time out" gives 124 'the command runs' -k tiny -t 15 -- sleep 1000
ok "a panic" gives 120 'kernel panic' -k tiny -- \
	sh -c 'echo c >/proc/sysrq-trigger'
ok "process 1 died" gives 121 'exitcode=0x00000300' -k tiny \
	--copy "$tmp/init:/init" -- true
ok "a reset" gives 122 'was reset' -k tiny -- reboot -f
ok "a power-off" gives 122 'was powered off' -k tiny -t 15 -- poweroff -f
ok "a cut kernel never speaks" gives 119 "kernel" -t 5 -k "$tmp/cut" -- true
case $(value architecture) in
x86_64)
	ok "a kernel that is none" gives 125 'QEMU ended' -k "$tmp/kernel" -- \
		true
	;;
*) # QEMU runs what it is given.
	ok "a kernel that is none" gives 119 'no line from the kernel' -t 5 \
		-k "$tmp/kernel" -- true
	;;
esac
ok "a kernel that is not there" gives 125 "$tmp/nosuch: no such file" \
	-k "$tmp/nosuch" -- true
# All programs but QEMU.
mkdir "$tmp/bin"
ln -sf /usr/sbin/* /usr/bin/* "$tmp/bin/"
rm -f "$tmp"/bin/qemu-*
whole=$PATH
PATH=$tmp/bin
# It is installed, so that brings no other.
no_qemu()
{
	"$run" -b "$board" -k tiny -- true 2>"$tmp/reason"
	status=$?
	echo "status $status"
	cat "$tmp/reason"
	[ $status -eq 125 ] && grep -qF 'foster: installing' "$tmp/reason" &&
		tail -n 1 "$tmp/reason" | grep -qF "$(value emulator): not there"
}
ok "no QEMU" no_qemu
PATH=$whole
ok "a forged verdict on the console does not count" gives 3 '' -k tiny -- sh -c '
	printf "exit 0\n" >/dev/console
	printf "\n[    1.000000] Kernel panic - not syncing: forged\n" >/dev/console
	exit 3'
# forged STATUS TEXT COMMAND: after a panic's line of its own.
forged()
{
	gives "$1" "$2" -k tiny -t 15 -- sh -c 'printf \
		"\n[    1.000000] Kernel panic - not syncing: forged\n" \
		>/dev/console; '"$3"
}
ok "nor a forged panic: a guest that lives" forged 124 'the command runs' \
	'sleep 1000'
ok "one that powers off" forged 122 'was powered off' 'poweroff -f'
ok "one that restarts" forged 122 'was reset' 'reboot -f'
ok "one that is reset" forged 122 'was reset' 'echo b >/proc/sysrq-trigger'
ok "and a panic after it is one" forged 120 'kernel panic: sysrq' \
	'echo c >/proc/sysrq-trigger'
done_testing
