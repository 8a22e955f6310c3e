#!/bin/sh
# Where every tool is there, nothing is asked of the network or of apt.
. "$(dirname "$0")/tap.sh"

# A PATH whose apt-get tells on its caller.
mkdir "$tmp/path"
for tool in apt-get apt apt-cache wget curl git sudo; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/asked"\nexit 1\n' \
		"$tool" "$tmp" >"$tmp/path/$tool"
	chmod +x "$tmp/path/$tool"
done
PATH=$tmp/path:$PATH
export PATH

# alone COMMAND...: with no network, not even a loopback that is up.
alone()
{
	if [ "$(id -u)" -eq 0 ]; then
		unshare --net "$@"
	else
		unshare --net --user --map-root-user "$@"
	fi
}

ok 'a namespace without a network' alone true
ok 'it has no route and no interface but lo' eval '
	[ "$(alone cat /proc/net/route | wc -l)" -le 1 ] &&
	[ "$(alone grep -c : /proc/net/dev)" = 1 ]'
ok 'a configuration and a build' alone make -C "$src" O="$tmp/out" \
	qemu-x86_64_defconfig all
ok 'a unit test' alone make -C "$src" O="$tmp/out" check T=unit/config
ok 'no package tool and no downloader was called' eval '
	[ ! -e "$tmp/asked" ] || { cat "$tmp/asked"; false; }'
ok 'such a call would be seen' eval '
	! PATH="$tmp/path:$tmp/few" /bin/sh "$src/scripts/deps" nonesuch
	apt-get update; grep -x "apt-get update" "$tmp/asked"'
done_testing
