"""foster as PID 1 of a namespace of its own, without harm to the host.

The root is a tmpfs that only the namespace sees; devices are its own nodes;
nothing of the host's /dev, /proc or /sys is mounted or remounted. In a pid
namespace that is not the first, reboot(2) ends the namespace's init by SIGHUP
(restart) or SIGINT (halt, power-off), and that is how a test tells them apart.
"""
import contextlib
import ctypes
import os
import pty
import re
import resource
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import time

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
sys.path.insert(0, os.path.join(SOURCE, 'test'))
from conditions import (Failure, check, command_line,  # noqa: E402,F401
                        descriptors, equal, pending, state, wait_channel,
                        wait_until)
from outcomes import run_tests  # noqa: E402

FOSTER = os.path.join(os.environ.get('O', os.path.join(SOURCE, 'build')),
                      'foster')
# The one with the test command.
GUEST = os.path.join(os.path.dirname(FOSTER), 'guest', 'foster')
BUSYBOX = shutil.which('busybox') or '/bin/busybox'
APPLETS = [a for a in subprocess.check_output(
    [BUSYBOX, '--list'], text=True).split() if a not in ('busybox', 'init')]
# Of a build with SANITIZE=, which also reads its own maps when it starts.
LIBRARIES = []
if shutil.which('ldd') and subprocess.run(
        ['ldd', FOSTER], capture_output=True).returncode == 0:
    LIBRARIES = ['/lib64', f'/lib/{os.uname().machine}-linux-gnu']
# Whether a line that a boot waits for starts in PID 1's own memory (reap/way.h).
with open(os.path.join(os.path.dirname(FOSTER), 'include', 'generated',
                       'autoconf.h')) as chosen:
    SHARES_MEMORY = (not LIBRARIES and
                     '#define CONFIG_REAP_WAY_SHARE 1\n' in chosen.read())
PATIENCE = 30  # seconds until a condition that should hold counts as failed

# At the gate it waits one exec before the init. The machine holds both ends of
# the pipe, so that only its read waits.
START = '''[ ! -p /tmp/gate ] || { : >/tmp/waiting; read line </tmp/gate; }
exec %s "$@"'''


_LIBC = ctypes.CDLL(None, use_errno=True)
_RT_SIGACTION = {'x86_64': 13, 'aarch64': 134}[os.uname().machine]


def _default_signals():
    """What a shell's background job ignores is not to reach the machine; nor
    is 32, which glibc's posix_spawn, and so make, leaves ignored: by the call
    itself, since libc keeps that one to itself."""
    action = ctypes.create_string_buffer(32)
    for number in range(1, 65):
        _LIBC.syscall(ctypes.c_long(_RT_SIGACTION), ctypes.c_long(number),
                      action, None, ctypes.c_long(8))


# sched.h, sys/mount.h, sys/prctl.h
_NEW_SPACES = 0x20000 | 0x4000000 | 0x8000000 | 0x20000000  # NS UTS IPC PID
_MS_BIND, _MS_REC, _MS_PRIVATE, _MNT_DETACH = 4096, 16384, 1 << 18, 2
_PR_SET_PDEATHSIG = 1
_SYS_PIVOT_ROOT = {'x86_64': 155, 'aarch64': 41}[os.uname().machine]


def _call(name, *arguments):
    """A function of libc's; text is passed as its bytes."""
    function = getattr(_LIBC, name)
    if function(*(os.fsencode(a) if isinstance(a, str) else a
                  for a in arguments)) < 0:
        error = ctypes.get_errno()
        raise OSError(error, f'{name}{arguments}: {os.strerror(error)}')


def _mount(source, target, kind=None, flags=0, data=None):
    _call('mount', source, target, kind, ctypes.c_ulong(flags), data)


def _put(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path):
        os.unlink(path)
    with open(path, 'wb') as file:
        file.write(content.encode() if isinstance(content, str) else content)
    os.chmod(path, 0o755)


def _leave_with(child):
    """Ends as the child does, which ends with this one."""
    os.closerange(3, 1 << 16)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


class Machine:
    """One boot: a namespace with foster (or another init) as PID 1."""

    def __init__(self, inittab, init=FOSTER, files=None, environment='',
                 argv='/sbin/init', console=True, redirect='', gate=False,
                 run_as=''):
        self.shared = tempfile.mkdtemp(prefix='foster-ns-')
        os.chmod(self.shared, 0o1777)
        self.root = os.path.join(self.shared, '.root')
        os.mkdir(self.root)
        self.files = dict(files or {})
        if inittab is not None:
            self.files['/etc/inittab'] = inittab
        self.init_file = init
        self.console_text = ''
        self.status = None
        self.master, self.slave = pty.openpty()
        settings = termios.tcgetattr(self.slave)
        settings[1] &= ~termios.OPOST
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        os.set_blocking(self.master, False)
        self.tty = os.ttyname(self.slave)
        self.console_device = self.tty if console else None
        self.gate = None
        words = argv.split()
        if gate or redirect:
            words = ['/bin/busybox', 'sh', '-c', START % redirect, 'sh', *words]
        words[:0] = run_as.split()
        if gate:
            os.mkfifo(self.path('gate'))
            self.gate = os.open(self.path('gate'), os.O_RDWR)
        self.process = subprocess.Popen(
            words, env=dict(word.split('=', 1) for word in environment.split()),
            stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, preexec_fn=self._become_pid_1)

    def _become_pid_1(self):
        """In the child: its own child goes on to the exec, as PID 1. In one
        process, since each further one takes longer than all that is done."""
        try:
            _default_signals()
            # A test that is killed leaves none behind.
            _call('prctl', _PR_SET_PDEATHSIG, signal.SIGKILL)
            _call('unshare', _NEW_SPACES)
            child = os.fork()
            if child:
                _leave_with(child)
            _call('prctl', _PR_SET_PDEATHSIG, signal.SIGKILL)
            self._make_root()
            os.chdir('/')
        except Exception as error:  # what follows would be the host's
            os.write(2, f'{type(error).__name__}: {error}\n'.encode())
            os._exit(125)

    def _make_root(self):
        _mount(None, '/', None, _MS_REC | _MS_PRIVATE)
        _mount('tmpfs', self.root, 'tmpfs', 0, 'mode=755')
        os.chdir(self.root)
        for folder in ('dev', 'proc', 'sys', 'run', 'tmp', 'etc', 'bin', 'sbin',
                       'old'):
            os.mkdir(folder)
        for applet in APPLETS:
            os.symlink('busybox', 'bin/' + applet)
        for path, content in self.files.items():
            _put('.' + path, content)
        for minor, name in ((3, 'null'), (5, 'zero'), (7, 'full')):
            os.mknod('dev/' + name, stat.S_IFCHR, os.makedev(1, minor))
            os.chmod('dev/' + name, 0o666)
        if self.console_device:
            _put('./dev/console', '')
            _mount(self.console_device, 'dev/console', None, _MS_BIND)
        for source, path in (BUSYBOX, 'bin/busybox'), (self.init_file,
                                                      'sbin/init'):
            shutil.copy(source, path)
        for folder in LIBRARIES:
            os.makedirs('.' + folder)
            _mount(folder, '.' + folder, None, _MS_BIND)
        if LIBRARIES:
            _mount('proc', 'proc', 'proc')
        _mount(self.shared, 'tmp', None, _MS_BIND)
        if _LIBC.syscall(ctypes.c_long(_SYS_PIVOT_ROOT), b'.', b'old'):
            raise OSError(ctypes.get_errno(), 'pivot_root')
        _call('umount2', '/old', _MNT_DETACH)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in self.master, self.slave, self.gate:
            if descriptor is not None:
                os.close(descriptor)
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
        """Until PID 1 waits at the gate, one exec before the init; its pid.

        It is in the poll that BusyBox's read begins with: between it and the
        file's creation nothing sleeps. So the call that a tracer finds under
        way, and may see or not, is one that no test counts.
        """
        self.wait_file('waiting')
        pid = self.pid()
        wait_until(lambda: state(pid) == 'S', 'PID 1 waits at the gate')
        return pid

    def open_gate(self):
        os.write(self.gate, b'go\n')

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

    def stop_console(self):
        """By Ctrl-S, until it is heard: the kernel takes what is typed in a
        thread of its own (flush_to_ldisc), after the write."""
        self.type('\x13')
        terminal = os.open(self.tty, os.O_RDWR | os.O_NOCTTY)
        try:
            wait_until(lambda: not select.select([], [terminal], [], 0)[1],
                       'the console stops')
        finally:
            os.close(terminal)

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


@contextlib.contextmanager
def strace(pid, *words, ended_by=signal.SIGTERM):
    """It is attached to pid meanwhile. Without -f its children inherit nothing
    of it. By SIGTERM it ends where a delay that it holds a call up for does."""
    with subprocess.Popen(['strace', *words, '-p', str(pid)],
                          stderr=subprocess.PIPE) as tracer:
        try:
            wait_until(lambda: b'attached' in tracer.stderr.readline() or
                       tracer.poll() is not None, 'strace is attached')
            equal(tracer.poll(), None, 'strace has ended')
            yield
        finally:
            tracer.send_signal(ended_by)


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
