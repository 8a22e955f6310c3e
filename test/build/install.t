#!/bin/sh
# What is installed, and where.
. "$(dirname "$0")/tap.sh"

ok 'install' build out qemu-x86_64_defconfig install DESTDIR="$tmp/root"
ok 'the program' cmp "$tmp/out/foster" "$tmp/root/usr/local/sbin/foster"
ok 'can be run' test -x "$tmp/root/usr/local/sbin/foster"
ok 'and nothing that takes over a system' test ! -e \
	"$tmp/root/usr/local/sbin/init"
ok 'install-links' build out install-links DESTDIR="$tmp/image" PREFIX=
for link in init poweroff reboot halt; do
	ok "$link is foster" eval '
		[ "$(readlink "$tmp/image/sbin/$link")" = foster ] &&
		[ -x "$tmp/image/sbin/$link" ]'
done
ok 'install-reap' build out install-reap DESTDIR="$tmp/root"
cat >"$tmp/user.c" <<'END'
#include <errno.h>
#include <reap.h>
#include <stdio.h>

int main(void)
{
	printf("%d\n", reap_classify(-EAGAIN) == REAP_RETRY);
	return 0;
}
END
ok 'a program of this machine is compiled and linked with it' eval '
	cd "$tmp" && gcc -Wall -Werror -I"$tmp/root/usr/local/include" user.c \
		-L"$tmp/root/usr/local/lib" -lreap -o user && ./user | grep -x 1'
ok 'reap.pc names where it was installed' eval '
	grep -x prefix=/usr/local "$tmp/root/usr/local/lib/pkgconfig/reap.pc" &&
	! grep -F "$tmp" "$tmp/root/usr/local/lib/pkgconfig/reap.pc"'
ok 'into a folder with a blank in its name' eval '
	build out install DESTDIR="$tmp/a root" &&
	[ -x "$tmp/a root/usr/local/sbin/foster" ]'
ok 'clean keeps the configuration' eval '
	build out clean && [ -e "$tmp/out/.config" ] && [ ! -e "$tmp/out/foster" ]'
ok 'distclean removes it' eval '
	build out distclean && [ ! -e "$tmp/out/.config" ]'
mkdir "$tmp/precious"
echo text >"$tmp/precious/file"
ok 'clean touches nothing that is not its own' eval '
	build precious clean && [ -e "$tmp/precious/file" ]'
for folder in "$src" "${src%/*}" / "$src/init" "$src/test/build"; do
	ok "no build in $folder" says 'is or holds the source' \
		make -C "$src" O="$folder" allnoconfig
done
ok 'help lists every board' eval '
	make -C "$src" help >"$tmp/help" &&
	for board in "$src"/board/*/defconfig; do
		board=${board%/defconfig}
		grep -qx "  ${board##*/}_defconfig" "$tmp/help" || exit 1
	done'
ok 'help names every target that the makefiles offer' eval '
	sed -n "s/^\.PHONY: //p" "$src/Makefile" "$src"/scripts/*.mk |
		tr " " "\n" | grep -vE "^(need-.*|all|.*[()].*|one-by-one|check-parts|fuzz-programs|word-32|first-guest|\\\\|)\$" | sort -u |
	while read -r target; do
		grep -qwF -e "$target" "$tmp/help" || {
			echo "help does not name $target"; exit 1; }
	done'
done_testing
