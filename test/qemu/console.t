#!/usr/bin/env python3
"""make run at a terminal: job control, ^C, a sane terminal afterwards; and a
runner that is killed leaves nothing behind."""

import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "run")
BOARD = os.environ.get("BOARD", "qemu-x86_64")
PATIENCE = 240
count = 0
failed = False


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    failed = failed or not condition
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)
    if not condition:
        if isinstance(detail, bytes):
            detail = detail.decode("utf-8", "replace")
        for line in str(detail).splitlines()[-20:]:
            print(f"# {line}", file=sys.stderr)


class Terminal:
    """The runner with a terminal of its own."""

    def __init__(self):
        self.master, slave = pty.openpty()
        self.slave = slave
        self.before = termios.tcgetattr(slave)
        self.scratch = tempfile.TemporaryDirectory(prefix="foster-console-")
        self.process = subprocess.Popen(
            [RUN, "-b", BOARD, "-k", "tiny", "--interactive"], stdin=slave, stdout=slave,
            stderr=slave, start_new_session=True,
            env={**os.environ, "TMPDIR": self.scratch.name})
        self.text = b""
        self.seen = 0

    def _more(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.text += os.read(self.master, 65536)
            except OSError:
                return

    def expect(self, word):
        """True when word came after what was expected before."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            at = self.text.find(word, self.seen)
            if at >= 0:
                self.seen = at + len(word)
                return True
            self._more(0.1)
            if self.process.poll() is not None and not self._left():
                break
        return False

    def _left(self):
        return bool(select.select([self.master], [], [], 0)[0])

    def type(self, text):
        os.write(self.master, text)

    def end(self):
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self._more(0.1)
        return self.process.poll()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)
        self.scratch.cleanup()


def emulators(parent):
    """Pids of the QEMU processes below parent."""
    with open(f"/proc/{parent}/task/{parent}/children",
              encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def session():
    terminal = Terminal()
    try:
        ok(terminal.expect(b"foster# "), "a shell", terminal.text)
        terminal.type(b"sh -c 'echo a$((1+1))b; exec sleep 1000'\n")
        ok(terminal.expect(b"a2b"), "which takes what is typed", terminal.text)
        terminal.type(b"\x03")
        ok(terminal.expect(b"foster# "), "^C ends its command", terminal.text)
        terminal.type(b"echo status $?\n")
        ok(terminal.expect(b"status 130"), "by SIGINT", terminal.text)
        # It is the job that writes, so the shell has given it the terminal.
        terminal.type(b"sh -c 'echo a$((1+2))b; exec sleep 1000'\n")
        ok(terminal.expect(b"a3b"), "another command", terminal.text)
        terminal.type(b"\x1a")
        ok(terminal.expect(b"Stopped"), "^Z stops it", terminal.text)
        terminal.type(b"kill %1; poweroff\n")
        ok(terminal.end() == 0, "poweroff ends the runner with 0",
           terminal.text)
        ok(termios.tcgetattr(terminal.slave) == terminal.before,
           "the terminal is as it was")
        ok(not os.listdir(terminal.scratch.name), "no file is left",
           os.listdir(terminal.scratch.name))
    finally:
        terminal.close()


def escape():
    terminal = Terminal()
    try:
        ok(terminal.expect(b"foster# "), "a shell again", terminal.text)
        guests = emulators(terminal.process.pid)
        terminal.type(b"\x01x")
        ok(terminal.end() == 0, "^A x leaves with 0", terminal.text)
        ok(len(guests) == 1 and gone(guests[0]), "QEMU is gone", guests)
    finally:
        terminal.close()


def killed(number):
    terminal = Terminal()
    try:
        ok(terminal.expect(b"foster# "), f"a shell, then {number.name}",
           terminal.text)
        guests = emulators(terminal.process.pid)
        terminal.process.send_signal(number)
        terminal.end()
        ok(len(guests) == 1 and wait_for(lambda: gone(guests[0])),
           "QEMU dies with the runner", guests)
        ok(not os.listdir(terminal.scratch.name), "no file is left",
           os.listdir(terminal.scratch.name))
    finally:
        terminal.close()


session()
escape()
killed(signal.SIGKILL)
killed(signal.SIGTERM)
print(f"1..{count}")
sys.exit(failed)
