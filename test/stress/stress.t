#!/bin/sh
# A short form of make stress.
here=$(cd "$(dirname "$0")" && pwd)
echo 1..1
if said=$("$here/run" 5000 2>&1); then
	echo 'ok 1 - 5,000 spawns, 1,000 children, 500 orphans, nothing left'
else
	echo 'not ok 1 - 5,000 spawns, 1,000 children, 500 orphans'
	# Where prove shows it without being asked.
	echo "$said" | sed 's/^/# /' >&2
	exit 1
fi
echo "$said" | sed 's/^/# /'
