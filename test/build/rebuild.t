#!/bin/sh
# What changed is rebuilt, and nothing else; never a stale object.
. "$(dirname "$0")/tap.sh"

# The tests edit sources: on a copy.
mkdir "$tmp/tree"
(cd "$src" && tar -cf - Kconfig Makefile init reap libc board scripts) |
	tar -xf - -C "$tmp/tree"
tree=$tmp/tree
src=$tree

# compiled: the sources that the last run of make compiled.
compiled()
{
	sed -n 's/^  CC  *//p' "$tmp/made" | sort
}

# only WANTED...: make compiled just these.
only()
{
	build out >"$tmp/made" 2>&1 || {
		cat "$tmp/made"
		return 1
	}
	printf '%s\n' "$@" | grep . | sort >"$tmp/wanted"
	compiled >"$tmp/compiled"
	diff "$tmp/wanted" "$tmp/compiled"
}

# includers HEADER: the sources whose dependency file names it.
includers()
{
	grep -l "/$1 *\\\\*\$\|/$1 " "$tmp"/out/init/*.d "$tmp"/out/reap/*.d \
		"$tmp"/out/libc/*.d |
		sed "s|^$tmp/out/||; s|\.d\$|.c|"
}

clean_bytes()
{
	rm -rf "$tmp/clean"
	mkdir "$tmp/clean"
	cp "$tmp/out/.config" "$tmp/clean/"
	build clean >/dev/null 2>&1 && cmp "$tmp/clean/foster" "$tmp/out/foster" &&
		cmp "$tmp/clean/reap/libreap.a" "$tmp/out/reap/libreap.a"
}

ok 'a first build' build out qemu-x86_64_defconfig all
ok 'a second one compiles nothing' only
cp "$tmp/out/foster" "$tmp/first"
ok 'nor does it link' eval '! grep -E "^  (LD|AR)" "$tmp/made"'

# As make itself hands the words back now and then.
for words in "$tmp"/out/*.words "$tmp"/out/*/*.words; do
	touch -r "$words" "$tmp/time"
	echo >>"$words"
	touch -r "$tmp/time" "$words"
done
ok 'a newline kept behind the words compiles nothing' only
ok 'and links nothing' eval '! grep -E "^  (LD|AR)" "$tmp/made"'

for header in init/log.h reap/terminal.h libc/thread.h; do
	users=$(includers "$header")
	ok "some sources include $header, others do not" eval '
		[ -n "$users" ] &&
		[ $(echo "$users" | wc -l) -lt $(ls "$tmp"/out/*/*.o | wc -l) ]'
	touch "$tree/$header"
	# shellcheck disable=SC2086
	ok "an edited $header rebuilds what includes it, and nothing else" \
		only $users
done
touch "$tree/init/main.c"
ok 'an edited source rebuilds itself' only init/main.c
ok 'to the same bytes' cmp "$tmp/out/foster" "$tmp/first"

# Whoever starts it during a build gets a whole one, and the build is not kept from
# writing by one that runs (ETXTBSY, execve(2)).
cat >"$tmp/strip" <<EOF
strip "\$@" && cmp "$tmp/out/foster" "$tmp/first"
EOF
touch "$tree/init/main.c"
ok 'until a new one is whole the old one stays' build out \
	STRIP="sh $tmp/strip"

for option in LOG CONTAINER STACK_PROTECTOR; do
	ok "after a change of $option nothing stale is left" eval '
		if grep -q "^CONFIG_$option=y" "$tmp/out/.config"; then
			kconfig-tweak --file "$tmp/out/.config" --disable $option
		else
			kconfig-tweak --file "$tmp/out/.config" --enable $option
		fi
		build out olddefconfig >/dev/null 2>&1
		build out >/dev/null && clean_bytes'
done

printf '#include "extra.h"\nint extra(void)\n{\n\treturn 1;\n}\n' \
	>"$tree/reap/extra.c"
echo 'int extra(void);' >"$tree/reap/extra.h"
echo 'reap-y += extra.o' >>"$tree/reap/objects.mk"
ok 'a new object is compiled' only reap/extra.c
ok 'and is in libreap.a' eval 'ar t "$tmp/out/reap/libreap.a" | grep -x extra.o'
sed -i '$d' "$tree/reap/objects.mk"
ok 'a removed one compiles nothing' only
ok 'and is not in libreap.a' eval '
	! ar t "$tmp/out/reap/libreap.a" | grep -x extra.o'
rm "$tree/reap/extra.h" "$tree/reap/extra.c"
ok 'and its header may go' build out

ok 'changed CFLAGS rebuild everything' eval '
	build out clean && build out >/dev/null &&
	build out CFLAGS=-O2 >"$tmp/made" &&
	[ "$(compiled | wc -l)" -gt 5 ] &&
	[ "$(compiled | wc -l)" -eq "$(ls -1 "$tmp"/out/*/*.o | wc -l)" ]'
ok 'changed LDFLAGS link again' eval '
	build out >/dev/null && build out LDFLAGS="-Wl,-Map=$tmp/map" && [ -s "$tmp/map" ]'
ok 'a failed compilation leaves no object' eval '
	rm -f "$tmp/out/init/main.o"
	! build out CFLAGS=-include/nonexistent.h &&
	[ ! -e "$tmp/out/init/main.o" ]'
done_testing
