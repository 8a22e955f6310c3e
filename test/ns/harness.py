"""foster as PID 1 of a namespace of its own, without harm to the host.

The root is a tmpfs that only the namespace sees; devices are its own nodes;
nothing of the host's /dev, /proc or /sys is mounted or remounted. In a pid
namespace that is not the first, reboot(2) ends the namespace's init by SIGHUP
(restart) or SIGINT (halt, power-off), and that is how a test tells them apart.
"""
import ctypes
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'test'))
from conditions import (Failure, check, command_line,  # noqa: E402,F401
                        descriptors, equal, state, wait_until)
from outcomes import run_tests  # noqa: E402

FOSTER = os.path.join(os.environ.get('O', os.path.join(SOURCE, 'build')),
                      'foster')
# The one with the test command.
GUEST = os.path.join(os.path.dirname(FOSTER), 'guest', 'foster')
BUSYBOX = shutil.which('busybox') or '/bin/busybox'
APPLETS = [a for a in subprocess.check_output(
    [BUSYBOX, '--list'], text=True).split() if a not in ('busybox', 'init')]
LIBRARIES = ''
if shutil.which('ldd') and subprocess.run(
        ['ldd', FOSTER], capture_output=True).returncode == 0:
    LIBRARIES = '/lib64 /lib/' + os.uname().machine + '-linux-gnu'
PATIENCE = 30  # seconds until a condition that should hold counts as failed

SETUP = r'''
set -e
mount -t tmpfs -o mode=755 tmpfs "$ROOT"
cp -a "$SKELETON/." "$ROOT/"
cd "$ROOT"
mkdir -p dev proc sys run tmp etc bin sbin old
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
if [ -n "$CONSOLE" ]; then
        : >dev/console
        mount --bind "$CONSOLE" dev/console
fi
cp "$BUSYBOX" bin/busybox
cp "$INIT" sbin/init
# Of a build with SANITIZE=, which also reads its own maps when it starts.
for folder in $LIBRARIES; do
        mkdir -p ".$folder"
        mount --bind "$folder" ".$folder"
done
[ -z "$LIBRARIES" ] || mount -t proc proc proc
mount --bind "$SHARED" tmp
pivot_root . old
/bin/busybox umount -l /old
cd /
exec $GATE /bin/busybox env -i $ENVIRONMENT /bin/busybox sh -c '
        [ -z "$WAIT_FOR" ] || { : >/tmp/waiting; read line <"$WAIT_FOR"; }
        exec '"$REDIRECT"' "$@"' sh $ARGV
'''


_LIBC = ctypes.CDLL(None)
_RT_SIGACTION = {'x86_64': 13, 'aarch64': 134}[os.uname().machine]


def _default_signals():
    """What a shell's background job ignores is not to reach the machine; nor
    is 32, which glibc's posix_spawn, and so make, leaves ignored: by the call
    itself, since libc keeps that one to itself."""
    action = ctypes.create_string_buffer(32)
    for number in range(1, 65):
        _LIBC.syscall(ctypes.c_long(_RT_SIGACTION), ctypes.c_long(number),
                      action, None, ctypes.c_long(8))


class Machine:
    """One boot: a namespace with foster (or another init) as PID 1."""

    def __init__(self, inittab, init=FOSTER, files=None, environment='',
                 argv='/sbin/init', console=True, redirect='', gate=False,
                 run_as=None):
        self.shared = tempfile.mkdtemp(prefix='foster-ns-')
        os.chmod(self.shared, 0o1777)
        self.skeleton = os.path.join(self.shared, '.skeleton')
        self.console_text = ''
        self.status = None
        self._files(inittab, files or {})
        self.master, self.slave = pty.openpty()
        settings = termios.tcgetattr(self.slave)
        settings[1] &= ~termios.OPOST
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        os.set_blocking(self.master, False)
        self.tty = os.ttyname(self.slave)
        self.gate = os.path.join(self.shared, 'gate')
        if gate:
            os.mkfifo(self.gate)
        os.mkdir(os.path.join(self.shared, '.root'))
        env = dict(os.environ, ROOT=os.path.join(self.shared, '.root'),
                   SKELETON=self.skeleton, BUSYBOX=BUSYBOX, INIT=init,
                   LIBRARIES=LIBRARIES, SHARED=self.shared, CONSOLE=self.tty if console else '',
                   ENVIRONMENT=environment +
                   (' WAIT_FOR=/tmp/gate' if gate else ''),
                   REDIRECT=redirect, ARGV=argv, GATE=run_as or '')
        self.process = subprocess.Popen(
            # A test that is killed leaves none behind.
            ['setpriv', '--pdeathsig', 'KILL', 'unshare',
             '--fork', '--pid', '--mount', '--uts', '--ipc',
             '--propagation', 'private', '--kill-child=KILL',
             'sh', '-c', SETUP],
            env=env, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, preexec_fn=_default_signals)

    def _files(self, inittab, files):
        os.makedirs(os.path.join(self.skeleton, 'etc'))
        if inittab is not None:
            files = dict(files, **{'/etc/inittab': inittab})
        os.makedirs(os.path.join(self.skeleton, 'bin'))
        for applet in APPLETS:
            os.symlink('busybox', os.path.join(self.skeleton, 'bin', applet))
        for path, content in files.items():
            full = self.skeleton + path
            os.makedirs(os.path.dirname(full), exist_ok=True)
            if os.path.islink(full):
                os.unlink(full)
            mode = 'wb' if isinstance(content, bytes) else 'w'
            with open(full, mode) as file:
                file.write(content)
            os.chmod(full, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)
        # The tmpfs went with its namespace.
        shutil.rmtree(self.shared, ignore_errors=True)

    # ---- what PID 1 is

    def pid(self):
        """PID 1's number on the host, once it has become init."""
        def find():
            path = f'/proc/{self.process.pid}/task/{self.process.pid}/children'
            try:
                child = open(path).read().split()
                if not child:
                    return None
                return int(child[0])
            except FileNotFoundError:
                raise Failure('the namespace ended: ' + self.console()) \
                    from None
        return wait_until(find, 'PID 1 exists')

    def init(self):
        """The same, once it runs the init, which has blocked its signals: until
        then the kernel drops those sent to a PID 1."""
        pid = self.pid()

        def is_init():
            try:
                status = open(f'/proc/{pid}/status').read()
            except (FileNotFoundError, ProcessLookupError):
                return True
            name = ''.join(command_line(pid)[:1])
            # A wait for signals opens the mask while it lasts.
            waits = 'State:\tS' in status
            blocked = int(status.split('SigBlk:')[1].split()[0], 16)
            return (name.endswith(('init', 'foster', 'linuxrc')) and
                    (blocked & 1 << signal.SIGTERM - 1 or waits))
        wait_until(is_init, 'PID 1 has become init')
        return pid

    def children(self):
        """Of PID 1, by their numbers on the host."""
        init = self.init()
        with open(f'/proc/{init}/task/{init}/children') as file:
            return [int(word) for word in file.read().split()]

    def running(self, program):
        """Those of its children that run the program, by its first word."""
        return [child for child in self.children()
                if command_line(child)[:1] == [program]]

    def wait_children(self, count):
        wait_until(lambda: len(self.children()) == count,
                   f'PID 1 has {count} children')

    def wait_gate(self):
        """Until PID 1 waits at the gate, one exec before the init."""
        self.wait_file('waiting')
        return self.pid()

    def open_gate(self):
        self.wait_gate()

        def opened():
            try:
                # Not blocking: without a reader this would wait for ever.
                return os.open(self.gate, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                return self._alive() and None
        gate = wait_until(opened, 'PID 1 reads the gate')
        os.write(gate, b'go\n')
        os.close(gate)

    def signal(self, number):
        os.kill(self.init(), number)

    # ---- what it writes

    def console(self):
        while select.select([self.master], [], [], 0)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            self.console_text += data.decode(errors='replace')
        return self.console_text

    def _alive(self):
        if self.process.poll() is not None:
            raise Failure(f'the machine has ended: {self.process.returncode}')
        return True

    def wait_console(self, text, count=1, patience=PATIENCE):
        try:
            wait_until(lambda: self.console().count(text) >= count or
                       not self._alive(),
                       f'{text!r} on the console {count} times', patience)
        except Failure as failure:
            raise Failure(f'{failure}; the console has:\n'
                          f'{self.console_text}') from None

    def type(self, text):
        os.write(self.master, text.encode())

    def path(self, name):
        """Of a file that the machine sees as /tmp/name."""
        return os.path.join(self.shared, name)

    def read(self, name):
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ''

    def lines(self, name):
        return self.read(name).split('\n')[:-1]

    def wait_file(self, name, text='', count=1, patience=PATIENCE):
        """Until /tmp/name is there and has text count times."""
        try:
            wait_until(lambda: os.path.exists(self.path(name)) and
                       self.read(name).count(text) >= count or
                       not self._alive(),
                       f'/tmp/{name} with {text!r} {count} times', patience)
        except Failure as failure:
            raise Failure(f'{failure}; it has: {self.read(name)!r}; '
                          f'the console has:\n{self.console()}') from None
        return self.read(name)

    def write(self, name, text):
        with open(self.path(name), 'w') as file:
            file.write(text)

    def write_inittab(self, text):
        """Puts a new table in place; the old one is never seen half done."""
        root = f'/proc/{self.init()}/root/etc/'
        with open(root + 'inittab.new', 'w') as file:
            file.write(text)
        os.rename(root + 'inittab.new', root + 'inittab')

    # ---- how it ends

    def wait_end(self, patience=PATIENCE):
        """-SIGHUP for a reboot, -SIGINT for halt and power-off, else the exit
        status. unshare passes its child's end on as its own."""
        end = time.monotonic() + patience
        while self.process.poll() is None:
            self.console()
            if time.monotonic() > end:
                raise Failure(f'still there after {patience} s; the console '
                              f'has:\n{self.console()}')
            time.sleep(0.005)
        return self.process.returncode


REBOOTED = -signal.SIGHUP
POWERED_OFF = -signal.SIGINT


# ---- TAP

def memory(pid):
    """Rss and private dirty in kB. The code is the file's, in the page cache;
    where the file lies on a tmpfs, as here, its pages count as dirty."""
    rss = dirty = 0
    code = False
    with open(f'/proc/{pid}/smaps') as maps:
        for line in maps:
            if re.match(r'[0-9a-f]+-[0-9a-f]+ ', line):
                code = ' r-xp ' in line
            field, _, value = line.partition(':')
            if field == 'Rss':
                rss += int(value.split()[0])
            elif field == 'Private_Dirty' and not code:
                dirty += int(value.split()[0])
    return rss, dirty


_tests = []


def test(function):
    _tests.append(function)
    return function


def main(jobs=1):
    """Runs the tests of the calling script, those named by its arguments; jobs
    at a time, where they wait for most of their time."""
    chosen = [t for t in _tests
              if not sys.argv[1:] or t.__name__ in sys.argv[1:]]
    if not chosen:
        sys.exit('no test here has the name ' + ' or '.join(sys.argv[1:]))
    run_tests([(t.__name__.replace('_', ' '), t) for t in chosen], jobs)
