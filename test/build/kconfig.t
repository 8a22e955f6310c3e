#!/bin/sh
# What a configuration asks for is what is built, or make stops and names it.
. "$(dirname "$0")/tap.sh"

# asks LINE...: a copy of the tree's data with a board of these lines.
asks()
{
	printf '%s\n' "$@" >"$tmp/asked"
	"$src/scripts/kconfig" "$src" "$tmp/.config" defconfig "$tmp/asked"
}

ok 'a defconfig that survives is taken' \
	asks CONFIG_INITTAB_ENTRIES=64 '# CONFIG_LOG is not set' \
	CONFIG_REAP_WAY_VFORK=y
ok 'and its options are in .config' grep -qx CONFIG_INITTAB_ENTRIES=64 \
	"$tmp/.config"
cp "$tmp/.config" "$tmp/before"
ok 'an unknown symbol is named' \
	says 'asked:2: unknown symbol CONFIG_NO_SUCH' \
	asks '# a comment' CONFIG_NO_SUCH=y
ok 'an unknown symbol that is not set is named' \
	says 'unknown symbol CONFIG_NO_SUCH' asks '# CONFIG_NO_SUCH is not set'
ok 'a number out of range is named' \
	says 'CONFIG_INITTAB_ENTRIES=999 became 32' \
	asks CONFIG_INITTAB_ENTRIES=999
ok 'a word where a number belongs is named' \
	says INITTAB_ENTRIES asks CONFIG_INITTAB_ENTRIES=many
ok 'a value that is no value is named' says LOG asks CONFIG_LOG=maybe
ok 'the loser of a choice is named' says 'REAP_WAY_VFORK changes choice state' \
	asks CONFIG_REAP_WAY_FORK=y CONFIG_REAP_WAY_VFORK=y
ok 'an option whose dependency is not chosen is named' \
	says 'CONFIG_LOG_KMSG=y became unset' \
	asks '# CONFIG_LOG is not set' CONFIG_LOG_KMSG=y
ok 'a line that is no option is named' says 'unexpected data: CONFIG LOG=y' \
	asks 'CONFIG LOG=y'
ok 'a missing defconfig is named' says 'no such file: /nonexistent' \
	"$src/scripts/kconfig" "$src" "$tmp/.config" defconfig /nonexistent
ok 'and none of these changed .config' cmp "$tmp/.config" "$tmp/before"

ok 'make with no .config takes the default board and says so' \
	sh -c "make -C '$src' O='$tmp/none' '$tmp/none/include/generated/autoconf.h' |
		grep -F 'taking qemu-x86_64_defconfig'"
ok 'a .config with an unknown symbol stops the build' eval '
	build edited allnoconfig >/dev/null &&
	echo CONFIG_NO_SUCH=y >>"$tmp/edited/.config" &&
	says "unknown symbol CONFIG_NO_SUCH" build edited'
ok 'olddefconfig names it, drops it, and the build goes on' eval '
	build edited olddefconfig 2>&1 | grep CONFIG_NO_SUCH &&
	build edited "$tmp/edited/include/generated/autoconf.h"'
ok 'a .config with a number out of range stops the build' eval '
	sed -i s/^CONFIG_INITTAB_ENTRIES=.*/CONFIG_INITTAB_ENTRIES=3/ \
		"$tmp/edited/.config" &&
	says CONFIG_INITTAB_ENTRIES=3 build edited'
ok 'savedefconfig and its result give the same .config' eval '
	build saved qemu-x86_64_defconfig savedefconfig &&
	cp "$tmp/saved/.config" "$tmp/whole" &&
	"$src/scripts/kconfig" "$src" "$tmp/saved/.config" defconfig \
		"$tmp/saved/defconfig" &&
	cmp "$tmp/saved/.config" "$tmp/whole"'

ok 'goals are made one after the other' eval '
	build order allyesconfig all clean allnoconfig all &&
	cp "$tmp/order/foster" "$tmp/small" && build order clean all -j2 &&
	cmp "$tmp/order/foster" "$tmp/small" &&
	grep -x "# CONFIG_LOG is not set" "$tmp/order/.config"'
ok 'KCONFIG_CONFIG names another file' eval '
	cd "$tmp" && make -f "$src/Makefile" O=named KCONFIG_CONFIG=some.config \
		allnoconfig all &&
	[ -e some.config ] && [ ! -e named/.config ] && [ -x named/foster ]'

# Without kconfig-conf: a PATH of links to all other tools.
without()
{
	mkdir -p "$tmp/path"
	for folder in /bin /usr/bin; do
		for tool in "$folder"/*; do
			case ${tool##*/} in
			kconfig* | apt-get | sudo) ;;
			*) ln -sf "$tool" "$tmp/path/" ;;
			esac
		done
	done
}
without
ok 'a finished .config builds without kconfig-conf' \
	env PATH="$tmp/path" make -C "$src" O="$tmp/saved"
ok 'to the same bytes as with it' eval '
	cp "$tmp/saved/foster" "$tmp/foster-without" &&
	build saved clean && build saved &&
	cmp "$tmp/saved/foster" "$tmp/foster-without"'

# documented: each option that a user can choose has a help text.
documented()
{
	awk '
	function close_option() {
		if (asked && !helped) {
			print file ": " name " has no help text"
			wrong = 1
		}
		asked = helped = 0
	}
	FNR == 1 { close_option(); file = FILENAME }
	/^(menu)?config[ \t]/ { close_option(); name = $2 }
	/^(menu|endmenu|if|endif|choice|endchoice|source)/ { close_option() }
	/^[ \t]+(bool|int|string|hex)[ \t]+"/ { asked = 1; options++ }
	/^[ \t]+(help|---help---)[ \t]*$/ { helped = 1 }
	END {
		close_option()
		print options, "options"
		exit wrong || options < 20
	}' "$src"/Kconfig "$src"/*/Kconfig*
}
ok 'every option has a help text' documented

# settled: each int option has a range.
settled()
{
	awk '
	function close_option() {
		if (number && !ranged) {
			print FILENAME ": " name " has no range"
			wrong = 1
		}
		number = ranged = 0
	}
	FNR == 1 || /^[a-z]/ { close_option() }
	/^config[ \t]/ { name = $2 }
	/^[ \t]+int[ \t]+"/ { number = 1 }
	/^[ \t]+range[ \t]/ { ranged = 1 }
	END { close_option(); exit wrong }' "$src"/Kconfig "$src"/*/Kconfig*
}
ok 'every number has a range' settled

# listed: doc/size.md has a row for each option.
listed()
{
	awk '/^config/ { name = $2 }
		/^[ \t]+bool[ \t]+"/ { print name }' \
		"$src"/Kconfig "$src"/*/Kconfig* | while read -r name; do
		grep -q "^| \`$name\` |" "$src/doc/size.md" || {
			echo "$name has no row: make size"
			exit 1
		}
	done
}
ok 'doc/size.md has a row for each option' listed
mkdir "$tmp/other"
ok "a build on another file system, of a source that is read-only" \
	unshare -m sh -c 'mount -t tmpfs none "$1" && mount --bind "$2" "$2" &&
	mount -o remount,bind,ro "$2" &&
	make -C "$2" O="$1/out" allnoconfig all' sh "$tmp/other" "$src"
done_testing
