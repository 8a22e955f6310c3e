#!/bin/sh
# Every parser on its kept corpus, then on what the fuzzer makes of it, for some
# seconds: SEC, else 20 where CI is set, else 3.
set -eu

cd "$(dirname "$0")/../.."
seconds=${SEC:-${CI:+20}}
seconds=${seconds:-3}
programs=
for source in test/fuzz/*.c; do
	programs="$programs $(basename "$source" .c)"
done
# shellcheck disable=SC2086
set -- $programs
echo "1..$(($# * 2))"
if ! make -s O="$O" fuzz-programs >/dev/null; then
	echo "Bail out! the fuzz programs do not build"
	exit 1
fi
failed=0
number=0
say()
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
	fi
}
for name; do
	status=0
	[ -n "$(ls test/fuzz/corpus/"$name")" ] &&
		"$O/fuzz/$name" test/fuzz/corpus/"$name"/* \
			>"$O/fuzz/$name.corpus.log" 2>&1 || status=$?
	[ $status -eq 0 ] || sed 's/^/# /' "$O/fuzz/$name.corpus.log"
	say $status "$name: the kept corpus"
	status=0
	text=$(test/fuzz/run "$seconds" "$O/fuzz/$name") || status=$?
	echo "$text" | sed 's/^/# /'
	say $status "$name: $seconds s of fuzzing"
done
exit $failed
