#!/bin/sh
# Two builds of one source give the same bytes, wherever they are made.
. "$(dirname "$0")/tap.sh"

mkdir -p "$tmp/a/tree" "$tmp/elsewhere/with-a-longer-name/src"
for to in "$tmp/a/tree" "$tmp/elsewhere/with-a-longer-name/src"; do
	(cd "$src" && tar -cf - Kconfig Makefile init reap libc board scripts) |
		tar -xf - -C "$to"
done
second=$tmp/elsewhere/with-a-longer-name/src

ok 'the first build' make -C "$tmp/a/tree" O="$tmp/one" allyesconfig all
ok 'another tree, folder, time, locale and umask' sh -c "
	umask 077
	LC_ALL=C.UTF-8 TZ=Asia/Tokyo SOURCE_DATE_EPOCH=1 make -j2 \
		-C '$second' O='$tmp/two' allyesconfig all"
for product in foster foster.debug reap/libreap.a; do
	ok "$product is the same" cmp "$tmp/one/$product" "$tmp/two/$product"
done
ok 'no product names the folder it was built in' eval '
	! grep -aF "$tmp" "$tmp/one/foster" "$tmp/one/foster.debug" \
		"$tmp/one/reap/libreap.a"'
ok 'nor the day' eval '! grep -aF "$(date +%Y-%m-%d)" "$tmp/one/foster"'
done_testing
