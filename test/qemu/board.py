"""A board's machine description, and what is built for it."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

DEFAULT_BOARD = "qemu-x86_64"


class SetupError(Exception):
    """What the guest needs is missing or could not be built."""


class UsageError(Exception):
    """What the user asked for makes no sense."""


def boards():
    folder = os.path.join(SOURCE, "board")
    return sorted(name for name in os.listdir(folder)
                  if os.path.exists(os.path.join(folder, name, "machine")))


class Board:
    """KEY VALUE lines of board/NAME/machine; a key that comes again adds."""

    def __init__(self, name):
        self.name = name
        self.folder = os.path.join(SOURCE, "board", name)
        self._values = {}
        if name not in boards():
            raise UsageError(f"no such board: {name} "
                             f"(there are: {' '.join(boards())})")
        with open(os.path.join(self.folder, "machine"),
                  encoding="utf-8") as file:
            for line in file:
                words = line.split()
                if words and not words[0].startswith("#"):
                    self._values.setdefault(words[0], []).extend(words[1:])

    def words(self, key):
        return self._values.get(key, [])

    def text(self, key):
        return " ".join(self.words(key))

    def number(self, key):
        return int(self.text(key) or "0")

    def path(self, name):
        return os.path.join(self.folder, name)


_PATIENCE = 30
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def _end(process):
    """make and all that it has started, a group of its own. It is told once:
    what cleans up after it is of the group too."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass  # the group has gone, or is root's by sudo
    process.wait()


def _run(command, **options):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    # A signal between the start and our knowing of it would leave it behind.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        process = subprocess.Popen(
            command, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, env=environment, start_new_session=True,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, mask),
            **options)
    except OSError as error:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        raise SetupError(f"{command[0]}: {error.strerror}") from error
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        text = process.communicate()[0]
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        sys.stderr.write(text)
        raise SetupError(f"{os.path.basename(command[0])} "
                         f"{command[-1]} failed")
    return text


def find_emulator(board):
    """QEMU's program, installed first where it is missing."""
    name = board.text("emulator")
    if not shutil.which(name):
        try:
            _run([os.path.join(SOURCE, "scripts", "cross"), board.name,
                  "emulator"])
        except SetupError:
            pass
    if not shutil.which(name):
        raise SetupError(f"{name}: not there; Debian's package "
                         f"{board.text('emulator-package')} has it")
    return name


def build_folder(board):
    """make's $(O) where it is this board's; else a folder of the board's own
    below it."""
    folder = os.environ.get("O") or os.path.join(SOURCE, "build")
    configured = DEFAULT_BOARD
    try:
        with open(os.path.join(folder, ".config"), encoding="utf-8") as file:
            found = re.search(r'^CONFIG_BOARD="(.+)"$', file.read(), re.M)
            configured = found.group(1) if found else DEFAULT_BOARD
    except FileNotFoundError:
        pass
    if board.name == configured:
        return folder
    return os.path.join(folder, board.name)


def _text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _files(path):
    """(name, time, size) of a file, or of all below a folder."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                yield from _files(entry.path)
    except NotADirectoryError:
        status = os.stat(path)
        yield path, status.st_mtime_ns, status.st_size
    except FileNotFoundError:
        yield path, 0, 0


# What make is told by the environment.
_TOLD = ("CC", "CFLAGS", "CI", "CROSS_COMPILE", "HOME", "KCONFIG_CONFIG", "LDFLAGS",
         "MUSL", "PATH", "SANITIZE", "STRIP", "XDG_CACHE_HOME")


def _state(board, folder):
    """What the image is made of, and the image. The same as after the last
    make: there is nothing to make. make itself takes half a second to say
    so."""
    paths = [os.path.join(SOURCE, name)
             for name in ("Kconfig", "Makefile", "init", "libc", "reap",
                          "scripts", "board/common")]
    paths += [board.folder, "/bin/busybox", os.path.join(folder, ".config"),
              os.path.join(folder, "guest", ".config"),
              os.path.join(folder, "guest", "initramfs.cpio.gz")]
    files = sorted(entry for path in paths for entry in _files(path))
    return repr([files, [os.environ.get(name) for name in _TOLD]])


def build_image(board):
    """The board's initramfs, by make; two runners that come at once must not
    build in one folder."""
    folder = build_folder(board)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".image.lock"), "w",
              encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        seal = os.path.join(folder, ".image.made")
        if _text(seal) != _state(board, folder):
            _run(["make", "-s", "-f", os.path.join(SOURCE, "Makefile"),
                  f"O={folder}", f"BOARD={board.name}", "guest"], cwd=SOURCE)
            with open(seal, "w", encoding="utf-8") as file:
                file.write(_state(board, folder))
    folder = os.path.join(folder, "guest")
    with open(os.path.join(folder, ".config"), encoding="utf-8") as file:
        options = file.read().split("\n")
    return os.path.join(folder, "initramfs.cpio.gz"), options


def find_kernel(board, wanted, memory):
    """Path of "stock", "tiny" or a file; None: by the guest's memory."""
    least = board.number("tiny-least")
    if wanted is None:
        stock = board.number("stock-least")
        wanted = "stock" if stock and memory >= stock else "tiny"
    if wanted == "stock":
        least = board.number("stock-least")
    if wanted in ("stock", "tiny"):
        if memory < least:
            raise UsageError(f"-m {memory}: {board.name}'s {wanted} kernel "
                             f"needs {least} MiB")
        return _run([os.path.join(SOURCE, "scripts", "kernel"), board.name,
                     wanted]).strip()
    if not os.path.isfile(wanted) or not os.access(wanted, os.R_OK):
        raise SetupError(f"kernel {wanted}: no such file, or not readable")
    return wanted
