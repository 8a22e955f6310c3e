#!/bin/sh
# The sources: layout, and what the checkers say of them.
. "$(dirname "$0")/tap.sh"

export O="$tmp/out"
for target in format-check shellcheck cppcheck tidy; do
	ok "$target" make -C "$src" O="$O" $target
done
ok 'no note of work to be done' eval '
	! grep -nwE "TODO|FIXME|XXX" "$src"/init/*.[ch] "$src"/reap/*.[ch]'
# conditions: each #if of ours, but around a whole file or a table's entry, and
# where a header lacks a number or a call that the kernel has.
conditions()
{
	(cd "$src" && grep -nE '^ *# *(if|ifdef|ifndef) ' init/*.[ch] reap/*.[ch] libc/*.[ch]) |
		grep -vE ':#ifndef [A-Z_]+_H$|#if(def|ndef) (SYS_[a-z0-9_]+|P_PIDFD|__x86_64__|__cplusplus)$' |
		sed 's/:[0-9]*:.*CONFIG_\([A-Z_]*\).*/ \1/' >"$tmp/conditions"
	diff - "$tmp/conditions" <<-'END'
	init/boot.c ADMISSION_STATUS
	init/control.c ADMISSION_STATUS
	init/personality.c CONTAINER_REPORT
	init/personality.c CONTAINER_ZOMBIES
	init/service.h ADMISSION
	init/standard_error.c CONTAINER
	init/standard_error.h CONTAINER
	reap/child.c REAP_ATTRIBUTES
	reap/child.c REAP_STREAMS
	reap/child.c REAP_ATTRIBUTES
	reap/child.c REAP_ATTRIBUTES
	END
}
ok 'an #if stands around a whole file or an entry of a table' conditions
ok 'every test is executable' eval '
	[ -z "$(find "$src/test" -name "*.t" ! -perm -100)" ]'
ok 'nothing is left of a patch or a merge' eval '
	! find "$src" -path "$src/build" -prune -o \( -name "*.orig" -o \
		-name "*.rej" \) -print | grep .'
done_testing
