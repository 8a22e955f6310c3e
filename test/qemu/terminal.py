"""A terminal, or a pipe, on the guest's console."""

import os
import sys
import termios
import tty

ESCAPE = 0x01  # ^A, as QEMU has it: ^A x leaves, ^A ^A is one ^A


class Session:
    """What is typed goes in only after the guest said on its second line
    that a shell reads: what comes earlier would lose its first bytes."""

    def __init__(self, guest, console):
        self._guest = guest
        self._log = console
        self._console = guest.port(self._shown)
        guest.port(self._said)
        # Lines of their own for a command's output: where they are missing the
        # kernel gives the console another number.
        for _ in range(2):
            guest.port(lambda data: None)
        self._mark = b""
        self._ready = False
        self._ended = False
        self._whole = True
        self._given_up = False
        self._escaped = False
        self._waiting = bytearray()
        self._settings = None
        self.left = False

    def _shown(self, data):
        self._log.add(data)
        while data:
            data = data[os.write(1, data):]
        # Nobody at a pipe can leave by a key.
        if self._log.halted and (self._guest.halt_is_off or
                                 not os.isatty(0)):
            self._guest.powered_off()

    def _said(self, data):
        # It comes byte by byte.
        self._mark += data
        if b"ready\n" not in self._mark.replace(b"\r", b""):
            return
        self._mark = b""
        if self._given_up:
            # The shell ended with its input, and a new one has come.
            self._console.send(b"poweroff\n")
            return
        self._ready = True
        self._feed()

    def _feed(self):
        if self._ready:
            self._console.send(self._waiting)
            self._waiting.clear()
            self._given_up = self._ended

    def _leave(self):
        self.left = True
        self._guest.process.kill()

    def _typed(self):
        data = os.read(0, 4096)
        if not data:
            # Not ^D: what is typed ahead of a shell that changes the line's
            # mode loses its meaning. And each on a line of its own.
            self._waiting += b"exit\n" if self._whole else b"\nexit\n"
            self._ended = True
            self._feed()
            self._guest.watch(0, None)
            return
        if self._settings is None:
            self._waiting += data
            self._whole = data.endswith(b"\n")
        else:
            self._keys(data)
        self._feed()

    def _keys(self, data):
        for key in data:
            if self._escaped:
                self._escaped = False
                if key in b"xX":
                    self._leave()
                elif key == ESCAPE:
                    self._waiting.append(key)
            elif key == ESCAPE:
                self._escaped = True
            else:
                self._waiting.append(key)

    def run(self, seconds):
        if os.isatty(0):
            self._settings = termios.tcgetattr(0)
            tty.setraw(0)
        self._guest.watch(0, self._typed)
        return self._guest.run(seconds)

    def close(self):
        if self._settings is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self._settings)
            sys.stdout.write("\n")
