#!/bin/sh
# The further options of test/qemu/run, each seen in a guest.
. "${0%/*}/tap.sh"

mkdir -p "$tmp/folder/below"
echo within >"$tmp/folder/below/file"
ln -s below/file "$tmp/folder/link"
printf '#!/bin/sh\nexit 9\n' >"$tmp/program"
chmod 755 "$tmp/program"

# holds FILE TEXT
holds()
{
	grep -qF -e "$2" "$1" && return
	echo "no \"$2\" in $1:"
	cat "$1"
	return 1
}

here=$(pwd)
cd "$tmp/folder" || exit
ok "a program of ours by its path" gives 9 '' -k tiny -- ../program
cd "$here" || exit
ok "--copy without a place, and what is to come out" gives 9 '' -k tiny \
	--copy "$tmp/program" --get /etc/inittab:"$tmp/got" -- /program
ok "--get brings the file" holds "$tmp/got" '::shutdown:/foster.get'
ok "--get of what is not there" gives 125 '--get: did not come: /nosuch' \
	-k tiny --get /nosuch:"$tmp/got" -- true
ok "nor silently where the command fails" gives 9 \
	'--get: did not come: /nosuch' -k tiny --get /nosuch:"$tmp/got" -- \
	sh -c 'exit 9'
ok "--stdin -" eval 'printf "a\nb" | "$run" -b "$board" -k tiny --stdin - -- \
	cat >"$tmp/out" && [ "$(od -An -tx1 "$tmp/out")" = " 61 0a 62" ]'
ok "a dynamic program" "$("$src/scripts/cross" "$board" compiler)gcc" \
	-nostdlib -pie -fPIE -Wl,-e,0,-dynamic-linker,/lib/nosuch.so \
	-o "$tmp/dynamic" -x c - </dev/null
ok "is told why it does not start" gives 127 "/dynamic is dynamically linked, and\
 its interpreter /lib/nosuch.so is not in the guest" -k tiny \
	--copy "$tmp/dynamic" -- /dynamic
printf '#!/bin/nosuch\n' >"$tmp/script"
chmod 755 "$tmp/script"
ok "and a script" gives 127 '/bin/nosuch, which its first line names, is not' \
	-k tiny --copy "$tmp/script" -- /script
# A third of the memory: more than half of what the kernel leaves of it.
head -c 14000000 /dev/zero >"$tmp/zeros"
ok "a file that the kernel would cut" gives 2 \
	"zeros (13.4 MiB) is more than a guest with -m 32 can hold" -k tiny -m 32 \
	--copy "$tmp/zeros" -- true
ok "--share, with its links" gives 0 '' -k tiny --share "$tmp/folder" -- \
	cat /share/link
ok "as it is" holds "$tmp/out" within
if [ -n "$(value stock-package)" ]; then
	ok "--append, --smp, --qemu-args" gives 0 '' -k stock -t 150 \
		--append 'foster.word=1' --smp 2 \
		--qemu-args '-rtc base=2020-01-01' -- \
		sh -c 'cat /proc/cmdline; nproc; date +%Y'
	ok "the words" holds "$tmp/out" foster.word=1
	ok "the processors" grep -qx 2 "$tmp/out"
	ok "the clock" grep -qx 2020 "$tmp/out"
else
	ok "--append" gives 0 '' -k tiny --append 'foster.word=1' -- \
		cat /proc/cmdline
	ok "the words" holds "$tmp/out" foster.word=1
	skip "--smp, --qemu-args" \
		"no kernel here for two processors or with a clock"
fi
ok "--init: what can not be run is not replaced by foster" gives 120 \
	"Requested init /init failed" -k tiny --init /etc/passwd -- true
ok "--init: BusyBox's" gives 5 '' -k tiny \
	--init "$("$src/scripts/cross" "$board" busybox)" -- \
	sh -c '[ -z "$(pidof foster)" ]; grep -c "" /proc/1/status; exit 5'
ok "--strict leaves a clean kernel alone" gives 0 '' -k tiny --strict -- true
ok "--bisect: a panic is bad" gives 1 'kernel panic' -k tiny --bisect -- \
	sh -c 'echo c >/proc/sysrq-trigger'
ok "--bisect: a kernel that is missing is skipped" gives 125 'no such file' \
	-k "$tmp/nosuch" --bisect -- true
ok "--bisect: a wrong option stops" gives 255 'nosuch' --bisect --nosuch -- true
ok "--json tells exit 120 from a panic" gives 120 '' -k tiny \
	--json "$tmp/json" --junit "$tmp/junit" -- sh -c 'exit 120'
ok "by its kind" holds "$tmp/json" '"kind": "exit", "status": 120'
ok "--junit" holds "$tmp/junit" 'failures="1" errors="0"'
ok "as its type" holds "$tmp/junit" '<failure type="exit"'
ok "--tap tells exit 124 from a time out" gives 124 '' -k tiny \
	--tap "$tmp/tap" -- sh -c 'exit 124 # skip'
ok "by its kind" holds "$tmp/tap" '  kind: exit'
ok "whatever the command is called" holds "$tmp/tap" \
	"not ok 1 - $board -- sh -c exit 124 \\# skip"
ok "which prove takes for a failure" no prove -e cat "$tmp/tap"
ok "--tap of a panic" gives 120 'kernel panic' -k tiny --tap "$tmp/tap" -- \
	sh -c 'echo c >/proc/sysrq-trigger'
ok "its kind" holds "$tmp/tap" '  kind: panic'
ok "--tap of what passes" gives 0 '' -k tiny --tap "$tmp/tap" -- true
ok "which prove takes for a pass" prove -e cat "$tmp/tap"
ok "time out: tasks are listed" gives 124 'the command runs' -k tiny -t 15 \
	--json "$tmp/json" -- sleep 1000
ok "among the last lines" holds "$tmp/json" 'workqueue'
ok "a full disk for what comes out" gives 125 '--get /dev/full: No space' \
	-k tiny --get /etc/inittab:/dev/full -- true

# The same as an installed command, from a folder that is not the tree, built in
# one of its own: an object remembers where its source is.
ok "make install-test" make -s -C "$src" O="$O" PREFIX="$tmp/prefix" install-test
ok "with all of each board" diff -r "$src/board" \
	"$tmp/prefix/share/foster/board"
export O="$tmp/other" FOSTER_BOOT_TEST="$tmp/own" CC=/nosuch \
	CROSS_COMPILE=nosuch- CFLAGS=-nosuch ARCH=nosuch
run=$tmp/prefix/bin/foster-boot-test
ok "foster-boot-test, whatever the environment has for make" gives 42 '' \
	-k tiny -- sh -c 'exit 42'
ok "in a folder of its own" eval '[ -d "$tmp/own" ] && [ ! -e "$tmp/other" ]'
ok "by its name" gives 2 'foster-boot-test: no such board' -b nosuch -- true
ok "also in its help" eval '"$run" --help | grep "^  foster-boot-test "'
done_testing
