#!/bin/sh
# The installed library, found by pkg-config alone, in C and C++, with glibc and
# musl.
. "$(dirname "$0")/../build/tap.sh"

# installed LIBC: PREFIX is where it will be found.
installed()
{
	build "$1" defconfig install-reap CC="$1" CI=1 \
		DESTDIR="$tmp/$1.root" PREFIX=/opt/reap
}

# example LIBC FLAGS NAME: builds examples/NAME.c to $tmp/NAME
example()
{
	(
		export PKG_CONFIG_PATH="$tmp/$1.root/opt/reap/lib/pkgconfig"
		export PKG_CONFIG_SYSROOT_DIR="$tmp/$1.root"
		# shellcheck disable=SC2046,SC2086
		"$1" $2 -std=gnu11 -Wall -Wextra -Werror -o "$tmp/$3" \
			$(pkg-config --cflags reap) "$src/examples/$3.c" \
			$(pkg-config --libs reap)
	)
}

status()
{
	wanted=$1
	shift
	"$@"
	got=$?
	echo "status $got, not $wanted"
	[ $got -eq "$wanted" ]
}

# Each waits for the other three: only four at once end.
four_at_once()
{
	rm -rf "$tmp/meet"
	mkdir "$tmp/meet"
	for i in 1 2 3 4; do
		printf ': >%s/%s; ' "$tmp/meet" $i
		printf 'while [ $(ls %s | wc -l) -lt 4 ]; do :; done\n' \
			"$tmp/meet"
	done | timeout 20 "$tmp/parallel" 4
}

two_at_most()
{
	rm -rf "$tmp/now"
	mkdir "$tmp/now"
	for i in 1 2 3 4 5 6 7 8; do
		echo ": >$tmp/now/$i; ls $tmp/now | wc -l; rm $tmp/now/$i"
	done | "$tmp/parallel" 2 >"$tmp/counts"
	[ "$(wc -l <"$tmp/counts")" = 8 ] &&
		[ "$(sort -n "$tmp/counts" | tail -n 1)" -le 2 ]
}

# as_timeout WORDS: the same status as coreutils'.
as_timeout()
{
	# shellcheck disable=SC2086
	timeout $1 2>"$tmp/error"
	# shellcheck disable=SC2086
	status $? "$tmp/timeout" $1
}

# As a whole it is a comment; what is cut off it would be a command.
long_line()
{
	rm -f "$tmp/rest"
	for bytes in 4000 9000 70000; do
		printf ": #%${bytes}s touch $tmp/rest\\n" ''
	done | "$tmp/parallel" 1 && [ ! -e "$tmp/rest" ]
}

# Each one that is started needs one, so they run in turn; none is lost.
few_descriptors()
{
	for i in 1 2 3 4 5 6 7 8; do
		echo "exit $((i % 2))"
	done >"$tmp/eight"
	status 4 sh -c 'ulimit -n 5; exec "$0" 8' "$tmp/parallel" <"$tmp/eight"
}

# What started it has SIGCHLD ignored, which a program inherits.
deaf_starter()
{
	status 3 sh -c 'trap "" CHLD; exec "$0" 20 sh -c "exit 3"' \
		"$tmp/timeout" && printf 'true\nfalse\n' |
		status 1 sh -c 'trap "" CHLD; exec "$0" 2' "$tmp/parallel"
}

# What is open stays so, and what is closed too.
as_they_are()
{
	status 5 "$tmp/timeout" 20 sh -c 'read word <&7; exit $word' \
		7<"$tmp/five" &&
		status 2 "$tmp/timeout" 20 sh -c ': 3<&0' <&- 2>"$tmp/error"
}

no_number()
{
	for number in 0 257 -1 2x x '' 4294967297 ' '; do
		status 125 "$tmp/parallel" "$number" </dev/null || return 1
	done
}

echo 5 >"$tmp/five"
for libc in gcc musl-gcc; do
	static=
	[ $libc = gcc ] || static=-static
	ok "$libc: install-reap" installed "$libc"
	for program in timeout parallel; do
		ok "$libc: $program builds" example "$libc" "$static" "$program"
	done
	ok "$libc: in time" status 3 "$tmp/timeout" 20 sh -c 'exit 3'
	ok "$libc: too late" status 124 "$tmp/timeout" 0.05 sleep 30
	ok "$libc: deaf to TERM" status 124 "$tmp/timeout" 0.2 \
		sh -c 'trap "" TERM; while :; do :; done'
	ok "$libc: killed" status 137 "$tmp/timeout" 20 sh -c 'kill -9 $$'
	for command in '20 /no/such/program' '20 nosuchprogram' '20 /' \
		'20 /etc/passwd' '20 /etc/passwd/x' '0 sleep 0.1' '0.05 sleep 9' \
		'x true' '20'; do
		ok "$libc: as timeout(1): $command" as_timeout "$command"
	done
	ok "$libc: no duration" status 125 "$tmp/timeout" '' true
	ok "$libc: its descriptors are the program's" as_they_are
	ok "$libc: SIGCHLD ignored by whoever starts them" deaf_starter
	ok "$libc: four at once" four_at_once
	ok "$libc: two at most" two_at_most
	ok "$libc: a long line is one command" long_line
	ok "$libc: fewer descriptors than children" few_descriptors
	ok "$libc: a number that is none" no_number
	ok "$libc: an input that is none" status 1 "$tmp/parallel" 2 </
	ok "$libc: failures are counted" eval '
		printf "true\nfalse\nexit 4\n" | status 2 "$tmp/parallel" 2'
done
ok 'its names are its own' eval '
	nm -g --defined-only "$tmp"/gcc.root/opt/reap/lib/libreap.a >"$tmp/names" &&
	grep -q " T reap_spawn" "$tmp/names" &&
	! grep " [A-Z] " "$tmp/names" | grep -v " [A-Z] reap_"'
# Tests alone may force a tier.
ok 'no variable of its own' no grep -q REAP_TIER \
	"$tmp/gcc.root/opt/reap/lib/libreap.a"
# Without the names that POSIX adds to C11's headers.
cat >"$tmp/user.c" <<'END'
#include <reap.h>

int main(void)
{
	struct reap_child child;
	struct reap_spec spec = {.path = "true", .cgroup = -1};

	return reap_spawn(&child, &spec) < 0 ? 0 : 1;
}
END
for libc in gcc musl-gcc; do
	ok "$libc: C11, strictly" eval '
		$libc -std=c11 -pedantic -Wall -Wextra -Werror \
			-I"$tmp/$libc.root/opt/reap/include" "$tmp/user.c" \
			-L"$tmp/$libc.root/opt/reap/lib" -lreap -o "$tmp/user" &&
		"$tmp/user"'
done
cat >"$tmp/user.cc" <<'END'
#include <reap.h>

int main()
{
	reap_child child{};
	reap_spec spec{};

	return reap_spawn(&child, &spec) < 0 &&
	       reap_classify(-11) == REAP_RETRY ? 0 : 1;
}
END
ok 'C++' eval '
	g++ -Wall -Werror -I"$tmp/gcc.root/opt/reap/include" "$tmp/user.cc" \
		-L"$tmp/gcc.root/opt/reap/lib" -lreap -o "$tmp/user" &&
	"$tmp/user"'
# A header of C's of that time: no comma at the end of an enum.
echo '#include <reap.h>' >"$tmp/header.cc"
ok 'C++98, strictly' g++ -std=c++98 -pedantic-errors -Wall -Wextra -Werror \
	-fsyntax-only -I"$tmp/gcc.root/opt/reap/include" "$tmp/header.cc"
manual=$tmp/gcc.root/opt/reap/share/man/man3/reap.3
ok 'reap(3) is installed' test -e "$manual"
ok 'and clean' mandoc -T lint -W warning "$manual"
ok 'and names every function of reap.h' eval '
	grep -oE "\breap_[a-z_]+\(" "$src/reap/reap.h" | grep -v "reap_name(" |
		sort -u | tr -d "(" | while read -r function; do
		grep -q "^\.Fn \"\?[a-z ]*\*\?$function\|^\.Fn $function\|^\.Fo $function" "$manual" || {
			echo "no $function"; exit 1; }
	done'
done_testing
