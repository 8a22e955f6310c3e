"""PID 1 stopped at a system call of the test's choice, by ptrace(2).

What attaches has to be the thread that goes on. Signals pass untouched
(PTRACE_SEIZE), but for one thing: the kernel drops a signal that an init
neither blocks nor handles only when it is delivered, not when it is sent.
"""
import ctypes
import os
import signal
import time

from harness import Failure

CONT, SYSCALL, DETACH, SEIZE, INTERRUPT, SYSCALL_INFO = (
    7, 24, 17, 0x4206, 0x4207, 0x420e)
TRACE_SYSGOOD, TRACE_EXEC, EVENT_EXEC = 1, 1 << 4, 4
INFO_ENTRY, INFO_SIZE, INFO_NUMBER = 1, 88, slice(24, 32)
GETREGSET, SETREGSET, NT_PRSTATUS = 0x4204, 0x4205, 1
FIRST_ARGUMENT = {'x86_64': 14, 'aarch64': 0}[os.uname().machine]
WALL = 0x40000000
CALL_STOP = signal.SIGTRAP | 0x80
_ptrace = ctypes.CDLL(None, use_errno=True).ptrace
_ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                    ctypes.c_void_p]
_ptrace.restype = ctypes.c_long


class Tracee:
    def __init__(self, pid):
        self.pid = pid
        self.attached = True
        self._ask(SEIZE, 0, TRACE_SYSGOOD | TRACE_EXEC)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.attached:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, WALL)

    def _ask(self, request, address=0, data=0):
        if _ptrace(request, self.pid, address, data) < 0:
            raise OSError(ctypes.get_errno(), f'ptrace {request}')

    def _stop(self, end=None):
        """(event, signal) of the next stop; None when there is none by end."""
        while True:
            pid, status = os.waitpid(self.pid, WALL | os.WNOHANG if end else
                                     WALL)
            if pid:
                break
            if time.monotonic() > end:
                return None
            time.sleep(0.00002)
        if not os.WIFSTOPPED(status):
            self.attached = False
            raise Failure(f'PID 1 ended: {status}')
        return status >> 16, os.WSTOPSIG(status)

    def _enters(self):
        """The number of the call that it is about to make, or None."""
        info = ctypes.create_string_buffer(INFO_SIZE)
        self._ask(SYSCALL_INFO, INFO_SIZE, ctypes.addressof(info))
        if info.raw[0] != INFO_ENTRY:
            return None
        return int.from_bytes(info.raw[INFO_NUMBER], 'little')

    def run_to_exec(self, count):
        """To the end of its count-th exec."""
        while True:
            event, number = self._stop()
            count -= event == EVENT_EXEC
            if not count:
                return
            self._ask(CONT, 0, 0 if event else number)

    def next_call(self, end):
        """To the entry of its next system call; its number, or None when by
        then (on the monotonic clock) it makes none: it is stopped all the
        same, within the last one."""
        passed = 0
        while True:
            self._ask(SYSCALL, 0, passed)
            stop = self._stop(end)
            if not stop:
                self._ask(INTERRUPT)
                self._stop()
                return None
            event, number = stop
            if number == CALL_STOP:
                call = self._enters()
                if call is not None:
                    return call
            passed = 0 if event or number == CALL_STOP else number

    def clear_in_first_argument(self, bits):
        """Of the call that it is about to make."""
        registers = (ctypes.c_ulong * 64)()

        class Vector(ctypes.Structure):
            _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
        all_of_them = Vector(ctypes.addressof(registers),
                             ctypes.sizeof(registers))
        where = ctypes.addressof(all_of_them)
        self._ask(GETREGSET, NT_PRSTATUS, where)
        had = registers[FIRST_ARGUMENT] & bits
        registers[FIRST_ARGUMENT] &= ~bits
        self._ask(SETREGSET, NT_PRSTATUS, where)
        return had

    def release(self):
        self._ask(DETACH)
        self.attached = False
