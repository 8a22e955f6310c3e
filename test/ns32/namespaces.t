#!/bin/sh
# The tests in test/ns with a foster of 32 bits, for what takes a word for 64: the
# kernel here runs both. One test for each script.
keep=${O:-}
# shellcheck source=../build/tap.sh
. "${0%/*}/../build/tap.sh"
export O="${keep:-$src/build}"
unset keep

[ "$(uname -m)" = x86_64 ] || {
	echo "1..0 # SKIP gcc has no -m32 on $(uname -m)"
	exit 0
}

built()
{
	O=$("$src/test/ns32/build") && file=$(od -An -tx1 -N5 "$O/foster") &&
		[ "$file" = ' 7f 45 4c 46 01' ]
}

# A kernel without CONFIG_IA32_EMULATION, or one whose virtual machine has no
# such mode, says ENOEXEC to every program of 32 bits.
cannot_run()
{
	python3 -c 'import errno, subprocess, sys
try:
	subprocess.run([sys.argv[1], "no-request"], stderr=subprocess.DEVNULL)
except OSError as error:
	sys.exit(error.errno != errno.ENOEXEC)
sys.exit(1)' "$O/foster"
}

# passed NAME: in prove's report of all.
passed()
{
	grep -q "test/ns/$1 .* ok\>" "$tmp/all" && return
	grep -v '^ok' "$tmp/all"
	return 1
}

ok 'a foster of 32 bits' built
cd "$src" || exit
names=
for script in test/ns/*.t; do
	case $script in
	*/instants.t | */pacing.t) ;;
	*) names="$names $script" ;;
	esac
done
if cannot_run; then
	for name in $names; do
		echo "ok $((count += 1)) - ${name##*/} # SKIP this kernel runs no" \
			"program of 32 bits; qemu-arm is one in test/qemu/boards.t"
	done
	done_testing
fi
# One at a time: another test may run beside this one, and time is measured.
# shellcheck disable=SC2086
prove --timer --failures --exec 'timeout -k 9 300' $names \
	>"$tmp/all" 2>&1
for name in $names; do
	ok "${name##*/}" passed "${name##*/}"
done
echo "ok $((count += 1)) - instants.t # SKIP its tracer reads registers of 64 bits"
echo "ok $((count += 1)) - pacing.t # SKIP half a minute of bounds of time; \
shutdown.t waits by the same clock"
done_testing
