"""A QEMU process: its ports are sockets of ours, and it dies with us."""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import tempfile
import time

from board import SetupError

PR_SET_PDEATHSIG = 1


class Port:
    """One line of the guest. What comes in is handed to a function.

    Two named pipes, not a pair of sockets: QEMU's serial ports write single
    bytes, of which a socket holds some 270 only, and the guest's kernel drops
    what is not taken within 10 ms.
    """

    _ROOM = 1 << 20
    # Seconds. A serial port's bytes come one by one: those of a while together
    # cost a hundredth.
    _REST = 0.002

    def __init__(self, path, received):
        self.path = path
        self.received = received
        self.input = self._open(path + ".out", os.O_RDONLY)
        # Both ways: without a reader yet an open for writing alone fails.
        self.output = self._open(path + ".in", os.O_RDWR)
        try:
            fcntl.fcntl(self.input, fcntl.F_SETPIPE_SZ, self._ROOM)
        except OSError:
            pass  # over the user's limit: the default serves too
        self.pending = bytearray()
        self.open = True
        self.rests_until = 0

    @staticmethod
    def _open(path, flags):
        os.mkfifo(path, 0o600)
        return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)

    def chardev(self, name):
        return f"pipe,id={name},path={self.path}"

    def send(self, data):
        self.pending += data

    def flush(self):
        try:
            sent = os.write(self.output, self.pending)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self.pending)
        del self.pending[:sent]

    def pump(self):
        try:
            data = os.read(self.input, 65536)
        except BlockingIOError:
            return
        if data:
            self.received(data)
            self.rests_until = time.monotonic() + self._REST
        else:
            self.open = False

    def close(self):
        os.close(self.input)
        os.close(self.output)


class Guest:
    """QEMU with a console, further serial lines and its own monitor."""

    def __init__(self, arguments, kernel, initramfs, append, memory,
                 port_device=None):
        self._scratch = tempfile.TemporaryDirectory(prefix="foster-")
        self._arguments = arguments
        self._kernel = kernel
        self._initramfs = initramfs
        self._append = append
        self._memory = memory
        # What carries the ports after the first where -serial does not.
        self._port_device = port_device
        self._ports = []
        self._monitor = Port(self._path("monitor"), self._monitor_received)
        self._monitor_text = b""
        self._watched = {}
        self.process = None
        self.reason = None
        self.halt_is_off = False
        self.complaint = ""

    def _path(self, name):
        return os.path.join(self._scratch.name, name)

    def port(self, received):
        """A serial line, in the order of the guest's."""
        path = self._path(f"port{len(self._ports)}")
        self._ports.append(Port(path, received))
        return self._ports[-1]

    def watch(self, descriptor, handler):
        """handler() when the descriptor can be read; None: no more."""
        self._watched.pop(descriptor, None)
        if handler:
            self._watched[descriptor] = handler

    def _command(self):
        path = self._path("initramfs")
        with open(path, "wb") as file:
            for part in self._initramfs:
                file.write(part)
        command = [*self._arguments, "-nodefaults", "-no-user-config",
                   "-display", "none", "-m", str(self._memory),
                   "-kernel", self._kernel, "-initrd", path,
                   "-append", self._append]
        for i, port in enumerate(self._ports):
            command += ["-chardev", port.chardev(f"port{i}")]
            if i and self._port_device:
                command += ["-device",
                            f"{self._port_device},chardev=port{i}"]
            else:
                command += ["-serial", f"chardev:port{i}"]
        command += ["-chardev", self._monitor.chardev("monitor"),
                    "-mon", "chardev=monitor,mode=control"]
        return command

    def start(self):
        parent = os.getpid()
        libc = ctypes.CDLL(None, use_errno=True)

        def die_with_parent():
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
            # A ^C on the terminal is the guest's, or ends us: not QEMU.
            os.setsid()

        self._errors = open(self._path("errors"), "w+b")
        try:
            self.process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL,
                stdout=self._errors, stderr=self._errors, preexec_fn=die_with_parent)
        except OSError as error:
            raise SetupError(
                f"{self._arguments[0]}: {error.strerror}") from error
        self._monitor.send(b'{"execute": "qmp_capabilities"}\n')

    def _monitor_received(self, data):
        self._monitor_text += data
        *lines, self._monitor_text = self._monitor_text.split(b"\n")
        for line in lines:
            event = json.loads(line)
            if "return" in event:
                # QEMU has read all: nothing stays on disk, whatever becomes
                # of us.
                self._scratch.cleanup()
            elif event.get("event") == "SHUTDOWN":
                self.reason = event["data"]["reason"]

    def run(self, seconds):
        """Until QEMU has gone (True) or the time is over (False)."""
        deadline = time.monotonic() + seconds if seconds else None
        ports = [*self._ports, self._monitor]
        while any(port.open for port in ports):
            now = time.monotonic()
            rests = [port.rests_until - now for port in ports
                     if port.open and port.rests_until > now]
            inputs = {port.input: port.pump for port in ports
                      if port.open and port.rests_until <= now}
            outputs = {port.output: port.flush for port in ports
                       if port.open and port.pending}
            inputs.update(self._watched)
            if deadline and deadline <= now:
                return False
            readable, writable, _ = select.select(
                inputs, outputs, [],
                min([1, *rests, *([deadline - now] if deadline else [])]))
            # One that ends before it opens its lines never closes them.
            if not readable and not rests and \
                    self.process.poll() is not None:
                break
            for descriptor in readable:
                inputs[descriptor]()
            for descriptor in writable:
                outputs[descriptor]()
        # riscv64's virt machine says no word: a power-off ends QEMU with 0.
        if self.process.wait() == 0 and self.reason is None:
            self.reason = "guest-shutdown"
        return True

    def powered_off(self):
        """Of a machine that cannot switch itself off; what it has written is
        still read."""
        if self.reason is None:
            self.reason = "guest-shutdown"
            self.process.kill()

    def list_tasks(self):
        """SysRq w and t by a break on the console; a guest whose kernel has
        neither, or hangs with interrupts off, says nothing."""
        for key in b"wt":
            self._monitor.send(
                b'{"execute": "chardev-send-break",'
                b' "arguments": {"id": "port0"}}\n')
            self.run(0.5)
            self._ports[0].send(bytes([key]))
            self.run(1)

    def close(self):
        """Ends QEMU where it still runs; leaves no file."""
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self._errors.seek(0)
            self.complaint = self._errors.read().decode("utf-8", "replace")
            self._errors.close()
        for port in [*self._ports, self._monitor]:
            port.close()
        self._scratch.cleanup()
