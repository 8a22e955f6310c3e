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
(cd "$tmp/tree" && find . -type f -exec cksum {} + | sort) >"$tmp/before"
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
ok 'no other folder was touched' eval '
	(cd "$src" && find . -path ./board/fake -prune -o -type f \
		! -name "*.pyc" -exec cksum {} + | sort) >"$tmp/after" &&
	cmp "$tmp/before" "$tmp/after"'
done_testing
