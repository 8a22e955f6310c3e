#!/bin/sh
# The runner makes the image anew when anything in it has changed, and asks make
# only then. On a copy of the tree.
. "${0%/*}/tap.sh"

mkdir "$tmp/tree" "$tmp/bin"
(cd "$src" && tar -cf - Kconfig Makefile init reap libc board scripts \
	test/qemu) | tar -xf - -C "$tmp/tree"
cat >"$tmp/bin/make" <<END
#!/bin/sh
echo made >>"$tmp/made"
exec $(command -v make) "\$@"
END
chmod 755 "$tmp/bin/make"
folder=$tmp/out
[ "$board" = qemu-x86_64 ] || folder=$folder/$board
PATH=$tmp/bin:$PATH
export PATH O="$tmp/out"

# image: as the runner gets it; sets $made to how often make was called.
image()
{
	: >"$tmp/made"
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$tmp/tree/test/qemu python3 -c '
from board import Board, build_image
print(build_image(Board("'"$board"'"))[0])' >"$tmp/path" || return
	# make calls itself.
	# shellcheck disable=SC2034
	made=$(sort -u "$tmp/made" | wc -l)
}

ok "first it is made" eval 'image && [ "$made" -eq 1 ]'
file=$(cat "$tmp/path")
ok "then it is there" eval 'image && [ "$made" -eq 0 ]'
for name in init/boot.c init/log.h reap/spawn.c scripts/image Kconfig \
	"board/$board/inittab"; do
	touch "$tmp/tree/$name"
	ok "made again after $name" eval 'image && [ "$made" -eq 1 ]'
done
mkdir -p "$tmp/tree/board/$board/root/etc"
echo more >"$tmp/tree/board/$board/root/etc/added"
ok "after a new file" eval 'image && [ "$made" -eq 1 ]'
ok "which is in it" eval 'zcat "$file" | cpio -t 2>&1 | grep -qx etc/added'
rm "$file"
ok "after the image went" eval 'image && [ "$made" -eq 1 ] && [ -s "$file" ]'
echo "# Mine" >>"$folder/.config"
ok "after a change of .config" eval 'image && [ "$made" -eq 1 ]'
CFLAGS=-DOTHER
export CFLAGS
ok "for other CFLAGS" eval 'image && [ "$made" -eq 1 ]'
echo broken >>"$tmp/tree/init/boot.c"
ok "a build that fails is no image" no image
ok "nor the next time" no image
done_testing
