#!/bin/sh
# A guest of 32 MiB: supervision, orphans, halt.
. "${0%/*}/tap.sh"
. "${0%/*}/services.sh"

services 300
ok "services start again, orphans are reaped" gives 23 '' -m 32 -t 60 \
	-i "$tmp/inittab" --copy "$tmp/check:/check" -- /check
ok "memory of the guest is 32 MiB" gives 0 '' -m 32 -- \
	sh -c '[ $(sed -n "s/MemTotal: *//p" /proc/meminfo | cut -d" " -f1) -lt 32768 ]'
ok "standard output, input and error apart, as they are" gives 0 'to error' \
	-m 32 --stdin /bin/cat -- sh -c 'cat; echo to error >&2'
ok "every byte of it" cmp "$tmp/out" /bin/cat
# Linux for RISC-V switches off where it is to halt; qemu-microvm does neither.
left=124
[ "$(value architecture)" != riscv ] && [ "$(value power-off)" != halt ] ||
	left=122
ok "halt stops the machine and leaves it on, where that can be" \
	gives $left verdict -m 32 -t 5 -- sh -c 'halt -f; sleep 1000'
ok "which the kernel says" grep -q 'reboot: System halted' "$tmp/reason"
ok "poweroff ends the command first" gives 143 'SIGTERM' -m 32 -- \
	sh -c 'poweroff; sleep 1000'
done_testing
