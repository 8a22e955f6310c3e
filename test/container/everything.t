#!/bin/sh
# The table once more with the boot job and all options in the same file: which
# job it is must depend on name and words alone.
set -e
here=$(cd "$(dirname "$0")" && pwd)
FOSTER_LINKS=$("$here/build" allyesconfig)
export FOSTER_LINKS
exec "$here/table.t" "$@"
