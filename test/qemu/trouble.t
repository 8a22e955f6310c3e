#!/bin/sh
# What goes wrong around a guest, produced for real: kernel warnings, a machine
# that hangs with interrupts off, a QEMU that is killed, full disks.
. "${0%/*}/tap.sh"

# Linux warns of two threads of one core on two nodes, which QEMU can make of a
# PC.
torn='-smp 2,sockets=1,cores=1,threads=2
	-object memory-backend-ram,size=64M,id=m0
	-object memory-backend-ram,size=64M,id=m1
	-numa node,cpus=0,memdev=m0 -numa node,cpus=1,memdev=m1'
if [ "$board" = qemu-x86_64 ]; then
	ok "a warning is a failure with --strict" \
		gives 118 'complained: WARNING: ' -k stock -t 150 --strict \
		--qemu-args="$torn" --json "$tmp/json" -- true
	ok "also in the record" \
		grep -q '"complaint": "WARNING: .*topology_sane' "$tmp/json"
	ok "and none without" gives 0 '' -k stock -t 150 \
		--qemu-args="$torn" -- true
else
	skip "a warning is a failure with --strict" \
		"no QEMU arguments that make this board's kernel warn"
fi

# Where the machine has its memory.
case $(value architecture) in
x86_64) set -- -m32 -Wl,-Ttext=0x100000 ;;
arm | arm64) set -- -Wl,-Ttext=0x40200000 ;;
# OpenSBI goes to the first byte that was loaded: no headers before it.
*) set -- -Wl,-N,-Ttext=0x80200000 ;;
esac
ok "a kernel that hangs" "$("$src/scripts/cross" "$board" compiler)gcc" "$@" \
	-nostdlib -static -Wl,-e,start,--build-id=none,-z,noexecstack \
	-o "$tmp/hang" "$src/test/qemu/hang.S"
ok "a hang with interrupts off ends in time" gives 124 'never started' -t 3 \
	-k "$tmp/hang" -- true

ok "a QEMU that refuses its arguments is told at once" gives 125 \
	'QEMU ended without a word' -t 0 -k "$tmp/hang" --qemu-args=-nonesuch \
	-- true

# ended_with STATUS: of the runner in the background.
ended_with()
{
	wait "$runner"
	status=$?
	[ "$status" -eq "$1" ] && return
	echo "status $status"
	cat "$tmp/reason"
	return 1
}

# started: the guest's command says so; its QEMU is $emulator.
started()
{
	tries=0
	until grep -q up "$tmp/out"; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return
		sleep 0.1
	done
	emulator=$(tr -d ' ' <"/proc/$runner/task/$runner/children")
}

"$run" -b "$board" -k tiny -- sh -c 'echo up; sleep 1000' >"$tmp/out" 2>"$tmp/reason" &
runner=$!
ok "a guest whose QEMU is about to be killed" started
kill -9 $emulator
ok "is no verdict on the command" ended_with 125
ok "and says so" grep -q 'QEMU ended without a word' "$tmp/reason"

# What is on disk goes once QEMU has read it.
mkdir "$tmp/scratch"
gone()
{
	tries=0
	while kill -0 "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return
		sleep 0.1
	done
}
: >"$tmp/out"
TMPDIR=$tmp/scratch "$run" -b "$board" -k tiny -- \
	sh -c 'echo up; sleep 1000' >"$tmp/out" 2>"$tmp/reason" &
runner=$!
ok "a guest whose runner is about to be killed" started
ok "is one QEMU" grep -q qemu "/proc/$emulator/cmdline"
kill -9 $runner
ok "the runner is gone" ended_with 137
ok "and QEMU with it" gone "$emulator"
ok "no file is left" eval '[ -z "$(ls -A "$tmp/scratch")" ]'

# A build that never ends, and cleans up.
mkdir "$tmp/path"
cat >"$tmp/path/make" <<END
#!/bin/sh
trap 'rm "$tmp/building"' EXIT
trap 'exit 1' TERM
sleep 1000 &
echo \$! >"$tmp/pid"
echo \$\$ >"$tmp/building"
wait
END
chmod +x "$tmp/path/make"
building()
{
	tries=0
	until [ -s "$tmp/building" ]; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return
		sleep 0.1
	done
}
for signal in TERM:143 HUP:129; do
	O=$tmp/none TMPDIR=$tmp/scratch PATH=$tmp/path:$PATH "$run" -b "$board" \
		-k tiny -- true >"$tmp/out" 2>"$tmp/reason" &
	runner=$!
	ok "a build, and SIG${signal%:*} to the runner" building
	kill -s "${signal%:*}" "$runner"
	ok "ends it" ended_with "${signal#*:}"
	ok "all of the build" gone "$(cat "$tmp/pid")"
	ok "which could clean up" [ ! -e "$tmp/building" ]
	ok "and no file is left" eval '[ -z "$(ls -A "$tmp/scratch")" ]'
done

ok "a full disk for the record" gives 125 '/dev/full: No space' -k tiny \
	--json /dev/full -- true
ok "for the test case" gives 125 '/dev/full: No space' -k tiny \
	--junit /dev/full -- true
# full OPTION... -- COMMAND...: standard output is on a full disk. Whether Python
# buffers it is the user's choice.
full()
{
	env -u PYTHONUNBUFFERED "$run" -b "$board" -k tiny "$@" >/dev/full \
		2>"$tmp/reason"
	status=$?
	cat "$tmp/reason"
	[ $status -eq 125 ] && [ "$(wc -l <"$tmp/reason")" = 1 ] &&
		grep -q 'cannot write: No space' "$tmp/reason"
}
ok "for a record on standard output" full --json - -- true
ok "for what the command writes" full -- echo word
done_testing
