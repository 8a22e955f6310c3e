"""What became of a guest, from the verdict port alone;
the console only explains why there is no verdict."""

import os
import re
import signal

NOT_EXECUTABLE = 126
NOT_FOUND = 127
SETUP = 125
USAGE = 2
# What is not the command's own end.
STATUSES = {
    "oops": 118,
    "no boot": 119,
    "panic": 120,
    "init died": 121,
    "no verdict": 122,
    "out of memory": 123,
    "time out": 124,
    "set-up": SETUP,
    "usage": USAGE,
}


class Outcome:
    """kind: one of STATUSES, "exit", "signal" or "not started"."""

    def __init__(self, kind, reason=None, status=None):
        self.kind = kind
        self.reason = reason
        self.status = STATUSES[kind] if status is None else status

    def bisect(self):
        """For git bisect run: 0 good, 1 bad, 125 skip, 255 stop."""
        if self.kind == "usage":
            return 255
        if self.kind == "set-up":
            return SETUP
        return 1 if self.status else 0


# With CONFIG_PRINTK_CALLER a task or a processor stands behind the time.
_TIME = rb"\[ *\d+\.\d{6}\](?:\[ *[TC]\d+\])? "
_KERNEL_LINE = re.compile(_TIME)
# A panic is the kernel's last word but for its dump. One that goes on, to
# restart or to answer SysRq, never panicked: a program wrote that.
_PANIC = re.compile(rb"^" + _TIME +
                    rb"(?:Kernel panic - not syncing: ([^\r\n]*)\r?\n|"
                    rb"(?:reboot|sysrq|SysRq ?): )", re.M)
_COMPLAINT = re.compile(
    rb"(?:^|\n)" + _TIME +
    rb"((?:WARNING: |BUG: |watchdog: BUG: |[Kk]ernel BUG |Oops|UBSAN: |"
    rb"Internal error: |general protection fault|invalid opcode: |"
    rb"divide error: |Unable to handle kernel )[^\r\n]*)\r?\n")
_KILLED = re.compile(rb"Killed process (\d+) \(([^)\n]*)\)")
_HALTED = re.compile(rb"(?:^|\n)" + _TIME + rb"reboot: System halted\r?\n")
_CUT = re.compile(rb"^" + _TIME + rb"Initramfs unpacking failed: ", re.M)
_TAIL_LINES = 15


class Console:
    """The end of what the console said, and whether the kernel spoke."""

    _KEPT = 65536
    _VICTIMS = 1000

    def __init__(self):
        self._kept = b""
        self.spoke = False
        self.panic = None
        self.complaint = None
        self.oom_victims = {}
        self.halted = False
        self.cut = False

    @staticmethod
    def _first(pattern, recent):
        found = pattern.search(recent)
        return found and found.group(1).decode("ascii", "replace")

    def add(self, data):
        known = len(self._kept)
        self._kept += data
        recent = self._kept[max(0, known - 512):]
        if not self.spoke:
            self.spoke = bool(_KERNEL_LINE.search(recent))
        if self.complaint is None:
            self.complaint = self._first(_COMPLAINT, recent)
        self.cut = bool(_CUT.search(recent))
        self.halted = bool(_HALTED.search(recent))
        for found in _KILLED.finditer(recent):
            self.oom_victims[int(found.group(1))] = \
                found.group(2).decode("ascii", "replace")
        while len(self.oom_victims) > self._VICTIMS:
            del self.oom_victims[next(iter(self.oom_victims))]
        for found in _PANIC.finditer(recent):
            text = found.group(1)
            self.panic = text and text.decode("ascii", "replace")
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
    "signal N", "signal N oom", "failed STEP ERRNO"; after that the files
    that were asked for: "file N SIZE", its bytes, or "missing N"."""

    _ENDS = (
        (re.compile(r"exit (\d+)"), "_exited"),
        (re.compile(r"signal (\d+)( oom)?"), "_signalled"),
        (re.compile(r"failed (\w+) (\d+)"), "_failed"),
    )

    def __init__(self):
        self._text = b""
        self._file = None
        self._left = 0
        self.pid = None
        self.outcome = None
        self.files = {}

    def add(self, data):
        self._text += data
        while self._text:
            if self._left:
                part = self._text[:self._left]
                self.files[self._file] += part
                self._left -= len(part)
                self._text = self._text[len(part):]
                continue
            line, newline, rest = self._text.partition(b"\n")
            if not newline:
                return
            self._text = rest
            self._line(line.decode("ascii", "replace").strip())

    def complete(self, number):
        """The whole of a file, or None."""
        if self._left and number == self._file:
            return None
        return self.files.get(number)

    def _line(self, line):
        found = re.fullmatch(r"start (\d+)", line)
        if found:
            self.pid = int(found.group(1))
        found = re.fullmatch(r"file (\d+) (\d+)", line)
        if found and self.outcome:
            self._file, self._left = int(found.group(1)), int(found.group(2))
            self.files[self._file] = bytearray()
        for pattern, method in self._ENDS:
            found = pattern.fullmatch(line)
            if found and self.outcome is None:
                self.outcome = getattr(self, method)(*found.groups())

    @staticmethod
    def _exited(status):
        return Outcome("exit", None, int(status))

    @staticmethod
    def _signalled(number, oom):
        name = _signal_name(int(number))
        if oom:
            return Outcome("out of memory", f"the kernel ran out of memory "
                           f"and ended the command by {name}")
        return Outcome("signal", f"the command was ended by {name}",
                       128 + int(number))

    @staticmethod
    def _failed(step, error):
        status = NOT_FOUND if int(error) == 2 else NOT_EXECUTABLE
        return Outcome("not started", f"the command could not be started: "
                       f"{step}: {os.strerror(int(error))}", status)


def _out_of_memory(outcome, pid, victims):
    """foster knows only that the kernel killed for memory while the command
    ran; the console says whom."""
    if pid in victims:
        outcome.reason += f" (its victim: {victims[pid]})"
    elif victims:
        other, name = list(victims.items())[-1]
        return Outcome("signal", "the command was ended by SIGKILL, but not "
                       f"for memory: the kernel's victim was process {other} "
                       f"({name})", 128 + signal.SIGKILL)
    return outcome


def judge(verdict, console, ended, seconds, reason, strict=False):
    """ended: QEMU has gone by itself; reason: what its monitor said of
    that."""
    if strict and console.complaint and console.panic is None:
        return Outcome("oops", f"the kernel complained: {console.complaint}")
    if verdict.outcome:
        if verdict.outcome.kind == "out of memory":
            return _out_of_memory(verdict.outcome, verdict.pid,
                                  console.oom_victims)
        return verdict.outcome
    # With panic=-1 a reset follows, at once; where the machine has none, the
    # kernel stands still.
    if console.panic is not None and (not ended or
                                      reason in ("guest-reset", "guest-panic")):
        if "Attempted to kill init" in console.panic:
            return Outcome("init died", f"process 1 died: {console.panic}")
        return Outcome("panic", f"kernel panic: {console.panic}")
    if not ended:
        if not console.spoke:
            return Outcome("no boot",
                           f"no line from the kernel within {seconds} s")
        what = "never started" if verdict.pid is None else "runs"
        return Outcome("time out", f"no verdict within {seconds} s; the "
                       f"command {what}")
    if reason is None:
        return Outcome("set-up", "QEMU ended without a word of the guest")
    if not console.spoke:
        return Outcome("no boot",
                       "the guest ended before the kernel's first line")
    what = {"guest-reset": "was reset",
            "guest-shutdown": "was powered off"}.get(reason, reason)
    return Outcome("no verdict", f"the guest {what} without a verdict")
