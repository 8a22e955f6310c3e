"""What a guest gets beside its image: the command, its files, an inittab."""

import os
import shlex

from archive import Archive
from board import UsageError

TEXT_BYTES = 8192  # as init/test_command.c has it
ARGUMENTS_MAX = 128


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _device(board, name):
    for word in board.words("test-devices"):
        key, _, device = word.partition("=")
        if key == name:
            return device
    raise UsageError(f"{board.name}: its machine file has no {name}= device")


def ready(board):
    """Where the login shell says that it reads: the second line."""
    archive = Archive()
    archive.add("/foster.ready", os.fsencode(_device(board, "verdict")) + b"\n")
    return archive


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


def test(board, chosen):
    archive = Archive()
    inittab = read(chosen.inittab or board.path("test.inittab"))
    if not inittab.endswith(b"\n"):
        inittab += b"\n"
    source = "/dev/null"
    if chosen.stdin is not None:
        source = "/foster.stdin"
        archive.add(source, read(chosen.stdin))
    carry = _for_any_init if chosen.init else _for_foster
    inittab += carry(archive, board, chosen.command, source)
    if chosen.get:
        line = _get(archive, board, chosen.get)
        inittab += b"" if chosen.init else line
    archive.add("/etc/inittab", inittab)
    return archive


def make(board, chosen):
    if chosen.interactive:
        archive = ready(board)
        if chosen.inittab:
            archive.add("/etc/inittab", read(chosen.inittab))
    else:
        archive = test(board, chosen)
    for source, target in chosen.copy:
        try:
            archive.copy(source, target)
        except OSError as error:
            raise UsageError(f"{source}: {error.strerror or error}") from error
    return archive
