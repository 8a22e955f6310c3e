# A board's machine file, for shell scripts: sourced, with $source and die().
# shellcheck shell=sh

# board_open NAME: for what follows.
board_open()
{
	# shellcheck disable=SC2154
	board=$source/board/$1
	[ -r "$board/machine" ] ||
		die "no such board: $1 (board/$1/machine)"
}

# value KEY: what the machine file says, or nothing.
value()
{
	sed -n "s/^$1[[:blank:]][[:blank:]]*//p" "$board/machine"
}

# board_packages: the cross compiler's packages, as scripts/deps takes them.
board_packages()
{
	for package in $(value cross-package); do
		echo "/usr/share/doc/$package=$package"
	done
}
