#!/bin/sh
# libreap's tests for each libc, way and tier, and under what watches memory
# and descriptors.
built=${O:?the folder of a built foster}
. "$(dirname "$0")/../build/tap.sh"
O=$built
. "$(dirname "$0")/matrix.sh"

# tried NAME TIER [WRAPPER...]
tried()
{
	program=$1
	forced=$2
	shift 2
	# All slots at once take seconds, by code that is the same in all builds.
	lacks=
	[ "$program" = musl ] || lacks=4096-tasks
	KERNEL_LACKS=$lacks REAP_TIER=$forced alone "$@" "$tmp/$program" \
		${only:+"$only"} >"$tmp/out" 2>&1 &&
		! grep -E '^not ok|# SKIP the kernel has no [a-z]|WARNING: Thr|runtime error|definitely lost: [1-9]' "$tmp/out" &&
		grep -q '^1\.\.' "$tmp/out" && return
	grep -vE '^ok' "$tmp/out" | tail -n 40
	return 1
}

library="$src/test/reap/harness.c $src/test/reap/library.c $src/test/reap/errors.c"
only=
# LIBRARY=glibc, LIBRARY=guest: that alone, for the mutants.
while read -r kind flags; do
	[ "${LIBRARY:-$kind}" = "$kind" ] || continue
	# shellcheck disable=SC2086
	ok "$kind builds" hosted "$kind" $flags -- $library
	for tier in pidfd pipe; do
		ok "$kind, $tier" tried "$kind" "$tier"
	done
done <<'END'
glibc gcc -O2 -Werror
musl musl-gcc -O2 -static
glibc-vfork gcc -O2 -DCONFIG_REAP_WAY_VFORK=1
musl-vfork musl-gcc -O2 -static -DCONFIG_REAP_WAY_VFORK=1
sanitized gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
END
# Also where the kernel reaps by itself.
for by in gcc musl-gcc; do
	[ "${LIBRARY:-guest}" = guest ] || continue
	ok "$by, a guest builds" hosted guest $by -O2 -Werror -- "$src/test/reap/guest.c"
	for tier in pidfd pipe; do
		ok "$by, $tier: a good guest" alone env REAP_TIER=$tier "$tmp/guest"
	done
done
[ -z "${LIBRARY:-}" ] || done_testing
# In the caller's memory: musl alone, whose thread pointer sharing.c knows.
# shellcheck disable=SC2086
ok 'share builds' shared share musl-gcc -O2 -static -Werror -- $library
export TELL_SHARED=1
for tier in pidfd pipe; do
	ok "share, $tier" tried share "$tier"
	ok "share, $tier: most are, but what doc/spawn.md names" eval '
		grep "started in shared memory" "$tmp/out" | tee "$tmp/shared"
		awk "/started/ { fine = \$2 > 10 * \$8 } END { exit !fine }" "$tmp/shared"'
done
ok 'a build that always takes the pipe tier' hosted forced gcc -O2 \
	-DCONFIG_REAP_TIER_PIPE=1 -- $library
ok 'forced by Kconfig' tried forced pipe
# valgrind knows no pidfd, and runs a vfork as a fork: so the pipe tier, and the
# tests that look at neither. A signal sent before the exec it loses (its own
# queue goes with it), so not the test of yield.
for only in step exit report descriptors wait; do
	ok "valgrind, $only" tried glibc pipe valgrind -q --leak-check=full \
		--track-fds=yes --error-exitcode=9
done
ok 'TSan builds' hosted tsan gcc -O1 -fsanitize=thread -Wl,--wrap=syscall \
	-- $library "$src/test/reap/tsan.c"
# Not what a vfork's child does, nor cancelling: TSan's close(2) is a place for it.
for only in threads 'a host that forks' 'in a signal handler' 'one signal' \
	'few descriptors'; do
	for tier in pidfd pipe; do
		ok "TSan, $tier, $only" tried tsan "$tier"
	done
done
done_testing
