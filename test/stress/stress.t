#!/bin/sh
# A short form of make stress.
here=$(cd "$(dirname "$0")" && pwd)
echo 1..1
if said=$("$here/run" 2000 2>&1); then
	echo 'ok 1 - 2,000 spawns, 1,000 children, 200 orphans, nothing left'
else
	echo 'not ok 1 - 2,000 spawns, 1,000 children, 200 orphans'
	# Where prove shows it without being asked.
	echo "$said" | sed 's/^/# /' >&2
	exit 1
fi
echo "$said" | sed 's/^/# /'
