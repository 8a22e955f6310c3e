# shellcheck shell=sh disable=SC2154
# Builds the installed library's sources with a test program. To be sourced.
# In: src, O, tmp. hosted NAME COMPILER FLAGS... -- FILES: $tmp/NAME.
tree=${tree:-$src}

hosted_sources()
{
	printf 'include %s/reap/objects.mk\nall:\n\t@echo $(reap-hosted-y)\n' \
		"$tree" | make -s -f - all | tr ' ' '\n' |
		sed "s|^\(.*\)\.o|$tree/reap/\1.c|"
}

# compiled COMPILER WORDS...: with the flags of the installed library.
compiled()
{
	"$@" -std=gnu11 -D_GNU_SOURCE= -I"$tree/reap" \
		-include "$O/include/generated/autoconf.h" \
		-DCONFIG_REAP_HOSTED=1 -DCONFIG_REAP_ATTRIBUTES=1 -DCONFIG_REAP_STREAMS=1 \
		-DCONFIG_REAP_TEST_SEAM=1 -g -Wall -Wextra
}

hosted()
{
	program=$1
	shift
	words=$*
	# shellcheck disable=SC2046,SC2086
	compiled ${words%% -- *} -o "$tmp/$program" $(hosted_sources) \
		${words##* -- } -lpthread
}

# The same, and what may starts in the caller's memory: sharing.c.
shared()
{
	program=$1
	compiler=$2
	shift 2
	hosted "$program" "$compiler" -DCONFIG_REAP_WAY_SHARE=1 -DOWN_LIBC=1 \
		-Wl,--wrap=reap_spawn "-I$tree/libc" "$@" \
		"$src/test/reap/sharing.c" "$tree/reap/way_share.c"
}

# A pid namespace of its own: nothing of a test that hangs is left behind.
alone()
{
	timeout -s KILL "${ALONE_SECONDS:-600}" unshare --fork --pid --mount-proc --kill-child "$@"
}
