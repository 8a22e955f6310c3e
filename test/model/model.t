#!/bin/sh
# The models hold, their whole state space searched; and each defect put back
# is found.
set -u

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/foster-model.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1
count=0
wrong=0

# holds MODEL PAN-FLAGS SPIN-FLAGS...: true where spin finds nothing.
holds()
{
	model=$1
	flags=$2
	shift 2
	rm -f pan* ./*.trail
	define='-DNOCLAIM -DSAFETY'
	[ -z "$flags" ] || define=-DNFAIR=3
	# shellcheck disable=SC2086
	spin -a "$@" "$here/$model.pml" >log 2>&1 &&
		gcc -O1 -w $define -o pan pan.c >>log 2>&1 || {
		cat log
		return 1
	}
	# shellcheck disable=SC2086
	./pan -m1000000 $flags >log 2>&1
	grep -q 'errors: 0' log && is_exhausted
}

# Of a search that an error has ended it says the first.
is_exhausted()
{
	! grep -q 'Search not completed\|search depth too small' log
}

say()
{
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] && return
	wrong=1
	sed 's/^/# /' log | tail -n 25
}

check()
{
	if holds "$1" "$2"; then
		states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' log)
		say ok "$1: $3, $states states"
	else
		say 'not ok' "$1: $3"
	fi
}

check collector '' 'no deadlock, each exit recorded once'
check collector '-a -f' 'the request is answered'
check pipe_tier '' 'told once, nothing written to a stranger, all closed'

# defects MODEL WORD
defects()
{
	grep -o "$2_[A-Z_]*[A-Z]" "$here/$1.pml" | sort -u
}

# found MODEL PAN-FLAGS DEFECT
found()
{
	if holds "$1" "$2" "-D$3"; then
		say 'not ok' "$1: $3 is not found"
	elif grep -q 'errors: [1-9]' log; then
		say ok "$1: $3"
	else
		say 'not ok' "$1: $3 breaks the model"
	fi
}

for model in collector pipe_tier; do
	for defect in $(defects $model DEFECT); do
		found $model '' "$defect"
	done
done
# Only by the request: to all else they are as good as none.
for defect in $(defects collector UNANSWERED); do
	if holds collector '' "-D$defect"; then
		found collector '-a -f' "$defect"
	else
		say 'not ok' "collector: $defect is found without the request"
	fi
done
echo "1..$count"
exit $wrong
