"""What became of a guest: status and reason, from the verdict port alone;
the console only explains why there is no verdict."""

import os
import re
import signal

TIMED_OUT = 124
PANICKED = 120
INIT_DIED = 121
NO_VERDICT = 122
NO_BOOT = 119
SETUP = 125
USAGE = 2
NOT_FOUND = 127
NOT_EXECUTABLE = 126

_KERNEL_LINE = re.compile(rb"\[ *\d+\.\d{6}\] ")
_PANIC = re.compile(rb"(?:^|\n)\[ *\d+\.\d+\] Kernel panic - not syncing: "
                    rb"([^\r\n]*)")
_TAIL_LINES = 15


class Console:
    """The end of what the console said, and whether the kernel spoke."""

    _KEPT = 65536

    def __init__(self):
        self._kept = b""
        self.spoke = False
        self.panic = None

    def add(self, data):
        known = len(self._kept)
        self._kept += data
        recent = self._kept[max(0, known - 512):]
        if not self.spoke:
            self.spoke = bool(_KERNEL_LINE.search(recent))
        if self.panic is None:
            found = _PANIC.search(recent)
            if found and recent.find(b"\n", found.start(1)) >= 0:
                self.panic = found.group(1).decode("ascii", "replace")
        self._kept = self._kept[-self._KEPT:]

    def tail(self):
        lines = self._kept.decode("utf-8", "replace").split("\n")
        lines = [line.rstrip("\r") for line in lines if line.strip()]
        return lines[-_TAIL_LINES:]


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Verdict:
    """Lines that foster wrote: "start PID", then one of "exit N",
    "signal N", "signal N oom", "failed STEP ERRNO"."""

    _ENDS = (
        (re.compile(r"exit (\d+)"), "_exited"),
        (re.compile(r"signal (\d+)( oom)?"), "_signalled"),
        (re.compile(r"failed (\w+) (\d+)"), "_failed"),
    )

    def __init__(self):
        self._text = b""
        self.started = False
        self.outcome = None

    def add(self, data):
        self._text += data
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            self._line(line.decode("ascii", "replace").strip())

    def _line(self, line):
        if re.fullmatch(r"start \d+", line):
            self.started = True
        for pattern, method in self._ENDS:
            found = pattern.fullmatch(line)
            if found and self.outcome is None:
                self.outcome = getattr(self, method)(*found.groups())

    @staticmethod
    def _exited(status):
        return int(status), None

    @staticmethod
    def _signalled(number, oom):
        reason = f"the command was ended by {_signal_name(int(number))}"
        return 128 + int(number), reason + (" (out of memory)" if oom else "")

    @staticmethod
    def _failed(step, error):
        status = NOT_FOUND if int(error) == 2 else NOT_EXECUTABLE
        return status, (f"the command could not be started: {step}: "
                        f"{os.strerror(int(error))}")


def judge(verdict, console, ended, seconds, reason):
    """(status, reason or None). ended: QEMU has gone by itself; reason: what
    its monitor said of that."""
    if verdict.outcome:
        return verdict.outcome
    if not ended:
        if not console.spoke:
            return NO_BOOT, f"no line from the kernel within {seconds} s"
        return TIMED_OUT, (f"no verdict within {seconds} s; the command "
                           f"{'runs' if verdict.started else 'never started'}")
    if console.panic is not None:
        if "Attempted to kill init" in console.panic:
            return INIT_DIED, f"process 1 died: {console.panic}"
        return PANICKED, f"kernel panic: {console.panic}"
    if reason is None:
        return SETUP, "QEMU ended without a word of the guest"
    if not console.spoke:
        return NO_BOOT, "the guest ended before the kernel's first line"
    what = {"guest-reset": "was reset",
            "guest-shutdown": "was powered off"}.get(reason, reason)
    return NO_VERDICT, f"the guest {what} without a verdict"
