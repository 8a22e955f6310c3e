#!/bin/sh
# Any configuration builds: 20 random ones, without a warning.
. "$(dirname "$0")/tap.sh"

built()
{
	KCONFIG_SEED=$1 build "$1" randconfig && build "$1" CI=1 CFLAGS=-g0 &&
		[ -s "$tmp/$1/foster" ]
	status=$?
	[ $status -eq 0 ] || grep -e =y "$tmp/$1/.config"
	rm -rf "${tmp:?}/$1.last"
	mv "$tmp/$1" "$tmp/$1.last"
	return $status
}

for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	ok "seed $seed" built $seed
done
ok 'the seeds gave different configurations' eval '
	[ "$(cat "$tmp"/*.last/.config | grep -c .)" -gt 0 ] &&
	[ "$(md5sum "$tmp"/*.last/.config | cut -c 1-32 | sort -u | wc -l)" \
		-ge 15 ]'
done_testing
