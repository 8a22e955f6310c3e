#!/bin/sh
# Boards are data: each one cross-builds, and a new one is a folder of its own
# and nothing else.
. "$(dirname "$0")/tap.sh"

# machine_of FILE: the ELF header's number of the processor.
machine_of()
{
	od -An -tu2 -j18 -N2 "$1" | tr -d ' '
}

# cross BOARD MACHINE: configured and built, for that processor, within 40 KiB:
# arm64 has no short instructions.
cross()
{
	build "$1" "${1}_defconfig" all || return
	[ "$(machine_of "$tmp/$1/foster")" = "$2" ] ||
		return
	bytes=$(wc -c <"$tmp/$1/foster")
	echo "$1: $bytes bytes"
	[ "$bytes" -le 40960 ]
}

data_only()
{
	find "$src/board" -path '*/root' -prune -o -type f -perm /111 -print |
		no grep . || return
	for board in "$src"/board/*/defconfig; do
		lines=$(wc -l <"${board%/*}/README")
		[ "$lines" -ge 8 ] && [ "$lines" -le 15 ] || return
	done
}

ok 'a board is data: no program, and a README of a few lines' data_only
ok 'arm64' cross qemu-arm64 183
ok 'arm' cross qemu-arm 40
ok 'riscv64' cross qemu-riscv64 243
ok 'arm takes Thumb-2' eval '
	arm-linux-gnueabihf-readelf -h "$tmp/qemu-arm/foster.debug" |
		grep -F "Entry point" | grep -E "[13579bdf]$"'
ok 'a finished .config is enough to cross-build' eval '
	mkdir "$tmp/again" && cp "$tmp/qemu-arm64/.config" "$tmp/again/" &&
	build again all && cmp "$tmp/again/foster" "$tmp/qemu-arm64/foster"'
ok 'a folder of one board is not built for another' \
	says 'is configured for qemu-arm64, not for' \
	build qemu-arm64 BOARD=qemu-arm all
ok 'an unknown board is named' says 'no such board: nosuch' \
	make -C "$src" O="$tmp/nosuch" BOARD=nosuch all
ok 'whoever names a compiler gets that one' eval '
	build native qemu-arm64_defconfig &&
	build native CC=gcc MUSL= all &&
	[ "$(machine_of "$tmp/native/foster")" = \
		"$(machine_of "$(command -v gcc)")" ]'

# Stand-ins for apt and dpkg that say as much as the real ones do.
mkdir "$tmp/path"
fake()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$tmp/path/$1"
	chmod +x "$tmp/path/$1"
}
fake apt-cache '[ -e "$XDG_CACHE_HOME/known" ]'
fake apt-get 'case $* in
*indextargets*) exec echo "Packages http://debian.example bookworm main" ;;
esac
echo "Get:1 http://debian.example"; echo "W: $*" >&2
case $* in
*update*) touch "$XDG_CACHE_HOME/known" ;;
*download*) touch busybox.deb; [ ! -e "$XDG_CACHE_HOME/broken" ] ;;
esac'
fake dpkg 'case $1 in
-x) mkdir -p "$3/bin" && touch "$3/bin/busybox" ;;
*) echo none ;;
esac'
# fetch FOLDER: qemu-arm's BusyBox into a cache there, all words in fetched.
fetch()
{
	mkdir -p "$tmp/$1"
	XDG_CACHE_HOME=$tmp/$1 PATH=$tmp/path:$PATH \
		"$src/scripts/cross" qemu-arm busybox >"$tmp/fetched" 2>&1
}
ok "what is fetched is told in foster's lines alone" eval '
	fetch cache; cat "$tmp/fetched"
	[ "$(grep -c "^foster: " "$tmp/fetched")" = 2 ] &&
	[ "$(grep -vc "^foster: " "$tmp/fetched")" = 1 ]'
ok 'and once' eval 'fetch cache && no grep "^foster" "$tmp/fetched"'
mkdir "$tmp/broken"
touch "$tmp/broken/broken"
ok "apt's words where it fails" says 'Get:1 http' eval '
	fetch broken; status=$?; cat "$tmp/fetched"; [ $status -eq 0 ]'

# A fake board, in a copy of the tree.
mkdir "$tmp/tree"
(cd "$src" && tar -cf - --exclude=./build --exclude=./.git .) |
	tar -C "$tmp/tree" -xf -
(cd "$tmp/tree" && find . -type f ! -name "*.pyc" -exec cksum {} + | sort) \
	>"$tmp/before"
cp -R "$tmp/tree/board/qemu-arm64" "$tmp/tree/board/fake"
sed 's/qemu-arm64/fake/' "$src/board/qemu-arm64/defconfig" \
	>"$tmp/tree/board/fake/defconfig"
src=$tmp/tree
ok 'a new folder is a new board' eval '
	make -C "$src" help | grep -Fx "  fake_defconfig"'
ok 'which builds, and has an image' eval '
	make -C "$src" O="$tmp/fake" BOARD=fake "$tmp/fake/initramfs.cpio.gz" &&
	[ "$(machine_of "$tmp/fake/foster")" = 183 ]'
ok 'and is known by its configuration alone' grep -qx 'CONFIG_BOARD="fake"' \
	"$tmp/fake/.config"
ok 'test/qemu/run knows it' says 'no such board: nosuch (there are: fake ' \
	"$src/test/qemu/run" -b nosuch -- true
cp -R "$src/board/qemu-x86_64" "$src/board/other"
echo 'CONFIG_BOARD="other"' >>"$src/board/other/defconfig"
ok 'a new board boots, and by its own folder alone' eval '
	echo "::sysinit:echo own > /own" >>"$src/board/other/test.inittab"
	said=$(O=$tmp/other "$src/test/qemu/run" -b other -k tiny -- \
		sh -c "cat /own; exit 42")
	status=$?
	echo "status $status: $said"
	[ $status -eq 42 ] && [ "$said" = own ] &&
		grep -x "CONFIG_BOARD=\"other\"" "$tmp/other/other/.config"'
ok 'no other folder was touched' eval '
	(cd "$src" && find . -path ./board/fake -prune -o -path ./board/other -prune -o -type f \
		! -name "*.pyc" -exec cksum {} + | sort) >"$tmp/after" &&
	cmp "$tmp/before" "$tmp/after"'
# A kernel takes minutes; here of a compiler that never ends.
cache=$tmp/cache/foster
mkdir -p "$tmp/fake.path" "$cache/linux-source-1-test"
cat >"$tmp/fake.path/dpkg-query" <<'END'
#!/bin/sh
printf 1-test
END
cat >"$tmp/fake.path/make" <<'END'
#!/bin/sh
for word; do
	case $word in
	O=*) folder=${word#O=} ;;
	KCONFIG_ALLCONFIG=*) config=${word#*=} ;;
	*Image)
		echo built >"$MARK"
		exec sleep 1000
		;;
	esac
done
cp "$config" "$folder/.config"
END
chmod +x "$tmp/fake.path/dpkg-query" "$tmp/fake.path/make"
# built KIND: what scripts/kernel says, in a session of its own.
built()
{
	XDG_CACHE_HOME=$tmp/cache MARK=$tmp/mark \
		PATH=$tmp/fake.path:$PATH exec setsid \
		timeout --foreground -s KILL 60 env --default-signal=INT \
		"$src/scripts/kernel" qemu-x86_64 "$1"
}
until_there()
{
	tries=0
	until grep -qs "$2" "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || return
		sleep 0.1
	done
}
built tiny >"$tmp/first" 2>&1 &
first=$!
ok 'a kernel is being built' until_there "$tmp/mark" built
built tiny >"$tmp/second" 2>&1 &
second=$!
ok 'who comes meanwhile is told why it takes so long' until_there \
	"$tmp/second" 'waiting for another run'
key=$({ echo 1-test; cat "$src/board/qemu-x86_64/smallest.config"; } |
	sha256sum | cut -c 1-16)
ok 'the build has not ended' kill -0 "$first"
kill -s INT -- "-$first"
wait "$first"
ok 'and ^C ends all of it: the second has its turn' until_there \
	"$tmp/second" 'building the tiny kernel'
kill -s TERM -- "-$second"
wait "$second"
ok 'so does TERM' eval 'flock -w 30 "$cache/lock-qemu-x86_64-tiny" true &&
	! ls "$cache"/.qemu-x86_64-tiny.*'

# The lock is for those who build.
mkdir -p "$cache/kernel/x86_64" "$cache/kernel/linux-image-cloud-amd64"
: >"$cache/kernel/x86_64/vmlinuz-smallest-$key"
: >"$cache/kernel/linux-image-cloud-amd64/vmlinuz-any"
for kind in smallest stock; do
	exec 8>"$cache/lock-qemu-x86_64-$kind"
	flock 8
	ok "who needs the $kind one that is there waits for nobody" eval '
		(built $kind 8>&-) >"$tmp/got" 2>&1
		grep "^$cache/kernel/.*/vmlinuz-" "$tmp/got"'
	exec 8>&-
done
done_testing
