#!/bin/sh
# make check: finds every test, runs the chosen ones, and fails when one does.
. "$(dirname "$0")/tap.sh"

mkdir -p "$tmp/tree/test/unit" "$tmp/tree/test/room"
(cd "$src" && tar -cf - Kconfig Makefile init reap libc board scripts) |
	tar -xf - -C "$tmp/tree"
src=$tmp/tree

cat >"$src/test/unit/sum.c" <<'END'
/* uses: init/sum.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sum.h"

static void two_and_two_is_four(void **state)
{
	(void)state;
	assert_int_equal(sum(2, 2), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_and_two_is_four),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
END
echo 'int sum(int a, int b);' >"$src/init/sum.h"
cat >"$src/init/sum.c" <<'END'
#include "sum.h"

int sum(int a, int b)
{
	return a + b;
}
END
# script NAME TAP-LINE STATUS
script()
{
	printf '#!/bin/sh\necho "%s"\necho 1..1\n[ -x "$O/foster" ] || exit 9\nexit %s\n' \
		"$2" "$3" >"$src/test/room/$1.t"
	chmod +x "$src/test/room/$1.t"
}
script good 'ok 1 - good' 0

ok 'passing tests pass, with a built foster' eval '
	build out allnoconfig check >"$tmp/log" 2>&1 &&
	grep -F "Files=2, Tests=2" "$tmp/log"'
ok 'T= runs only what has the word in its path' eval '
	build out check T=room >"$tmp/log" 2>&1 && grep -F Files=1, "$tmp/log"'
mkdir "$src/test/stress"
script ../stress/stress 'ok 1 - longer' 0
ok 'one that takes long is left to check-all' eval '
	build out check >"$tmp/log" 2>&1 && grep -F Files=2, "$tmp/log" &&
	build out check-all >"$tmp/log" 2>&1 && grep -F Files=3, "$tmp/log"'
ok 'and to whom asks for it' eval '
	build out check T=stress >"$tmp/log" 2>&1 && grep -F Files=1, "$tmp/log"'
rm "$src/test/stress/stress.t"
script other 'ok 1 - other' 0
ok 'a word that no test has is an error' \
	says 'no test has "nonesuch" in its name' build out check T=nonesuch
rm "$src/test/room/other.t"
ok 'an empty O= is the default folder' eval '
	make -C "$src" O= allnoconfig && [ -f "$src/build/.config" ]'
ok 'a path with blanks is named' says "no path with blanks: $tmp/a b/.config" \
	build out KCONFIG_CONFIG="$tmp/a b/.config" all
script bad 'not ok 1 - bad' 0
ok 'a failed point fails make' no build out check
script bad 'ok 1 - bad' 1
ok 'so does a status that is not 0' no build out check
printf '#!/bin/sh\necho "ok 1 - bad"\n' >"$src/test/room/bad.t"
ok 'and a test that ends before its plan' no build out check
rm "$src/test/room/bad.t"
sed -i 's/a + b/a - b/' "$src/init/sum.c"
ok 'a changed source is compiled into its unit test, which fails' \
	no build out check T=unit/sum
sed -i 's/a - b/a + b + (a << 31 << 1) * 0/' "$src/init/sum.c"
ok 'undefined behaviour fails a unit test' \
	says 'runtime error' build out check T=unit/sum
sed -i 's/return .*/int x[2] = {a, b}; return x[a];/' "$src/init/sum.c"
ok 'so does a read outside an array' says 'out of bounds' build out check T=unit/sum
done_testing
