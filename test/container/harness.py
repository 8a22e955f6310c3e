"""Runs container inits, foster and its peers alike, and tells what they do.

Every test runs in the same form against foster (by a link named as the peer)
and against Debian's peer, so that the expectation itself is checked.
"""
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # as in test/ns: only what hangs takes so long
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..'))
from conditions import (Failure, check, command_line,  # noqa: E402,F401
                        descriptors, equal, pending, state, wait_channel,
                        wait_until)
from outcomes import run_tests  # noqa: E402

PEERS = ('tini', 'dumb-init', 'catatonit')
NAMES = ('foster',) + PEERS


# ---- the binary under test: shared by all scripts

LINKS = os.environ.pop('FOSTER_LINKS', None) or subprocess.run(
    [os.path.join(HERE, 'build')], check=True, stdout=subprocess.PIPE,
    text=True).stdout.strip()


def foster(name='foster'):
    return os.path.join(LINKS, name)


def peer(name):
    path = shutil.which(name)
    if not path:
        raise Failure(f'{name} of Debian is missing; make check installs it')
    return path


def children(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children') as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Run:
    """One init with its words; as PID 1 of a namespace, or as it is."""

    def __init__(self, *words, pid1=True, env=None, start=None, stdin=None,
                 stderr=None, stdout=None, namespace=('--mount-proc',),
                 pass_fds=()):
        environment = dict(os.environ, LC_ALL='C')
        for key in list(environment):
            if key.startswith(('TINI_', 'DUMB_INIT', 'CATATONIT', 'FOSTER_')):
                del environment[key]
        environment.update(env or {})
        words = [str(word) for word in words]
        self.pid1 = pid1
        if pid1:
            words = ['unshare', '--fork', '--pid', '--kill-child=KILL',
                     *namespace, *words]
        self.err = tempfile.TemporaryFile()
        self.out = b''
        self.process = subprocess.Popen(
            words, env=environment, preexec_fn=start, pass_fds=pass_fds,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=self.err if stderr is None else stderr)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            if not self.pid1:
                for pid in children(self.process.pid):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.err.close()

    @property
    def pid(self):
        """The init's, on the host."""
        if not self.pid1:
            return self.process.pid
        return wait_until(lambda: children(self.process.pid),
                          'PID 1 is there')[0]

    @property
    def program(self):
        return wait_until(lambda: children(self.pid), 'the program')[0]

    def signal(self, number):
        os.kill(self.pid, number)

    def _read(self, patience):
        end = time.monotonic() + patience
        if not select.select([self.process.stdout], [], [],
                             max(0, end - time.monotonic()))[0]:
            return None
        return os.read(self.process.stdout.fileno(), 65536)

    def expect(self, text, patience=PATIENCE):
        """Waits for text on standard output, and takes what is up to it."""
        text = text.encode()
        end = time.monotonic() + patience
        while text not in self.out:
            data = self._read(max(0, end - time.monotonic()))
            if not data:
                raise Failure(f'{text!r} did not come; there is {self.out!r}, '
                              f'and on stderr {self.stderr()!r}')
            self.out += data
        before, self.out = self.out.split(text, 1)
        return before.decode()

    def gather(self, *texts, patience=PATIENCE):
        """Waits until all of texts have come, in any order; takes nothing."""
        end = time.monotonic() + patience
        while not all(text.encode() in self.out for text in texts):
            data = self._read(max(0, end - time.monotonic()))
            if not data:
                raise Failure(f'{texts} did not all come; there is '
                              f'{self.out!r}, stderr {self.stderr()!r}')
            self.out += data
        return self.out.decode()

    def silent(self, seconds):
        """True when nothing more comes on standard output in that time."""
        data = self._read(seconds)
        self.out += data or b''
        return not self.out

    def stderr(self):
        self.err.seek(0)
        return self.err.read().decode(errors='replace')

    def end(self, patience=PATIENCE):
        """The exit status; -9 and so on when killed."""
        try:
            if self.process.stdout:
                out, _ = self.process.communicate(timeout=patience)
                self.out += out or b''
            else:
                self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise Failure(f'still there after {patience} s; stdout '
                          f'{self.out!r}, stderr {self.stderr()!r}') from None
        return self.process.returncode


def run(*words, patience=PATIENCE, **how):
    """Runs to the end: (status, stdout, stderr)."""
    with Run(*words, **how) as it:
        status = it.end(patience)
        return status, it.out.decode(errors='replace'), it.stderr()


# A program that writes the number of each signal it gets. Through a pipe: what
# came just before pause(2) would be told of with the next signal only.
LISTENER = (sys.executable, '-S', '-c', '''
import os, signal, sys
told, tell = os.pipe()
os.set_blocking(tell, False)
signal.set_wakeup_fd(tell)
for number in range(1, 65):
    if number not in (9, 19, 32, 33) and number != 17:
        signal.signal(number, lambda n, f: None)
os.write(1, b"ready\\n")
while True:
    for number in os.read(told, 64):
        os.write(1, b"<%d>" % number)
''')


# ---- TAP

_tests = []


def test(function):
    _tests.append((function.__name__.replace('_', ' '), function))
    return function


def both(*personalities):
    """The test takes an init's path: the peer's, and foster's by that name."""
    def add(function):
        title = function.__name__.replace('_', ' ')
        for name in personalities:
            if name != 'foster':
                _tests.append((f'{title}: {name} of Debian',
                               lambda n=name: function(peer(n))))
            _tests.append((f'{title}: foster as {name}',
                           lambda n=name: function(foster(n))))
        return function
    return add


def trap(fails, holds=NAMES):
    """The test must fail with the peers named by fails, and must not with
    foster under the names in holds."""
    def add(function):
        title = function.__name__.replace('_', ' ')
        for name in fails:
            def shows(n=name):
                try:
                    function(peer(n))
                except Failure:
                    return
                raise Failure(f'{n} does not fail: the trap tests nothing')
            _tests.append((f'{title}: {name} of Debian falls in', shows))
        for name in holds:
            _tests.append((f'{title}: foster as {name} does not',
                           lambda n=name: function(foster(n))))
        return function
    return add


def time_for(init):
    """For what a peer fails in: foster has all the time that it needs."""
    return PATIENCE if init.startswith(LINKS) else 2


def main(jobs=1):
    """Runs all, or those whose title has one of the words given; jobs at a
    time, where they wait for most of their time."""
    chosen = [t for t in _tests if not sys.argv[1:] or
              any(word in t[0] for word in sys.argv[1:])]
    if not chosen:
        sys.exit('no test here has in its title ' + ' or '.join(sys.argv[1:]))
    run_tests(chosen, jobs)
