#!/bin/sh
# Whatever is wrong with the command line: status 2, one line that says what,
# nothing built, booted or left.
. "${0%/*}/tap.sh"

mkdir -p "$tmp/scratch" "$tmp/locked" "$tmp/folder/below/locked"
echo text >"$tmp/file"
mkfifo "$tmp/pipe"
chmod 0 "$tmp/locked" "$tmp/folder/below/locked"

# wrong TEXT [OPTION]...: root without its right to read everything.
wrong()
{
	text=$1
	shift
	rm -rf "$tmp/none" "$tmp"/scratch/*
	TMPDIR=$tmp/scratch O=$tmp/none XDG_CACHE_HOME=$tmp/none timeout 20 \
		setpriv --bounding-set=-dac_override,-dac_read_search \
		"$run" "$@" >"$tmp/out" 2>"$tmp/reason" </dev/null
	status=$?
	echo "status $status"
	cat "$tmp/out" "$tmp/reason"
	[ $status -eq 2 ] && [ ! -s "$tmp/out" ] &&
		[ "$(wc -l <"$tmp/reason")" -eq 1 ] &&
		grep -qF -e "test/qemu/run: " "$tmp/reason" &&
		grep -qF -e "$text" "$tmp/reason" &&
		[ -z "$(ls "$tmp/scratch")" ] && [ ! -e "$tmp/none" ]
}

ok 'nothing' wrong 'want either a command or --interactive'
ok 'no command' wrong 'want either a command' -k tiny --
ok 'a command, and a shell' wrong 'want either' --interactive -- true
ok 'an unknown option' wrong --nosuch --nosuch -- true
ok 'a word cut short' wrong --verb --verb -- true
for option in -b -m --smp -k --append -i --init --qemu-args --copy --share \
	--get --stdin -t --json --junit --tap; do
	ok "$option without a value" wrong "$option" "$option"
done
for option in -m --smp; do
	for value in 0 -1 1.5 x ''; do
		ok "$option '$value'" wrong "$option" "$option=$value" -- true
	done
done
for value in -1 x nan inf 1e9 ''; do
	ok "-t '$value'" wrong -t "-t$value" -- true
done
ok 'an unknown board' wrong 'no such board: nosuch' -b nosuch -- true
ok 'a board that is a path' wrong 'no such board' -b ../board/qemu-arm -- true
ok 'one without a machine' wrong 'no such board' -b container -- true
ok 'too little memory' wrong 'needs 32 MiB' -m 8 -- true
ok 'too little for the stock kernel' wrong 'needs 96 MiB' -b qemu-x86_64 \
	-k stock -m 64 -- true
ok 'QEMU arguments with half a quote' wrong 'No closing quotation' \
	--qemu-args "'x" -- true
ok 'a long command' wrong 'longer than 8 kB' -- \
	"$(head -c 9000 /dev/zero | tr '\0' x)"
ok 'one of many words' wrong '128 words' -- $(seq 129)
for option in -i --init --stdin --copy; do
	ok "$option: not there" wrong "$tmp/nosuch: No such file" \
		"$option" "$tmp/nosuch" -- true
done
ok 'a program: not there' wrong './nosuch: No such file' -- ./nosuch
for option in -i --stdin; do
	ok "$option: a folder" wrong 'Is a directory' "$option" "$tmp" -- true
done
ok '--share: not there' wrong 'no such folder' --share "$tmp/nosuch" -- true
ok '--share: a file' wrong 'no such folder' --share "$tmp/file" -- true
ok '--share: unreadable' wrong 'Permission denied' --share "$tmp/locked" -- true
ok '--copy: unreadable, below' wrong 'Permission denied' --copy "$tmp/folder" \
	-- true
ok '--copy: neither file nor folder' wrong 'neither a file nor a folder' \
	--copy "$tmp/pipe" -- true
ok '--copy to a relative path' wrong 'absolute DST' --copy "$tmp/file:x" -- true
ok '--copy over all' wrong 'absolute DST' --copy "$tmp/folder:/" -- true
ok '--copy below /dev' wrong 'mounts over it' --copy "$tmp/file:/dev/x" -- true
ok '--copy of nothing' wrong 'absolute DST' --copy :/x -- true
ok '--get of a relative path' wrong 'absolute SRC' --get x:y -- true
ok '--get to nowhere' wrong 'absolute SRC' --get /x: -- true
for option in --json --junit --tap; do
	ok "$option: no such folder" wrong 'no place for a file' \
		"$option" "$tmp/nosuch/file" -- true
	ok "$option: a folder" wrong 'no place for a file' "$option" "$tmp" -- \
		true
done
ok '--get: no such folder' wrong 'no place for a file' \
	--get "/x:$tmp/nosuch/file" -- true
# Found before anything is read.
mkdir "$tmp/much"
truncate -s 100M "$tmp/big"
truncate -s 9M "$tmp/much/one" "$tmp/much/other"
for option in --copy --stdin; do
	ok "$option: too big" wrong \
		"$tmp/big (100.0 MiB) is more than a guest with -m 32 can hold" \
		-m 32 "$option" "$tmp/big" -- true
done
ok 'a program: too big' wrong 'big (100.0 MiB) is more' -m 32 -- \
	"../../../../../../../$tmp/big"
ok '--share: too big together' wrong '(9.0 MiB and 9.0 MiB beside it)' -m 32 \
	--share "$tmp/much" -- true
head -c 12000000 /dev/urandom >"$tmp/packed"
ok '--copy: too big as it cannot be packed' wrong 'packed (11.4 MiB) is more' \
	-m 32 --copy "$tmp/packed" -- true
for class in 1 2; do
	{
		printf "\\177ELF\\$class\\1\\1"
		head -c 11 /dev/zero
		printf '\377\377'
		head -c 44 /dev/zero
	} >"$tmp/foreign"
	ok "a program of another machine, ELF's class $class" wrong \
		'/foreign: a program for another machine than qemu-x86_64' \
		--copy "$tmp/foreign" -- /foreign
done
for option in --get=/x:y --stdin=- --strict -v "--json=$tmp/x" \
	"--junit=$tmp/x" "--tap=$tmp/x"; do
	ok "--interactive $option" wrong '--interactive has no use for' \
		--interactive "$option"
done
ok '--interactive --bisect' eval '"$run" --interactive --bisect 2>"$tmp/reason"
	[ $? -eq 255 ] && grep -q "no use for --bisect" "$tmp/reason"'

# recorded TEXT [OPTION]...: the same, with a record that says TEXT.
recorded()
{
	text=$1
	shift
	rm -f "$tmp/record"
	wrong '' "$@" && cat "$tmp/record" && grep -qF -e "$text" "$tmp/record"
}
ok '--json: after what is wrong' recorded '"kind": "usage", "status": 2' \
	--nosuch -m x --json "$tmp/record" -- true
ok '--json: before it' recorded '"command": ["true"]' \
	--json "$tmp/record" -b nosuch -- true
ok '--json: its last word is wrong' recorded '"kind": "usage"' \
	--json "$tmp/record" -t
ok '--junit: an error' recorded '<error type="usage"' --junit "$tmp/record" \
	-m 8 -- true
ok '--tap: a failure' recorded 'kind: usage' --tap "$tmp/record" \
	--stdin "$tmp/nosuch" -- true
ok '--json - is the only word on standard output' eval '
	"$run" --json - -m x -- true 2>/dev/null >"$tmp/record"
	[ $? -eq 2 ] && [ "$(wc -l <"$tmp/record")" -eq 1 ] &&
		grep -q "^{.*\"kind\": \"usage\"" "$tmp/record"'
ok 'a record that cannot be written changes no status' eval '
	"$run" --json /dev/full -m x -- true 2>"$tmp/reason"
	[ $? -eq 2 ] && grep -q "no record of it: .*No space" "$tmp/reason"'
chmod 700 "$tmp/locked" "$tmp/folder/below/locked"
done_testing
