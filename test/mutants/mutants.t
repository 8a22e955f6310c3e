#!/bin/sh
# A few of the mutants, others with each commit; make mutants runs all.
set -u

cd "$(dirname "$0")/../.." || exit 1
: "${O:?the folder of a built foster}"
SAMPLE=4 # about half a minute

# Those of init/ and its rooms: what reap's need is its whole library test.
names=$(grep -L '^Caught-by: .*\(library\.t\|examples\.t\|sync_that\|shutdown_script\)' \
	test/mutants/*.patch | sed 's|.*/||; s|\.patch$||')
all=$(echo "$names" | wc -l)
first=$(git rev-list --count HEAD 2>/dev/null || echo 0)
chosen=
place=0
while [ $place -lt $SAMPLE ]; do
	# Apart from each other, so that they come from different files.
	number=$(((first + place * all / SAMPLE) % all + 1))
	chosen="$chosen $(echo "$names" | sed -n ${number}p)"
	place=$((place + 1))
done
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
echo "# mutants of this commit:$chosen (make mutants runs all)"
# shellcheck disable=SC2086
J=1 exec test/mutants/run $chosen
