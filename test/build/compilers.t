#!/bin/sh
# gcc and clang build every standing configuration without a warning.
. "$(dirname "$0")/tap.sh"

for compiler in gcc clang; do
	for config in allnoconfig allyesconfig container_defconfig \
		qemu-x86_64_defconfig; do
		ok "$compiler, $config" build $compiler-$config $config all \
			CC=$compiler CI=1
	done
	ok "$compiler, sanitizers" build $compiler-san allyesconfig all \
		CC=$compiler CI=1 SANITIZE=address,undefined
done
echo 'static int unused(void) { return 1; }' >"$tmp/unused.h"
ok 'a warning fails the build in CI' eval '
	! build gcc-allnoconfig CI=1 CFLAGS="-include $tmp/unused.h"'
ok 'and only there' build gcc-allnoconfig CFLAGS="-include $tmp/unused.h"
done_testing
