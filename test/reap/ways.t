#!/bin/sh
# PID 1 by the ways that its boards do not choose: the same tests of what it
# starts, signals, stops, and is refused.
. "$(dirname "$0")/../build/tap.sh"

# way FOLDER WAY: foster of the first board, started by it
way()
{
	build "$1" qemu-x86_64_defconfig >/dev/null || return
	sed -i -e 's/^\(CONFIG_REAP_WAY_SHARE\)=y/# \1 is not set/' \
		-e "s/^# \(CONFIG_REAP_WAY_$2\) is not set/\1=y/" \
		"$tmp/$1/.config"
	build "$1" all && grep -qx "CONFIG_REAP_WAY_$2=y" "$tmp/$1/.config"
}

# tests FOLDER NAME [EXPECTED]: those of test/ns/NAME.t; one of them may fail.
tests()
{
	STORM=2000 O=$tmp/$1 timeout -s KILL 300 "$src/test/ns/$2.t" >"$tmp/out" 2>&1
	grep -q '^1\.\.[1-9]' "$tmp/out" &&
		[ "$(grep -c '^ok\|^not ok' "$tmp/out")" = \
			"$(sed -n 's/^1\.\.//p' "$tmp/out")" ] &&
		! grep '^not ok' "$tmp/out" | grep -v " - ${3:-^}\$" && return
	grep -v '^ok' "$tmp/out" | tail -n 40
	return 1
}

# What vfork costs: PID 1 stands still until its child's exec.
held='a child held up before its exec holds nobody up'
for way in fork vfork; do
	WAY=$(echo $way | tr a-z A-Z)
	ok "$way builds" way $way "$WAY"
	for name in actions children reload shutdown signals status traps faults; do
		expected=
		[ $way.$name != vfork.faults ] || expected=$held
		ok "$way: $name${expected:+, but one}" tests $way $name "$expected"
	done
done
count=$((count + 1))
grep -q "^ok .* - $held" "$tmp/out" || printf 'not '
echo "ok $count - vfork: $held # TODO it waits for the exec, doc/spawn.md"
done_testing
