#!/usr/bin/env python3
"""Every status that a command can exit with and every signal, from the wait of
a real foster to the runner's own status: one guest in which foster, as process
1 of a namespace, runs one command after the other and writes its verdicts to a
serial line."""

import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from board import Board
from outcome import Console, Verdict, judge
import options
import payload
import report

HERE = os.path.dirname(os.path.abspath(__file__))
BOARD = os.environ.get("BOARD", "qemu-x86_64")
IGNORED = (signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH)
# These go unheard where a process group is an orphan: as foster's children are.
ORPHANS_IGNORE = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
STATUSES = range(256)
SIGNALS = range(1, 65)
GUEST = r"""#!/bin/sh
one()
{
	printf 'verdict=%s\0stdin=/dev/null\0\0/end\0%s\0%s\0' "$line" $1 $2 \
		>/foster.test
	unshare -m -p -f /sbin/init
	echo next
}
line=$1
for i in $(seq 0 255); do
	one exit $i
done
for i in $(seq 1 64); do
	one signal $i
done
"""


def written(folder):
    """What came over the line, cut where one foster ended."""
    script = os.path.join(folder, "ends")
    with open(script, "w", encoding="ascii") as file:
        file.write(GUEST)
    os.chmod(script, 0o755)
    end = os.path.join(folder, "end")
    subprocess.run([os.path.join(HERE, "compile"), BOARD, end,
                    os.path.join(HERE, "ends.c")], check=True)
    line = payload._device(Board(BOARD), "stdout")
    run = subprocess.run(
        [os.path.join(HERE, "run"), "-b", BOARD, "-k", "tiny", "-t", "300",
         "--copy", end, "--copy", script, "--", "/ends", line], stdout=subprocess.PIPE,
        check=False)
    if run.returncode:
        sys.exit(f"ends.t: the guest's own status: {run.returncode}")
    *parts, rest = run.stdout.split(b"next\n")
    if rest or len(parts) != len(STATUSES) + len(SIGNALS):
        sys.exit(f"ends.t: {len(parts)} verdicts, and {rest[:80]}")
    return parts


def left_with(text):
    """(kind, status) as a runner that got this verdict ends: a process that
    does what test/qemu/run does after its guest has gone."""
    verdict = Verdict()
    # In pieces, as a line gives them.
    for at in range(0, len(text), 3):
        verdict.add(text[at:at + 3])
    console = Console()
    outcome = judge(verdict, console, True, "60", "guest-shutdown")
    child = os.fork()
    if not child:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
        os.dup2(2, 1)
        os._exit(report.finish(outcome, options.parse(["--", "x"]), console,
                               "", 0))
    _, status = os.waitpid(child, 0)
    return outcome.kind, os.waitstatus_to_exitcode(status)


def check(name, wanted):
    """wanted: [(what, text, (kind, status))]; one line of TAP for all."""
    wrong = [(what, text, left_with(text), end) for what, text, end in wanted
             if left_with(text) != end]
    for what, text, got, end in wrong:
        print(f"# {what}: {text} is {got}, not {end}", file=sys.stderr)
    print(f"{'not ok' if wrong else 'ok'} - {name}")
    return bool(wrong)


# What a kernel says, by its version and configuration, and what it is.
LINES = {
    b"[    1.000000] WARNING: CPU: 0 PID: 1 at x.c:1 f+0x0/0x1": "oops",
    b"[    1.000000] BUG: kernel NULL pointer dereference": "oops",
    b"[    1.000000] watchdog: BUG: soft lockup - CPU#0 stuck": "oops",
    b"[    1.000000] kernel BUG at mm/slub.c:1!": "oops",
    b"[    1.000000] Kernel BUG [#1]": "oops",
    b"[    1.000000] invalid opcode: 0000 [#1] SMP": "oops",
    b"[    1.000000] divide error: 0000 [#1]": "oops",
    b"[    1.000000] UBSAN: shift-out-of-bounds in x.c:1:1": "oops",
    b"[    1.000000] Oops [#1]": "oops",
    b"[    1.000000][    T1] WARNING: at x.c:1": "oops",
    b"[    1.000000] debug: BUG: none": "exit",
    b"WARNING: of the command's": "exit",
}


def told_apart():
    """Of a command that ended with 0, by --strict."""
    wrong = []
    for line, kind in LINES.items():
        verdict, console = Verdict(), Console()
        verdict.add(b"exit 0\n")
        console.add(b"[    0.000000] Linux version 6.1\r\n" + line + b"\r\n")
        outcome = judge(verdict, console, True, "60", "guest-shutdown", True)
        wrong += [(line, outcome.kind)] if outcome.kind != kind else []
    for line in wrong:
        print(f"# {line}", file=sys.stderr)
    print(f"{'not ok' if wrong else 'ok'} - a kernel's complaints")
    return bool(wrong)


PANIC = b"[    1.000000][    T1] Kernel panic - not syncing: x\r\n"
STACK = b"[    1.000001] CPU: 0 PID: 1 Comm: x\r\n"
# What is on the console, whether QEMU ended and why, and what that is.
PANICS = [
    (PANIC + STACK, True, "guest-reset", "panic"),
    (b"[    1.000000] sysrq: Trigger a crash\r\n" + PANIC, True,
     "guest-reset", "panic"),
    # The machine has no reset.
    (PANIC + STACK, False, None, "panic"),
    (PANIC, True, "guest-panic", "panic"),
    (PANIC, True, "guest-shutdown", "no verdict"),
    (PANIC, True, None, "set-up"),
    (PANIC + b"[    2.000000] reboot: Restarting system\r\n", True,
     "guest-reset", "no verdict"),
    (PANIC + b"[    2.000000] sysrq: Resetting\r\n", True, "guest-reset",
     "no verdict"),
    (PANIC + b"[    2.000000] SysRq : Show State\r\n", False, None,
     "time out"),
    # The kernel's own after a forged one.
    (PANIC + b"[    2.000000] sysrq: Trigger a crash\r\n" + PANIC, True,
     "guest-reset", "panic"),
]


def panics():
    """A panic by what follows it, in pieces of every size."""
    wrong = []
    for text, ended, reason, kind in PANICS:
        for size in range(1, len(text) + 1):
            console = Console()
            for at in range(0, len(text), size):
                console.add(text[at:at + size])
            outcome = judge(Verdict(), console, ended, "60", reason)
            if outcome.kind != kind:
                wrong.append((text, reason, size, outcome.kind))
    for line in wrong:
        print(f"# {line}", file=sys.stderr)
    print(f"{'not ok' if wrong else 'ok'} - a panic, and one that is forged")
    return bool(wrong)


VICTIM = b"[    3.000000] Out of memory: Killed process %d (%s) total-vm:1kB\r\n"
# The kernel's victims while process 20 ran, and what its SIGKILL is then.
VICTIMS = [
    ([], "out of memory"),
    ([(20, b"own")], "out of memory"),
    ([(20, b"own"), (21, b"other")], "out of memory"),
    ([(i, b"other") for i in range(100, 3000)] + [(20, b"own")],
     "out of memory"),
    ([(21, b"other")], "signal"),
]


def victims():
    wrong = []
    for killed, kind in VICTIMS:
        verdict, console = Verdict(), Console()
        verdict.add(b"start 20\nsignal 9 oom\n")
        for victim in killed:
            console.add(VICTIM % victim)
        outcome = judge(verdict, console, True, "60", "guest-shutdown")
        told = "own" if (20, b"own") in killed else "process 21 (other)"
        if outcome.kind != kind or (killed and told not in outcome.reason):
            wrong.append((killed[:3], outcome.kind, outcome.reason))
    for line in wrong:
        print(f"# {line}", file=sys.stderr)
    print(f"{'not ok' if wrong else 'ok'} - who was killed for memory")
    return bool(wrong)


def main():
    with tempfile.TemporaryDirectory(prefix="foster-ends-") as folder:
        parts = written(folder)
    exits = [(f"exit {i}", parts[i], ("exit", i)) for i in STATUSES]
    ends = []
    for number, text in zip(SIGNALS, parts[len(STATUSES):]):
        lives = number in (*IGNORED, *ORPHANS_IGNORE, signal.SIGSTOP)
        ends.append((f"signal {number}", text, ("exit", 77) if lives else
                     ("signal", 128 + number)))
    failed = check("every exit status from 0 to 255 is the runner's", exits)
    failed |= check("every signal that ends is 128 more, every other is none",
                    ends)
    failed |= told_apart()
    failed |= panics()
    failed |= victims()
    print("1..5")
    sys.exit(failed)


main()
