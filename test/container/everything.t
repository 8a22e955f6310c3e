#!/bin/sh
# The table once more with the boot job and all options in the same file: which
# job it is must depend on name and words alone.
set -e
here=$(cd "$(dirname "$0")" && pwd)
folder=$O/container-everything
mkdir -p "$folder/links"
exec 9>"$folder/lock"
flock 9
env -u MAKEFLAGS -u MAKELEVEL -u KCONFIG_CONFIG \
	make -s -C "$here/../.." O="$folder" allyesconfig all >&2
for name in foster tini docker-init dumb-init catatonit podman-init; do
	ln -sfn ../foster "$folder/links/$name"
done
flock -u 9
FOSTER_LINKS=$folder/links exec "$here/table.t"
