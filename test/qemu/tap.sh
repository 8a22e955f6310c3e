# Sourced by the shell tests here.
# shellcheck shell=sh
keep=${O:-}
# shellcheck source=../build/tap.sh
. "${0%/*}/../build/tap.sh"
export O="${keep:-$src/build}"
unset keep
run=$src/test/qemu/run

# gives STATUS TEXT [OPTION]... -- COMMAND...: the guest's status, and TEXT in
# the first line of the reason; where TEXT is empty no reason is given. What the command wrote is in $tmp/out, the
# reason in $tmp/reason.
gives()
{
	wanted=$1
	text=$2
	shift 2
	"$run" "$@" >"$tmp/out" 2>"$tmp/reason" </dev/null
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
