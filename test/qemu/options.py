"""The command line of test/qemu/run."""

import argparse
import os
import shlex

from board import DEFAULT_BOARD, UsageError

# Set by the installed command, which is called otherwise.
NAME = "foster-boot-test" if "FOSTER_BOOT_TEST" in os.environ else \
    "test/qemu/run"
HELP = f"""\
Boots a guest with foster as process 1, runs a command there and ends with its
status.

  {NAME} [OPTION]... [--] COMMAND [ARGUMENT]...
  {NAME} [OPTION]... --interactive

The guest
  -b, --board BOARD      a folder of board/ ({DEFAULT_BOARD})
  -m, --memory MIB       its memory (the board's)
  --smp N                its processors (1)
  -k, --kernel KERNEL    stock, tiny or a file (stock where the memory is
                         enough)
  --append=WORDS         more words for the kernel's command line
  -i, --inittab INITTAB  instead of the board's test.inittab
  --init FILE            another init; it has to read an inittab
  --qemu-args=ARGS       more arguments for QEMU
  --interactive          the console instead of a command; without what belongs
                         to a command or its report
The command: with a slash in it, but none at its start, a file that is put into
the guest
  --copy SRC[:DST]  a file or folder for the guest (DST: /NAME; a file with
                    DST/: DST/NAME); repeatable
  --share DIR       a folder for the guest, as /share
  --get SRC:DST     a file of the guest that is brought out; repeatable. All
                    together what a shutdown line can write in 10 s
  --stdin FILE      what the command reads (nothing); - is standard input,
                    read to its end before the guest starts
  -t, --time SECONDS
                    time limit (60); 0: none
  --strict          an oops or a warning of the kernel is a failure
The report
  -v, --verbose     shows the console
  --json FILE       one record; - is standard output
  --junit FILE      one test case, for a CI
  --tap FILE        one test, for prove
  --bisect          ends with 0, 1 (bad), 125 (skip) or 255 (stop) for
                    git bisect run
  -h, --help        this

Statuses: the command's own; 128+N ended by signal N; 126, 127 could not be
started; 118 oops (--strict); 119 no boot; 120 kernel panic; 121 process 1
died; 122 reset or power-off without verdict; 123 out of memory; 124 time out;
125 set-up failed; 2 usage. Where the command's own may be one of these, take
--json, whose "kind" tells them apart.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(message)


def _positive(text):
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1 << 31):
        raise argparse.ArgumentTypeError(
            f"{text}: want a whole number above 0")
    return int(text)


def _seconds(text):
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError(
            f"{text}: want seconds, 0 for no limit")
    return number


def _path(text):
    if not text:
        raise argparse.ArgumentTypeError("want a name")
    return text


def _into_guest(source, folder="/"):
    return source, folder + os.path.basename(source.rstrip("/"))


def _copy(text):
    source, separator, target = text.partition(":")
    if not separator:
        source, target = _into_guest(source)
    elif len(target) > 1 and target.endswith("/") and \
            not os.path.isdir(source):
        source, target = _into_guest(source, target)
    if not source or not target.startswith("/") or target == "/":
        raise argparse.ArgumentTypeError(
            f"{text}: want SRC:DST with an absolute DST")
    if target.startswith(("/dev/", "/proc/", "/sys/")):
        raise argparse.ArgumentTypeError(
            f"{text}: the guest mounts over it; take another DST")
    return source, target


def _get(text):
    source, separator, target = text.partition(":")
    if not separator or not target or not source.startswith("/"):
        raise argparse.ArgumentTypeError(
            f"{text}: want SRC:DST with an absolute SRC")
    return source, target


def _words(text):
    try:
        return shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def _no_place(path):
    return path not in (None, "-") and (
        os.path.isdir(path) or not os.path.isdir(os.path.dirname(path) or "."))


def parser():
    made = _Parser(add_help=False, allow_abbrev=False)
    add = made.add_argument
    add("-h", "--help", action="store_true")
    add("-b", "--board", default=DEFAULT_BOARD)
    add("-m", "--memory", type=_positive)
    add("--smp", type=_positive)
    add("-k", "--kernel", type=_path)
    add("--append", default="")
    add("-i", "--inittab", type=_path)
    add("--init", type=_path)
    add("--qemu-args", type=_words, default=[])
    add("--copy", type=_copy, action="append", default=[])
    add("--share", type=_path)
    add("--get", type=_get, action="append", default=[])
    add("--stdin", type=_path)
    add("-t", "--time", type=_seconds)
    add("--strict", action="store_true")
    add("-v", "--verbose", action="store_true")
    add("--json", type=_path)
    add("--junit", type=_path)
    add("--tap", type=_path)
    add("--bisect", action="store_true")
    add("--interactive", action="store_true")
    add("command", nargs=argparse.REMAINDER)
    return made


# What a command or its report needs, and a console has no use for.
_COMMANDS_OWN = ("get", "stdin", "strict", "verbose", "json", "junit", "tap",
                 "bisect")


def wanted_reports(words):
    """What parse() would give, of words that it refuses: as far as a record of
    that needs it."""
    lenient = parser()
    for action in lenient._actions:
        action.type = None
    chosen = argparse.Namespace()
    try:
        lenient.parse_known_args(words, chosen)
    except UsageError:
        pass  # an option without its value: what came before counts
    chosen.command = [word for word in chosen.command or [] if word != "--"]
    for name in ("json", "junit", "tap"):
        path = getattr(chosen, name)
        if not path or _no_place(path):
            setattr(chosen, name, None)
    return chosen


def parse(words):
    chosen = parser().parse_args(words)
    if chosen.command[:1] == ["--"]:
        del chosen.command[0]
    if not chosen.help and bool(chosen.command) == chosen.interactive:
        raise UsageError("want either a command or --interactive")
    for name in _COMMANDS_OWN:
        if chosen.interactive and getattr(chosen, name):
            raise UsageError(f"--interactive has no use for --{name}")
    program = chosen.command[0] if chosen.command else ""
    if "/" in program and not program.startswith("/"):
        # There is nothing of ours in the guest, so it is a file of the host's.
        chosen.copy.append(_into_guest(program))
        chosen.command[0] = chosen.copy[-1][1]
    # Known before anything boots; that the disk is full is not.
    for path in (chosen.json, chosen.junit, chosen.tap,
                 *(target for _, target in chosen.get)):
        if _no_place(path):
            raise UsageError(f"{path}: no place for a file")
    if chosen.share:
        if not os.path.isdir(chosen.share):
            raise UsageError(f"--share {chosen.share}: no such folder")
        chosen.copy.append((chosen.share, "/share"))
    if chosen.init:
        chosen.copy.append((chosen.init, "/init"))
    return chosen
