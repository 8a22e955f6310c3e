#!/bin/sh
# What a user gets wrong is one line that names it, and is over once it is mended.
. "$(dirname "$0")/tap.sh"

# configured FOLDER [WORD]...: as far as make goes without a compiler.
configured()
{
	in=$1
	shift
	build "$in" "$tmp/$in/include/generated/autoconf.h" "$@"
}

# edit FOLDER SED: .config, as by hand.
edit()
{
	sed -i "$2" "$tmp/$1/.config"
}

# set_to FOLDER NAME VALUE
set_to()
{
	edit "$1" "s/^CONFIG_$2=.*/CONFIG_$2=$3/"
}

# board_of FOLDER NAME: it is configured for that one.
board_of()
{
	grep -x "CONFIG_BOARD=\"$2\"" "$tmp/$1/.config"
}

# one_line FOLDER: what made the last one stop is said in one line, besides
# make's own.
one_line()
{
	[ "$(grep -vc '^make' "$tmp/says")" = 1 ]
}

build typed qemu-x86_64_defconfig >/dev/null 2>&1
configured typed >/dev/null 2>&1
set_to typed BOARD '"qemu-x68"'
ok 'a board that is none is named, with those that are' says \
	'CONFIG_BOARD="qemu-x68": no such board (there are: container qemu-arm ' \
	configured typed
ok 'in one line' one_line
set_to typed BOARD '"qemu-arm"'
ok 'once it is mended it is over' configured typed
set_to typed BOARD '"qemu-x68"'
no configured typed >/dev/null 2>&1
ok 'also by a defconfig' eval 'build typed qemu-arm64_defconfig \
	"$tmp/typed/include/generated/autoconf.h" && board_of typed qemu-arm64'

ok "another board in .config is what BOARD= is compared with" eval '
	set_to typed BOARD "\"qemu-x86_64\"" &&
	configured typed BOARD=qemu-x86_64'
ok 'and not the one before' says \
	'is configured for qemu-x86_64, not for qemu-arm64' \
	configured typed BOARD=qemu-arm64
ok 'clean compares none' build typed BOARD=qemu-arm64 clean

ok 'a .config that is gone leaves no board behind' eval '
	build gone qemu-arm64_defconfig && configured gone &&
	rm "$tmp/gone/.config" && configured gone && board_of gone ""'

build mounts qemu-x86_64_defconfig >/dev/null 2>&1
grep -qx CONFIG_MOUNTS=y "$tmp/mounts/.config" && edit mounts \
	's/^\(CONFIG_MOUNT_[A-Z]*\)=y/# \1 is not set/'
ok 'what options need goes with the last of them' eval '
	configured mounts && ! grep CONFIG_MOUNTS=y "$tmp/mounts/.config"'
edit mounts 's/^# \(CONFIG_MOUNT_PROC\) is not set/\1=y/'
edit mounts '$a# CONFIG_MOUNTS is not set'
ok 'and comes with the first' eval '
	configured mounts && grep CONFIG_MOUNTS=y "$tmp/mounts/.config"'

# A first wait that is longer than the longest.
build wait qemu-x86_64_defconfig >/dev/null 2>&1
set_to wait BACKOFF_CRITICAL_MAX_MS 3000
for wait in BACKOFF SPAWN_RETRY ADMISSION_RETRY; do
	set_to wait ${wait}_FIRST_MS 3000
	set_to wait ${wait}_MAX_MS 2999
done
configured wait >"$tmp/waits" 2>&1
for wait in BACKOFF SPAWN_RETRY ADMISSION_RETRY; do
	ok "${wait}_FIRST_MS above ${wait}_MAX_MS names both" grep -E \
		"CONFIG_${wait}_FIRST_MS=3000 became .* to ${wait}_MAX_MS\\)" \
		"$tmp/waits"
	set_to wait ${wait}_MAX_MS 3000
done
ok 'as long as the longest it is taken' configured wait

ok 'run of a board that is no machine says so' says \
	'board/container has no machine file: there is nothing to boot' \
	build none BOARD=container run
ok 'in one line, before it builds' eval 'one_line && [ ! -e "$tmp/none/foster" ]'

build boots container_defconfig >/dev/null 2>&1
ok "nor does a container's foster boot one" says \
	'is configured without CONFIG_BOOT: that foster boots no machine' \
	build boots run
ok 'and test/qemu/run says why' eval '
	O=$tmp/boots "$src/test/qemu/run" -- true >"$tmp/run" 2>&1
	[ $? -eq 125 ] && grep "is configured without CONFIG_BOOT" "$tmp/run"'

ok "a kernel's path may have a blank and a quote" eval '
	build typed -n run "KERNEL=/a b'\''c/vmlinuz" >"$tmp/words" &&
	sed -n "s/^.*-k /set -- /p" "$tmp/words" >"$tmp/set" &&
	. "$tmp/set" && [ "$1" = "/a b'\''c/vmlinuz" ]'

# A compiler for a machine of which there is no musl here.
cat >"$tmp/none-cc" <<'EOF'
#!/bin/sh
case $1 in
-dumpmachine) echo none-linux-gnu ;;
*) exec gcc "$@" ;;
esac
EOF
chmod +x "$tmp/none-cc"
ok 'a compiler without a musl is told of, with what to do' says \
	'no musl for it (/usr/lib/none-linux-musl/libc.a): name one by MUSL=' \
	build cross allnoconfig all CC="$tmp/none-cc"
ok 'in one line, before it compiles' one_line
done_testing
