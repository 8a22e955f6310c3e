#!/bin/sh
# A line whose carrier never comes holds its program up no more than BusyBox's
# init does, also where the program opens the line by itself.
. "${0%/*}/tap.sh"

first_board_only 'where its fifth serial line is, is not known'
"$src/test/qemu/compile" "$board" "$tmp/no_carrier" "$src/test/qemu/no_carrier.c"
cat >"$tmp/inittab" <<'END'
::sysinit:/no_carrier /dev/ttyS4
ttyS4::once:sh -c "echo x >/dev/ttyS4; touch /tmp/runs"
END
ok 'its program runs' gives 0 '' -k tiny -t 240 -i "$tmp/inittab" \
	--append 8250.nr_uarts=8 --qemu-args \
	'-chardev null,id=nobody -device pci-serial,chardev=nobody' \
	--copy "$tmp/no_carrier:/no_carrier" -- sh -c '
	for try in $(seq 100); do
		[ ! -e /tmp/runs ] || exit 0
		sleep 0.1
	done
	exit 1'
done_testing
