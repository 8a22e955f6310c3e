#!/bin/sh
# A few of the mutants, others with each commit; make mutants runs all.
set -u

cd "$(dirname "$0")/../.." || exit 1
: "${O:?the folder of a built foster}"
first=$(git rev-list --count HEAD 2>/dev/null || echo 0)

# sample COUNT FILE...: others with each commit; apart from each other, so that
# they come from different files.
sample()
{
	count=$1
	shift
	place=0
	while [ $place -lt "$count" ]; do
		number=$(((first + place * $# / count) % $# + 1))
		eval "basename \"\${$number}\" .patch"
		place=$((place + 1))
	done
}

# About 40 s, one of libreap's among them. Two have tests of half a minute.
reap='^Caught-by: .*\(reap/library\|fault/library\|examples\|kernels\)\.t'
# shellcheck disable=SC2046
chosen=$(sample 1 $(grep -l "$reap" test/mutants/*.patch) &&
	sample 3 $(grep -L "$reap\|sync_that\|shutdown_script" \
		test/mutants/*.patch))
misfits=
for patch in test/mutants/*.patch; do
	patch --dry-run -s -f -p1 <"$patch" >/dev/null ||
		misfits="$misfits $(basename "$patch")"
done
[ -z "$misfits" ] || {
	echo "1..1"
	echo "not ok 1 - patches that no longer fit the source:$misfits"
	exit 1
}
echo "# mutants of this commit:" $chosen '(make mutants runs all)'
# shellcheck disable=SC2086
J=1 exec test/mutants/run $chosen
