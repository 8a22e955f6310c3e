#!/bin/sh
# A container of few processes, by pids.max of cgroup v2, where a zombie counts
# until it is reaped. In a guest: a host may have given pids to version 1.
. "${0%/*}/tap.sh"

first_board_only "the inits to compare with are this machine's"

cat >"$tmp/inside" <<'INSIDE'
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
echo +pids >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/box

# box MOST WORDS...: WORDS as PID 1 of a namespace, in a cgroup that may have
# MOST processes, which sees its own as a container does.
box()
{
	echo $1 >/sys/fs/cgroup/box/pids.max
	shift
	unshare -m -p -f sh -ec 'mount --bind /sys/fs/cgroup/box /sys/fs/cgroup
		mount -t proc proc /proc
		echo 0 >/sys/fs/cgroup/cgroup.procs
		exec "$@"' sh "$@"
	echo "status $?"
}
for name in foster tini dumb-init catatonit; do
	ln -s foster /$name 2>/dev/null
	for most in 1 2; do
		echo "$name of $most"
		box $most /$name -- /bin/sh -c 'echo up; exit 3' 2>&1
	done
done
echo 'a fork of the program'
box 2 /foster -- /bin/sh -c ': | :' 2>&1
echo 'orphans'
# Foster, the shell, one that ends at once, and one that it leaves; and foster,
# the shell and cat: neither has room for a zombie.
box 4 /foster -r - -- /bin/sh -c '
	i=0
	while [ $i -lt 100 ]; do
		sh -c "true & exit" || exit 6
		until [ "$(cat /sys/fs/cgroup/pids.current)" -le 3 ]; do
			:
		done
		i=$((i + 1))
	done' 2>&1
INSIDE

# said WHAT: what follows the line WHAT, up to its status.
said()
{
	sed -n "/^$1\$/,/^status/{/^$1\$/d;p;}" "$tmp/out"
}

# gave WHAT TEXT...: after WHAT there was this, each a line or a pattern of one.
gave()
{
	what=$1
	shift
	said "$what" >"$tmp/lines"
	cat "$tmp/lines"
	[ "$(wc -l <"$tmp/lines")" -eq $# ] || return
	number=0
	for text; do
		number=$((number + 1))
		sed -n ${number}p "$tmp/lines" | grep -qx -e "$text" || return
	done
}

links=$("$src/test/container/build")
cp "$links/foster" "$tmp/foster"
ok "a guest with cgroup v2" gives 0 '' -k tiny --copy "$tmp/inside" \
	--copy "$tmp/foster" -- sh /inside
for name in foster:125 tini:1 dumb-init:1 catatonit:1; do
	ok "${name%:*}: one process is too few, and it says so" \
		gave "${name%:*} of 1" "${name%:*}: /bin/sh: fork: EAGAIN: the \
cgroup's pids.max, 1, is reached; not started" "status ${name#*:}"
	ok "${name%:*}: two are enough" gave "${name%:*} of 2" up 'status 3'
done
ok "the program's own fork is refused, and foster lives" \
	gave 'a fork of the program' "/bin/sh: can't fork: .*" 'status [1-9].*'
ok "a hundred orphans end where there is no room for a zombie" \
	gave orphans '.* orphans=100 .*' 'status 0'
done_testing
