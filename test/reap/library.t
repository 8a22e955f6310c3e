#!/bin/sh
# libreap's tests for each libc, way and tier, and under what watches memory
# and descriptors.
#
# For the mutants and musl.t: LIBRARY=glibc, LIBRARY=guest, LIBRARY=share: that
# kind alone; ONLY=TITLE: those of its tests that have it in their title.
built=${O:?the folder of a built foster}
. "$(dirname "$0")/../build/tap.sh"
O=$built
. "$(dirname "$0")/matrix.sh"

# Of the first process, the test's own; what that forks ends with all of it open.
leaked()
{
	awk '/^==1== Open file descriptor/ { open = $0; next }
		open && !/inherited from parent/ { print open; print; any = 1 }
		{ open = "" }
		END { exit !any }' "$tmp/out"
}

# tried NAME TIER [WORD...]: the tests that harness.h finds by these
under=
tried()
{
	program=$tmp/$1
	forced=$2
	shift 2
	[ -z "${ONLY:-}" ] || set -- "$ONLY"
	# shellcheck disable=SC2086
	REAP_TIER=$forced alone $under "$program" "$@" >"$tmp/out" 2>&1 &&
		! grep -E '^not ok|# SKIP the kernel has no [a-z]|WARNING: Thr|runtime error|definitely lost: [1-9]' "$tmp/out" &&
		! leaked && grep -q '^1\.\.' "$tmp/out" && return
	grep -vE '^ok' "$tmp/out" | tail -n 40
	return 1
}

# objects FOLDER COMPILER FLAGS... -- FILES: compiled, the first time
objects()
{
	folder=$tmp/$1
	shift
	[ ! -d "$folder" ] || return 0
	mkdir "$folder"
	words=$*
	# shellcheck disable=SC2086
	(cd "$folder" && compiled ${words%% -- *} -c ${words##* -- })
}

few=-DCONFIG_REAP_FEW_SLOTS=1
library="$src/test/reap/harness.c $src/test/reap/library.c $src/test/reap/errors.c"

# linked NAME TESTS COMPILER FLAGS... [-D...]: what does not depend on the way
# is compiled once for all programs that name the same TESTS.
linked()
{
	to=$1
	tests=tests.$2
	shift 2
	# shellcheck disable=SC2046,SC2086
	objects "$tests" "$@" $few -- $library &&
		objects "$to.objects" "$@" $few -- $(hosted_sources) &&
		"$@" -o "$tmp/$to" "$tmp/$tests"/*.o "$tmp/$to.objects"/*.o \
			-lpthread
}

while read -r kind tests flags; do
	[ "${LIBRARY:-$kind}" = "$kind" ] || continue
	# shellcheck disable=SC2086
	ok "$kind builds" linked "$kind" "$tests" $flags
	for tier in pidfd pipe; do
		ok "$kind, $tier" tried "$kind" "$tier"
	done
done <<'END'
glibc glibc gcc -O2 -Werror
musl musl musl-gcc -O2 -static
glibc-vfork glibc gcc -O2 -DCONFIG_REAP_WAY_VFORK=1
musl-vfork musl musl-gcc -O2 -static -DCONFIG_REAP_WAY_VFORK=1
sanitized sanitized gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
END
# guest COMPILER KIND: with the objects of that kind.
guest()
{
	# shellcheck disable=SC2046
	objects guest."$1" "$1" -O2 -Werror -- "$src/test/reap/guest.c" &&
		objects "$2.objects" "$1" -O2 -- $(hosted_sources) &&
		"$1" -o "$tmp/guest" "$tmp/guest.$1"/*.o "$tmp/$2.objects"/*.o \
			-lpthread
}
# Also where the kernel reaps by itself.
for libc in glibc musl; do
	[ "${LIBRARY:-guest}" = guest ] || continue
	by=gcc
	[ $libc = glibc ] || by=musl-gcc
	ok "$by, a guest builds" guest $by $libc
	for tier in pidfd pipe; do
		ok "$by, $tier: a good guest" alone env REAP_TIER=$tier "$tmp/guest"
	done
done
# In the caller's memory: musl alone, whose thread pointer sharing.c knows.
share()
{
	# shellcheck disable=SC2086
	objects tests.musl musl-gcc -O2 -static $few -- $library &&
		shared share musl-gcc -O2 -static -Werror $few -- \
			"$tmp"/tests.musl/*.o
}
for tier in pidfd pipe; do
	[ "${LIBRARY:-share}" = share ] || continue
	[ -e "$tmp/share" ] || ok 'share builds' share
	export TELL_SHARED=1
	ok "share, $tier" tried share "$tier"
	ok "share, $tier: most are, but what doc/spawn.md names" eval '
		grep "started in shared memory" "$tmp/out" | tee "$tmp/shared"
		awk "/started/ { fine = \$2 > 10 * \$8 } END { exit !fine }" "$tmp/shared"'
	unset TELL_SHARED
done
[ -z "${LIBRARY:-}" ] || done_testing
ok 'a build that always takes the pipe tier' linked forced glibc gcc -O2 \
	-DCONFIG_REAP_TIER_PIPE=1
export EXPECT_TIER=pipe
ok 'forced by Kconfig' tried forced pidfd handler fork descriptor
unset EXPECT_TIER
# valgrind knows no pidfd, and runs a vfork as a fork: so the pipe tier, and the
# tests that look at neither. A signal sent before the exec it loses (its own
# queue goes with it), so not the test of yield.
under='valgrind -q --leak-check=full --track-fds=yes --error-exitcode=9'
ok 'valgrind' tried glibc pipe step exit report descriptors wait
under=
ok 'TSan builds' hosted tsan gcc -O1 -fsanitize=thread -Wl,--wrap=syscall $few \
	-- $library "$src/test/reap/tsan.c"
# All but what a vfork's child does, which it takes for the thread itself; and
# cancelling: its close(2) is a place for that. Of "children that end at once"
# it has seen all in "threads", and each of its forks takes 40 ms. Where
# pidfd_open is refused the pipe serves, see below. A signal that it has put off
# it hands over in a fork's child as well.
ok 'TSan, pidfd' tried tsan pidfd -vfork -cancel '-children that end' \
	'-pidfd_open is refused' '-no handler runs in a child'
# It hands a signal over at the next call that it knows: elsewhere a handler
# comes too late for the test.
ok 'TSan, pipe' tried tsan pipe threads 'a host that forks' \
	'in a signal handler' 'one signal' 'few descriptors' -vfork
done_testing
