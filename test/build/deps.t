#!/bin/sh
# scripts/deps installs what is missing, or prints the line to type. apt-get,
# sudo and id are stand-ins that write down how they were called.
. "$(dirname "$0")/tap.sh"

mkdir "$tmp/path"
for tool in awk cat ls sed sort tr dirname; do
	ln -s "$(command -v $tool)" "$tmp/path/$tool"
done

# fake NAME SCRIPT
fake()
{
	printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' \
		"$1" "$tmp" "$2" >"$tmp/path/$1"
	chmod +x "$tmp/path/$1"
}

# deps TASK...: with nothing but the stand-ins.
deps()
{
	rm -f "$tmp/calls"
	PATH=$tmp/path /bin/sh "$src/scripts/deps" "$@"
}

fake id 'echo 0'
fake apt-get 'exit 0'
fake apt-cache 'exit 0'

ok 'as root a missing package is installed' deps config
fake apt-get 'echo installed'
deps config >"$tmp/order" 2>&1
ok 'it says what, before it does' eval '
	head -1 "$tmp/order" | grep -F \
	"installing the Debian packages: kconfig-frontends-nox" &&
	tail -1 "$tmp/order" | grep -x installed'
ok 'by apt-get, without what it only recommends' grep -E \
	'^apt-get .*install -y --no-install-recommends kconfig-frontends-nox$' \
	"$tmp/calls"
ok 'known packages need no new lists' no grep -F update "$tmp/calls"
fake apt-cache 'exit 100'
deps config >/dev/null 2>&1
ok 'a system that has no lists gets them first' eval '
	grep -n . "$tmp/calls" | grep -A1 update | grep install'
ok 'each package is asked for once' eval '
	deps check config config check
	[ "$(grep install "$tmp/calls" | tr " " "\n" |
		grep -cx kconfig-frontends-nox)" = 1 ]'
fake apt-get 'exit 7'
ok 'when apt-get fails so does it' no deps config

fake id 'echo 1000'
fake sudo 'case $* in "-n true") exit 0 ;; esac; exit 0'
ok 'as a user it goes through sudo' deps config
ok 'which runs apt-get' grep -E '^sudo -n apt-get .*install' "$tmp/calls"
fake sudo 'exit 1'
ok 'where sudo asks for a password it prints the line to type' \
	says 'sudo apt-get install --no-install-recommends kconfig-frontends-nox' \
	deps config
ok 'and installs nothing' no grep -F install "$tmp/calls"
rm "$tmp/path/sudo"
ok 'so it does where there is no sudo' \
	says 'apt-get install --no-install-recommends kconfig-frontends-nox' \
	deps config
for tool in readlink dirname; do
	ln -sf "$(command -v $tool)" "$tmp/path/$tool"
done
ok 'test/qemu/run says so of Python, which it is in' eval '
	PATH=$tmp/path /bin/sh "$src/test/qemu/run" --help >"$tmp/run" 2>&1
	[ $? -eq 125 ] &&
	grep "apt-get install --no-install-recommends python3\$" "$tmp/run"'
ok 'make stops there' eval '
	! PATH=$tmp/path "$(command -v make)" -C "$src" O="$tmp/out" \
		allnoconfig SHELL=/bin/sh'

fake id 'echo 0'
ln -s /bin/true "$tmp/path/kconfig-conf"
ok 'where all is there it says nothing' eval '
	[ -z "$(deps config 2>&1)" ] && [ ! -e "$tmp/calls" ]'
ok 'an unknown task is an error' says 'unknown task in: nonesuch' deps nonesuch
ok 'no package brings Qt' no grep -E 'kconfig-frontends$' "$src/scripts/deps"
ok 'the table names packages that Debian has' eval '
	sed -n "/<<-.END/,/END\$/p" "$src/scripts/deps" |
		awk "NF == 3 { print \$3 }" | sort -u >"$tmp/packages"
	[ "$(wc -l <"$tmp/packages")" -gt 8 ] &&
	{ dpkg-query -W -f "\${Package}\n" $(cat "$tmp/packages") 2>/dev/null
	apt-cache madison $(cat "$tmp/packages") 2>/dev/null |
		awk "{ print \$1 }"; } | sort -u >"$tmp/known"
	[ -z "$(comm -23 "$tmp/packages" "$tmp/known" | tee /dev/stderr)" ]'
done_testing
