# Sourced by the shell tests here. They are for the board that BOARD in the
# environment names, or for the first.
# shellcheck shell=sh
keep=${O:-}
board=${BOARD:-qemu-x86_64}
# shellcheck source=../build/tap.sh
. "${0%/*}/../build/tap.sh"
case $board in
qemu-x86_64) export O="${keep:-$src/build}" ;;
*) export O="${keep:-$src/build/$board}" ;;
esac
unset keep
run=$src/test/qemu/run

# value KEY: of the board's machine file.
value()
{
	sed -n "s/^$1[[:blank:]][[:blank:]]*//p" "$src/board/$board/machine"
}

# skip NAME REASON: a test that this board has no use for.
skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# first_board_only REASON: the whole of a test.
first_board_only()
{
	[ "$board" = qemu-x86_64 ] && return
	echo "1..0 # SKIP $board: $1"
	exit 0
}

# gives STATUS TEXT [OPTION]... -- COMMAND...: the guest's status, and TEXT in
# the first line of the reason; where TEXT is empty no reason is given. What the command wrote is in $tmp/out, the
# reason in $tmp/reason.
gives()
{
	wanted=$1
	text=$2
	shift 2
	"$run" -b "$board" "$@" >"$tmp/out" 2>"$tmp/reason" </dev/null
	status=$?
	if [ "$status" -eq "$wanted" ]; then
		if [ -z "$text" ]; then
			[ -s "$tmp/reason" ] || return 0
		else
			head -n 1 "$tmp/reason" | grep -qF -e "$text" &&
				return
		fi
	fi
	echo "status $status, wanted $wanted and \"$text\"; it said:"
	cat "$tmp/reason"
	return 1
}
