"""What a guest gets beside its image: the command, its files, an inittab."""

import os
import shlex

from archive import Archive, Full
from board import UsageError
import program

TEXT_BYTES = 8192  # as init/test_command.c has it
ARGUMENTS_MAX = 128


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _share(chosen):
    """The part of the memory that its files can take, at most: where the
    kernel's first file system is a tmpfs, it lets that have half."""
    tmpfs = chosen.kernel in (None, "stock", "tiny") and \
        "root" not in chosen.append
    return 2 if tmpfs else 1


def _mebibytes(size):
    return f"{size / (1 << 20):.1f} MiB"


def _files(archive):
    path, size = archive.biggest
    rest = archive.size - size
    others = f" and {_mebibytes(rest)} beside it" if rest else ""
    return f"{path} ({_mebibytes(size)}{others})"


def too_big(archive, memory):
    return (f"{_files(archive)} is more than a guest with -m {memory} can "
            "hold; take a bigger -m")


def _standard_input(archive, path):
    """What the command reads; not more of it than the guest can hold."""
    own = path == "-"
    try:
        # Not closed: it is the runner's.
        with open(0 if own else path, "rb", closefd=not own) as file:
            data = file.read(archive.room + 1)
            size = max(len(data), os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    archive.claim("--stdin" if own else path, size)
    return data


def _device(board, name):
    for word in board.words("test-devices"):
        key, _, device = word.partition("=")
        if key == name:
            return device
    raise UsageError(f"{board.name}: its machine file has no {name}= device")


def ready(archive, board):
    """Where the login shell says that it reads: the second line."""
    archive.add("/foster.ready", os.fsencode(_device(board, "verdict")) + b"\n")


def _for_foster(archive, board, command, source):
    """Nothing of it passes a shell."""
    text = b"".join(
        os.fsencode(word) + b"\0"
        for word in [*board.words("test-devices"), f"stdin={source}", "",
                     *command])
    if len(text) >= TEXT_BYTES or len(command) > ARGUMENTS_MAX:
        raise UsageError("the command is longer than 8 kB or 128 words")
    archive.add("/foster.test", text)
    return b""


def _for_any_init(archive, board, command, source):
    """Another init knows nothing of /foster.test: a line of its inittab runs
    the command, and a shell says how it ended."""
    verdict, out, err = (_device(board, name)
                         for name in ("verdict", "stdout", "stderr"))
    archive.add("/foster.run", os.fsencode(f"""#!/bin/sh
mount -t devtmpfs dev /dev 2>/dev/null
mount -t proc proc /proc 2>/dev/null
for line in {verdict} {out} {err}; do
	stty -F $line raw -echo
done
exec 9>{verdict}
echo "start $$" >&9
{shlex.join(command)} <{source} >{out} 2>{err}
echo "exit $?" >&9
[ ! -x /foster.get ] || /foster.get
exec 9>&-
exec busybox poweroff -f
"""), 0o755)
    return b"::once:/bin/sh /foster.run\n"


def _get(archive, board, files):
    """Files come out on the verdict's line, after it."""
    device = _device(board, "verdict")
    lines = ["#!/bin/sh", f"exec >{device}"]
    for number, (source, _) in enumerate(files):
        name = shlex.quote(source)
        lines.append(f"if [ -f {name} ]; then\n"
                     f"\techo \"file {number} $(wc -c <{name})\"\n"
                     f"\tcat {name}\nelse\n\techo missing {number}\nfi")
    archive.add("/foster.get", os.fsencode("\n".join(lines) + "\n"), 0o755)
    return b"::shutdown:/foster.get\n"


def test(archive, board, chosen):
    inittab = read(chosen.inittab or board.path("test.inittab"))
    if not inittab.endswith(b"\n"):
        inittab += b"\n"
    source = "/dev/null"
    if chosen.stdin is not None:
        source = "/foster.stdin"
        archive.add(source, _standard_input(archive, chosen.stdin))
    carry = _for_any_init if chosen.init else _for_foster
    inittab += carry(archive, board, chosen.command, source)
    if chosen.get:
        line = _get(archive, board, chosen.get)
        inittab += b"" if chosen.init else line
    archive.add("/etc/inittab", inittab)


def _fill(archive, board, chosen):
    if chosen.interactive:
        ready(archive, board)
        if chosen.inittab:
            archive.add("/etc/inittab", read(chosen.inittab))
    else:
        test(archive, board, chosen)
    for source, target in chosen.copy:
        try:
            archive.copy(source, target)
        except OSError as error:
            raise UsageError(f"{source}: {error.strerror or error}") from error


def make(board, chosen, memory):
    """(archive, the same packed, the command's program or None)"""
    share = _share(chosen)
    archive = Archive((memory << 20) // share)
    try:
        _fill(archive, board, chosen)
        packed = archive.bytes()
        # It is in memory until it is unpacked, and not of what is shared out.
        if archive.size and share * archive.size + len(packed) > memory << 20:
            raise Full
    except Full as full:
        raise UsageError(too_big(archive, memory)) from full
    own = program.find(chosen.command[0], chosen.copy) \
        if chosen.command else None
    if own and own.is_foreign(board.text("architecture")):
        raise UsageError(f"{own.path}: a program for another machine than "
                         f"{board.name}, whose programs are for "
                         f"{board.text('uname')}")
    return archive, packed, own


def burden(archive, packed, memory):
    """For the reason why a guest did not come up to its command, where files
    take a good part of the memory."""
    if archive.size + len(packed) < memory << 18:
        return ""
    return (f"; {_files(archive)} may be more than a guest with -m {memory} "
            "can hold")
