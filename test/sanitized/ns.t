#!/bin/sh
# The tests of test/ns once more, on a foster of glibc with ASan and UBSan.
set -u

: "${O:?the folder of a built foster}"
cd "$(dirname "$0")/../.." || exit 1
said=$(mktemp)
trap 'rm -f "$said"' EXIT
echo 1..1
if make -j2 O="$O" check-sanitized >"$said" 2>&1; then
	echo "ok 1 - the sanitizers find nothing in PID 1"
else
	sed 's/^/# /' "$said" >&2
	echo "not ok 1 - the sanitizers find nothing in PID 1"
fi
