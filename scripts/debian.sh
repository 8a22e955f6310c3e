# Debian packages of any machine, fetched and unpacked without root and without
# a word in the user's own apt: sourced, with $cache and die().
# shellcheck shell=sh disable=SC2154

# fresh NAME: an empty folder $scratch in the cache, gone when the script is.
fresh()
{
	scratch=$(mktemp -d "$cache/.$1.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
	# A second one is not to keep it from being removed.
	trap 'trap "" HUP INT TERM; exit 1' HUP INT TERM
}

# logged COMMAND...: its output only when it fails; needs fresh's folder.
logged()
{
	"$@" >"$scratch/log" 2>&1 || {
		tail -n 20 "$scratch/log" >&2
		die "failed: $*"
	}
}

# debian COMMAND...: apt-get or apt-cache with the lists that debian_lists
# chose.
debian_options=
debian()
{
	debian_command=$1
	shift
	# shellcheck disable=SC2086
	"$debian_command" $debian_options "$@"
}

# debian_sources: the user's own mirrors of this release of Debian, or of the
# one that $debian_release names (what security mends has another mirror).
debian_release=
debian_sources()
{
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
	apt-get indextargets --format \
		'$(CREATED_BY) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
		awk -v release="$release" -v other="$debian_release" '
		BEGIN { wanted = "^" release (other ? "$" : "(-updates|-security)?$") }
		$1 == "Packages" && $4 == "main" && $3 ~ wanted {
			where = $2 " " (other ? other : $3) " " $4
			print "deb " where
			print "deb-src " where
		}' | sort -u
}

# debian_lists ARCHITECTURE PACKAGE: the user's own lists where they know it;
# else lists in the cache. ARCHITECTURE: Debian's name; empty: this machine's;
# "source": for debian_source.
debian_lists()
{
	debian_options=
	case $debian_release:$1 in
	: | :"$(dpkg --print-architecture)")
		apt-cache show "$2" >/dev/null 2>&1 && return
		;;
	esac
	debian_folder=$cache/apt/${1:-native}${debian_release:+-$debian_release}
	mkdir -p "$debian_folder/lists/partial" \
		"$debian_folder/cache/archives/partial"
	: >"$debian_folder/status"
	debian_sources >"$debian_folder/sources.list"
	[ -s "$debian_folder/sources.list" ] ||
		die "apt's sources name no mirror of this Debian"
	debian_options="-o Dir::State::Lists=$debian_folder/lists
		-o Dir::State::Status=$debian_folder/status
		-o Dir::Cache=$debian_folder/cache
		-o Dir::Etc::SourceList=$debian_folder/sources.list
		-o Dir::Etc::SourceParts=/dev/null
		-o APT::Sandbox::User=root"
	case $1 in
	'' | source) ;;
	*)
		debian_options="$debian_options -o APT::Architecture=$1
			-o APT::Architectures=$1"
		;;
	esac
	debian_knows "$@" && return
	echo "foster: reading Debian's package lists${1:+ ($1)}" >&2
	# One list that fails is no matter where another names the package.
	debian apt-get -q update >"$debian_folder/log" 2>&1 || :
	debian_knows "$@" || {
		cat "$debian_folder/log" >&2
		die "Debian's lists have no $2${1:+ ($1)}"
	}
}

debian_knows()
{
	if [ "$1" = source ]; then
		[ -n "$(debian apt-cache showsrc "$2" 2>/dev/null)" ]
	else
		debian apt-cache show "$2" >/dev/null 2>&1
	fi
}

# debian_unpack ARCHITECTURE PACKAGE FOLDER
debian_unpack()
{
	debian_lists "$1" "$2"
	mkdir "$scratch/deb"
	(cd "$scratch/deb" && logged debian apt-get -q \
		-o APT::Sandbox::User=root download "$2") ||
		die "cannot download Debian's $2"
	dpkg -x "$scratch"/deb/*.deb "$3"
	rm -r "$scratch/deb"
}

# debian_source PACKAGE FOLDER: the source as Debian builds it, patches applied.
debian_source()
{
	"$source/scripts/deps" source >&2
	debian_lists source "$1"
	mkdir "$scratch/source" "$2"
	(cd "$scratch/source" && logged debian apt-get -q --download-only \
		--only-source source "$1") ||
		die "cannot download the source of Debian's $1"
	tar -C "$2" --strip-components=1 -xf "$scratch"/source/*.orig.tar.*[!c]
	tar -C "$2" -xf "$scratch"/source/*.debian.tar.*
	rm -r "$scratch/source"
	[ -r "$2/debian/patches/series" ] || return 0
	sed '/^#/d; /^[[:blank:]]*$/d; s/[[:blank:]].*//' \
		"$2/debian/patches/series" | while read -r patch; do
		patch -s -d "$2" -p1 <"$2/debian/patches/$patch" || exit
	done || die "a patch of Debian's $1 does not apply"
}
