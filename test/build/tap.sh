# Sourced by the shell tests here: TAP, a folder of their own, and make.
# shellcheck shell=sh
set -u

src=$(cd "$(dirname "$0")/../.." && pwd)
export MAKEFLAGS=
unset O V T J CI ALL BOARD CC AR CFLAGS LDFLAGS SANITIZE MUSL CROSS_COMPILE DESTDIR PREFIX
unset KCONFIG_CONFIG KCONFIG_ALLCONFIG KCONFIG_SEED CONFIG_
tmp=$(mktemp -d "${TMPDIR:-/tmp}/foster-build.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
count=0
wrong=0

# ok NAME COMMAND...: one test; what the command printed is shown if it fails.
ok()
{
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$tmp/said" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$tmp/said" >&2
		wrong=1
	fi
}

# no COMMAND...: true where the command fails.
no()
{
	! "$@"
}

# says TEXT COMMAND...: the command fails and prints TEXT.
says()
{
	text=$1
	shift
	if "$@" >"$tmp/says" 2>&1; then
		echo "succeeded, wanted: $text"
		return 1
	fi
	grep -F -e "$text" "$tmp/says" || {
		echo "wanted: $text; got:"
		cat "$tmp/says"
		return 1
	}
}

# build FOLDER GOAL...: make in a folder under $tmp.
build()
{
	folder=$1
	shift
	make -C "$src" O="$tmp/$folder" "$@"
}

done_testing()
{
	echo "1..$count"
	exit $wrong
}
