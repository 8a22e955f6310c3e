#!/bin/sh
# The product: static, small, and with nothing in it that PID 1 must not have.
. "$(dirname "$0")/tap.sh"

ok 'the largest configuration builds' build out allyesconfig all
foster=$tmp/out/foster
debug=$tmp/out/foster.debug
readelf -lW "$foster" >"$tmp/segments" 2>&1
readelf -SW "$debug" >"$tmp/sections"
nm "$debug" >"$tmp/symbols"

ok 'it is static' no grep -E 'INTERP|DYNAMIC' "$tmp/segments"
ok 'its stack is not executable' grep -E 'GNU_STACK.* RW ' "$tmp/segments"
ok 'nothing is writable and executable' no grep -E ' RWE ' "$tmp/segments"
ok 'code and constants share a segment' eval '
	[ "$(grep -c " LOAD " "$tmp/segments")" = 2 ]'
ok 'nothing that is written to holds addresses of code to call' \
	no grep -E ' \.(init_array|fini_array|ctors|dtors|data\.rel\.ro|got) ' \
	"$tmp/sections"
ok 'no table of zeros lies in the file' eval '
	size -A "$debug" | awk "\$1 == \".data\" { print; exit \$2 > 512 }"'
ok 'no section headers, no symbols' eval '
	readelf -hW "$foster" | grep -E "Number of section headers: +0\$" &&
	! readelf -sW "$foster" | grep -q FUNC'
ok 'the debug file has both' grep -F .debug_info "$tmp/sections"
ok 'no heap, no stdio, no locale, no getopt' no grep -wE \
	'[A-Za-z] (malloc|calloc|realloc|free|mmap_malloc|printf|vfprintf|snprintf|vsnprintf|fopen|fwrite|puts|setlocale|getopt|getopt_long|strerror|abort|pthread_create|atexit|sleep|usleep)' \
	"$tmp/symbols"
ok 'nothing in it writes down when or where it was built' eval '
	! grep -aF "$src" "$foster" "$debug"'
ok 'no undefined symbol' no grep -E '^ +U ' "$tmp/symbols"
ok 'the program runs' eval '
	"$foster" -- /bin/sh -c "exit 3"; [ $? = 3 ]'
ok 'no vector code, which would need an aligned stack' eval '
	build small allyesconfig >/dev/null &&
	sed -i s/CONFIG_WHOLE_LIBC=y/CONFIG_WHOLE_LIBC=n/ "$tmp/small/.config" &&
	build small >/dev/null &&
	objdump -d "$tmp/small/foster.debug" >"$tmp/code" &&
	grep -q "<main>:" "$tmp/code" && ! grep -m 3 -E "%[xyz]mm" "$tmp/code"'
ok 'strip-sections refuses what is no ELF file' \
	says 'is no ELF file' "$src/scripts/strip-sections" "$src/Makefile"
cp "$tmp/out/init/main.o" "$tmp/object"
ok 'no object wants an executable stack' eval '
	for object in "$tmp"/out/init/*.o "$tmp"/out/reap/*.o; do
		readelf -SW "$object" | grep -qF .note.GNU-stack || {
			echo "$object"; exit 1; }
	done'
ok 'with the stack protector it has the canary' eval '
	grep -q "^CONFIG_STACK_PROTECTOR=y" "$tmp/out/.config" &&
	grep -w __stack_chk_fail "$tmp/symbols"'

# ---- the arrows between the rooms
ok 'reap/ includes nothing of init/' eval '
	! grep -hE "init/" "$tmp"/out/reap/*.d'
ok 'reap/ calls nothing of init/' eval '
	nm -u "$tmp"/out/reap/*.o | awk "NF == 2 { print \$2 }" | sort -u \
		>"$tmp/wants"
	nm --defined-only "$tmp"/out/init/*.o | awk "NF == 3 && \$2 ~ /[A-Z]/ {
		print \$3 }" | sort -u >"$tmp/has"
	[ -s "$tmp/wants" ] && [ -s "$tmp/has" ] &&
	[ -z "$(comm -12 "$tmp/wants" "$tmp/has" | tee /dev/stderr)" ]'
done_testing
