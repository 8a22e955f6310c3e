#!/bin/sh
# Two builds of one source give the same bytes, wherever they are made.
. "$(dirname "$0")/tap.sh"

mkdir -p "$tmp/a/tree" "$tmp/elsewhere/with-a-longer-name/src"
second=$tmp/elsewhere/with-a-longer-name/src
# As two clones are, each of a user with another umask.
# clone UMASK FOLDER
clone()
{
	(cd "$src" && tar -cf - Kconfig Makefile init reap libc board scripts) |
		(umask "$1" && tar --no-same-permissions -xf - -C "$2")
}
clone 022 "$tmp/a/tree"
clone 077 "$second"
ok 'the second clone has other modes' [ "$(stat -c %a "$second/board")" = 700 ]

ok 'the first build' sh -c "
	umask 022
	make -C '$tmp/a/tree' O='$tmp/one' allyesconfig all \\
		'$tmp/one/initramfs.cpio.gz'"
ok 'another tree, folder, time, locale and umask' sh -c "
	umask 077
	LC_ALL=C.UTF-8 TZ=Asia/Tokyo SOURCE_DATE_EPOCH=1 make -j2 \
		-C '$second' O='$tmp/two' allyesconfig all \\
		'$tmp/two/initramfs.cpio.gz'"
for product in foster foster.debug reap/libreap.a initramfs.cpio.gz; do
	ok "$product is the same" cmp "$tmp/one/$product" "$tmp/two/$product"
done
ok 'no product names the folder it was built in' eval '
	! grep -aF "$tmp" "$tmp/one/foster" "$tmp/one/foster.debug" \
		"$tmp/one/reap/libreap.a"'
ok 'nor the day' eval '! grep -aF "$(date +%Y-%m-%d)" "$tmp/one/foster"'
done_testing
