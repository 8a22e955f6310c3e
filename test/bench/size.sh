#!/bin/sh
# The size of the file, of foster's configurations and of Debian's inits.
set -eu

src=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

row()
{
	if readelf -lW "$2" | grep -q INTERP; then
		kind='needs libc.so'
	else
		kind=static
	fi
	printf '| %s | %d | %s |\n' "$1" "$(stat -L -c %s "$2")" "$kind"
}

printf '| program | bytes | |\n| --- | ---: | --- |\n'
for config in allnoconfig container_defconfig qemu-x86_64_defconfig \
	allyesconfig; do
	MAKEFLAGS='' make -C "$src" O="$tmp/$config" $config all >"$tmp/log" \
		2>&1 || {
		cat "$tmp/log" >&2
		exit 1
	}
	row "foster, $config" "$tmp/$config/foster"
done
row "tini (Debian)" /usr/bin/tini
row "tini-static (Debian)" /usr/bin/tini-static
row "dumb-init (Debian)" /usr/bin/dumb-init
row "catatonit (Debian)" /usr/bin/catatonit
row "busybox-static, all applets (Debian)" /bin/busybox
