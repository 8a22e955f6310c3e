#!/bin/sh
# The sources: layout, and what the checkers say of them.
. "$(dirname "$0")/tap.sh"

export O="$tmp/out"
for target in format-check shellcheck cppcheck tidy; do
	ok "$target" make -C "$src" O="$O" $target
done
ok 'no note of work to be done' eval '
	! grep -nwE "TODO|FIXME|XXX" "$src"/init/*.[ch] "$src"/reap/*.[ch]'
ok 'every test is executable' eval '
	[ -z "$(find "$src/test" -name "*.t" ! -perm -100)" ]'
ok 'nothing is left of a patch or a merge' eval '
	! find "$src" -path "$src/build" -prune -o \( -name "*.orig" -o \
		-name "*.rej" \) -print | grep .'
done_testing
