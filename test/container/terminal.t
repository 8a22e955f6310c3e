#!/usr/bin/env python3
"""Job control on real terminals: whose foreground it is, who gets ^C and ^Z,
who is told of a hang-up; under a shell, as a session's leader, and as PID 1."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

from harness import (NAMES, PATIENCE, Failure, both, check, children,
                     command_line, equal, foster, main, peer, pending, state,
                     test, time_for, trap, wait_channel, wait_until)

F = foster()
PID1 = ['unshare', '--fork', '--pid', '--kill-child=KILL', '--mount-proc']


class Terminal:
    """A session on a terminal of its own. With forked, words run as PID 1 of a
    namespace that leads the session, as a container runtime does it."""

    def __init__(self, *words, leads=False):
        self.master, slave = pty.openpty()
        settings = termios.tcgetattr(slave)
        settings[1] &= ~termios.OPOST
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(slave, termios.TCSANOW, settings)
        self.text = ''
        words = [str(word) for word in words]
        if leads:
            # setsid -c behind unshare: PID 1 itself leads and has the
            # terminal; unshare's own session must not have it.
            words = PID1 + ['setsid', '-c'] + words
        environment = dict(os.environ, PS1='$ ', LC_ALL='C', HISTFILE='')

        def start():
            os.setsid()
            if not leads:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave,
                                        stderr=slave, preexec_fn=start,
                                        env=environment)
        self.slave = slave

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_all(self.process.pid)
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor is not None:
                os.close(descriptor)

    def end_all(self, pid):
        for child in children(pid):
            self.end_all(child)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def hang_up(self):
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = None

    def read(self, patience):
        if not select.select([self.master], [], [], patience)[0]:
            return False
        self.text += os.read(self.master, 65536).decode(errors='replace')
        return True

    def expect(self, pattern, patience=PATIENCE):
        """Waits for a regular expression, and takes what is up to its end."""
        end = time.monotonic() + patience
        while True:
            found = re.search(pattern, self.text)
            if found:
                self.text = self.text[found.end():]
                return found
            left = end - time.monotonic()
            if left <= 0 or not self.read(left):
                raise Failure(f'{pattern!r} did not come in {self.text!r}')

    def quiet(self, seconds):
        while self.read(seconds):
            pass
        return self.text

    def type(self, text):
        os.write(self.master, text.encode())

    def group(self):
        return struct.unpack('i', fcntl.ioctl(self.master, termios.TIOCGPGRP,
                                              b'\0' * 4))[0]


PROMPT = r'\$ '
BASH = ['bash', '--norc', '--noprofile', '-i']
# Through a pipe: what came just before pause(2) would be told of with the next
# signal only.
COUNTS = '''
import os, signal, sys, time
told, tell = os.pipe()
os.set_blocking(tell, False)
signal.set_wakeup_fd(tell)
for n in (1, 2, 3, 15, 18, 28):
    signal.signal(n, lambda n, f: None)
os.write(1, b"ready\\n")
while True:
    for n in os.read(told, 64):
        os.write(1, b"<%d>" % n)
'''
# Writes a byte for each signal: two that wait at once are two here.
HEARS = '''
import os, signal, sys, time
numbers = (1, 2, 18, 28)
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
out = os.open(sys.argv[1] + "/heard", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
open(sys.argv[1] + "/up", "w").close()
while True:
    number = signal.sigwait(numbers)
    os.write(out, bytes([number]))
    time.sleep(0.05)
'''
COUNTER = [sys.executable, '-S', '-c', COUNTS]


def heard(folder):
    with open(f'{folder}/heard', 'rb') as file:
        return file.read()


def shell(*words, **how):
    terminal = Terminal(*words, **how)
    try:
        terminal.expect(PROMPT)
    except Failure:
        terminal.__exit__()
        raise
    return terminal


def quote(words):
    import shlex
    return ' '.join(shlex.quote(word) for word in words)


# ---- as PID 1 that leads the session

def execed(pid):
    """Whether it is a sleep already. Before, a shell's child has what the shell
    does with its signals."""
    return command_line(pid)[:1] == ['sleep']


def job_control(it):
    """Of the bash at whose prompt the terminal is."""
    check('no job control' not in it.text, it.text)
    own = it.group()
    it.type('sleep 100\n')
    wait_until(lambda: it.group() not in (0, None, own), 'group')
    wait_until(lambda: execed(it.group()), 'its exec')
    it.type('\x1a')
    it.expect(r'Stopped +sleep 100', 10)
    it.expect(PROMPT)
    it.type('bg; jobs\n')
    it.expect('Running +sleep 100')
    it.type('fg\n')
    wait_until(lambda: it.group() not in (0, None, own), 'group')
    time.sleep(0.1)
    it.type('\x03')
    it.expect(PROMPT)
    it.type('echo status $?\n')
    it.expect('status 130')
    it.type('exit 5\n')


@trap(['catatonit'])
def bash_under_PID_1_has_job_control(init):
    with shell(init, '--', *BASH, leads=True) as it:
        job_control(it)
        equal(it.process.wait(PATIENCE), 5, 'status')


@trap(['catatonit'])
def bash_under_a_leader_that_is_not_PID_1_has_job_control(init):
    with shell(init, '--', *BASH) as it:
        job_control(it)
        equal(it.process.wait(PATIENCE), 5, 'status')


@trap(['catatonit'], ['foster', 'tini', 'catatonit'])
def bash_below_a_shell_has_job_control(init):
    with shell(*BASH) as it:
        it.type(quote([init, '--', *BASH]) + '\n')
        it.expect(PROMPT)
        job_control(it)
        it.expect(PROMPT)
        it.type('echo status $?\n')
        it.expect('status 5')


@both('foster', 'tini', 'catatonit')
def ctrl_C_reaches_a_program_once(init):
    name = os.path.basename(init)
    with Terminal(init, '--', *COUNTER, leads=True) as it:
        it.expect('ready\r?\n')
        it.type('\x03')
        it.expect('<2>')
        it.type('\x1c')
        it.expect('<3>')
        equal(it.quiet(0.15).strip(), '', name)


@trap(['dumb-init'], ['dumb-init'])
def ctrl_C_reaches_a_single_child_once(init):
    """The init is stopped until the child has heard it: two that come at once
    are heard as one."""
    with Terminal(init, '-c', '--', *COUNTER) as it:
        it.expect('ready\r?\n')
        os.kill(it.process.pid, signal.SIGSTOP)
        wait_until(lambda: state(it.process.pid) == 'T', 'stopped')
        it.type('\x03')
        it.expect('<2>')
        os.kill(it.process.pid, signal.SIGCONT)
        wait_until(lambda: '<18>' in it.quiet(0.2), 'continued')
        check('<2>' not in it.text, 'again')


@both('dumb-init')
def a_session_of_its_own_gets_the_terminal(init):
    for leads in (True, False):
        with Terminal(init, '--', *COUNTER, leads=leads) as it:
            it.expect('ready\r?\n')
            it.type('\x03')
            it.expect('<2>')
            equal(it.quiet(0.15).strip(), '', 'HUP and CONT are swallowed')


@test
def the_size_of_the_window_is_passed_on():
    for leads in (True, False):
        with Terminal(F, '--', *COUNTER, leads=leads) as it:
            it.expect('ready\r?\n')
            fcntl.ioctl(it.master, termios.TIOCSWINSZ,
                        struct.pack('HHHH', 30, 90, 0, 0))
            it.expect('<28>')
            equal(it.quiet(0.1).strip(), '', 'once')


@test
def ctrl_Z_without_anybody_to_continue_has_no_effect():
    """As in the kernel for a group that nobody watches."""
    for leads in (True, False):
        for words in ([], ['sh', '-c', 'exec "$@" </dev/null', 'sh']):
            with Terminal(*words, F, '--', *COUNTER, leads=leads) as it:
                it.expect('ready\r?\n')
                it.type('\x1a')
                it.expect('<18>')
                it.type('\x03')
                it.expect('<2>')


@test
def also_not_for_a_program_with_a_group_of_its_own():
    """In a script's foreground group, which the program has left."""
    with Terminal('sh', '-c', '"$@" </dev/null; exit', 'sh', F, '--',
                  sys.executable, '-S', '-c',
                  f'import os\nos.setpgid(0, 0)\n{COUNTS}') as it:
        it.expect('ready\r?\n')
        it.type('\x1a')
        it.expect('<18>')
        it.type('\x03')
        it.expect('<2>')


@test
def but_a_TSTP_that_was_sent_has():
    with Terminal(F, '--', *COUNTER, leads=True) as it:
        it.expect('ready\r?\n')
        init = children(it.process.pid)[0]
        program = children(init)[0]
        os.kill(init, signal.SIGTSTP)
        wait_until(lambda: state(program) == 'T', 'stopped')
        check(not it.quiet(0.15).strip(), it.text)
        equal(state(program), 'T', 'stays')
        os.kill(init, signal.SIGCONT)
        it.expect('<18>')


@test
def a_hang_up_reaches_the_program():
    for leads in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'out')
            with Terminal(F, '--', sys.executable, '-S', '-c', f'''
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [1])
print("ready", flush=True)
signal.sigwait([1])
open({out!r}, "w").write("HUP")
os._exit(0)
''', leads=leads) as it:
                it.expect('ready\r?\n')
                it.hang_up()
                wait_until(lambda: it.process.poll() is not None, 'the end')
                equal(open(out).read(), 'HUP', 'heard')


# ---- under a shell with job control

def under_shell(init, prefix=()):
    return quote([*prefix, init, '--', *COUNTER])


@test
def a_job_of_a_shell():
    for prefix in ([], PID1):
        with shell(*BASH) as it:
            it.type(under_shell(F, prefix) + '\n')
            it.expect('ready\r?\n')
            it.type('\x03')
            it.expect('<2>')
            equal(it.quiet(0.1).strip(), '', 'once')
            it.type('\x1a')
            it.expect(r'Stopped')
            it.expect(PROMPT)
            it.type('fg\n')
            it.expect('<18>')
            it.type('\x03')
            it.expect('<2>')
            it.type('\x1a')
            it.expect(r'Stopped')
            it.expect(PROMPT)
            it.type('bg\n')
            it.expect('<18>')
            it.type('\x03\necho here\n')
            it.expect('here')
            check('<2>' not in it.text, 'the shell is in the foreground')
            it.type('kill %1\n')
            it.expect('<15>')


def in_front(it):
    """By fg. bash names the job before it gives it the terminal."""
    shells = it.group()
    it.type('fg\n')
    wait_until(lambda: it.group() != shells, 'in the foreground')


def stopped_and_continued(it, patience=PATIENCE):
    it.type('\x1a')
    it.expect('Stopped', patience)
    it.expect(PROMPT)
    in_front(it)


@trap(['tini', 'catatonit'], ['foster', 'tini', 'catatonit'])
def a_job_that_runs_in_the_background_comes_to_the_front(init):
    """bash tells it nothing then. The program reads, and its child gets ^C."""
    for prefix in ([], PID1):
        with tempfile.TemporaryDirectory() as folder, shell(*BASH) as it:
            it.type(quote([*prefix, init, '--', 'bash', '-c', 'echo up; until '
                           f'[ -e {folder}/front ]; do sleep 0.05; done; '
                           'read x; echo got $x; sleep 100; echo on']) + ' &\n')
            it.expect('up\r?\n')
            in_front(it)
            # One that reads in the background stops, whoever it has above it.
            open(f'{folder}/front', 'w').close()
            it.type('word\n')
            it.expect('got word', patience=time_for(init))
            it.type('\x03')
            it.expect(PROMPT, patience=time_for(init))


@test
def so_does_one_with_a_group_that_is_asked_for():
    with tempfile.TemporaryDirectory() as folder, shell(*BASH) as it:
        it.type(quote([F, '--forward=group', '--', 'sh', '-c', 'echo up; until '
                       f'[ -e {folder}/front ]; do sleep 0.05; done; '
                       'read x; echo got $x; exec sleep 100']) + ' &\n')
        it.expect('up\r?\n')
        in_front(it)
        open(f'{folder}/front', 'w').close()
        it.type('word\n')
        it.expect('got word')
        it.type('\x03')
        it.expect(PROMPT)


@trap(['tini', 'catatonit'], ['foster', 'tini', 'catatonit'])
def a_job_that_goes_on_does_so_as_a_whole(init):
    """What the program has started too."""
    for prefix in ([], PID1):
        with shell(*BASH) as it:
            it.type(quote([*prefix, init, '--', 'bash', '-c', 'echo up; '
                           'sleep 0.7; echo slept; exec sleep 100']) + '\n')
            it.expect('up\r?\n')
            stopped_and_continued(it, time_for(init))
            # Not what the shell says at fg: that is the whole command.
            it.expect('slept\r?\n', patience=time_for(init))
            # bash has a handler for INT until it execs, and forgets it then.
            wait_until(lambda: any(map(execed, below(it.process.pid))),
                       'its exec')
            it.type('\x03')
            it.expect(PROMPT, patience=time_for(init))


def below(pid):
    """Its children, theirs, and so on."""
    for child in children(pid):
        yield child
        yield from below(child)


def has_settled(pid):
    """It waits for a signal, and has none to take."""
    # In this order: one that it took between the two would be seen in none.
    return not pending(pid) and 'sigtimedwait' in wait_channel(pid)


@contextlib.contextmanager
def held_up_before_kill(init):
    """Each kill of its comes half a second late; gives the trace so far."""
    with tempfile.TemporaryDirectory() as folder:
        trace = f'{folder}/trace'
        with subprocess.Popen(
                ['strace', '-o', trace, '-p', str(init), '-e',
                 'inject=kill:delay_enter=500000'], stderr=subprocess.PIPE
                ) as tracer:
            def traced():
                with open(trace) as file:
                    return file.read()
            try:
                wait_until(lambda: b'attached' in tracer.stderr.readline(),
                           'strace is attached')
                # The wait that strace has come into is not traced, and may
                # take a signal all the same: until one is seen to come.
                wait_until(lambda: 'SIGCHLD' in traced() or
                           os.kill(init, signal.SIGCHLD), 'it is traced')
                wait_until(lambda: has_settled(init), 'it waits again')
                yield traced
            finally:
                tracer.kill()


@test
def a_job_that_goes_on_before_PID_1_acts_is_not_stopped_again():
    """It has seen its program's stop, which is over before it can stop the
    others; they had theirs from the terminal."""
    with shell(*BASH) as it:
        it.type(quote([*PID1, F, '--', 'sh', '-c', 'echo up; read x; '
                       'echo got $x; exec sleep 100']) + '\n')
        it.expect('up\r?\n')
        init = children(children(it.process.pid)[0])[0]
        with held_up_before_kill(init) as traced:
            it.type('\x1a')
            it.expect('Stopped')
            it.expect(PROMPT)
            wait_until(lambda: re.search(r'waitid\(.*CLD_STOPPED', traced()),
                       'it looks')
            in_front(it)
            equal(it.quiet(1).count('Stopped'), 0, 'stopped again')
            it.type('word\n')
            it.expect('got word')


@test
def a_job_that_goes_on_is_told_so_once():
    """A shell's CONT is for all: who has had it gets no other one."""
    for prefix in ([], PID1):
        with tempfile.TemporaryDirectory() as folder, shell(*BASH) as it:
            it.type(quote([*prefix, F, '--', sys.executable, '-S', '-c', HEARS,
                           folder]) + '\n')
            wait_until(lambda: os.path.exists(f'{folder}/up'), 'up')
            it.type('\x1a')
            it.expect('Stopped')
            init = children(it.process.pid)[0]
            if prefix:
                # The job has stopped, and this one, PID 1, may not know yet.
                init = children(init)[0]
                wait_until(lambda: state(children(init)[0]) == 'T' and
                           has_settled(init), 'the stop is seen')
            os.kill(children(init)[0], signal.SIGCONT)
            wait_until(lambda: heard(folder), 'heard')
            os.kill(init, signal.SIGCONT)
            time.sleep(0.2)
            equal(heard(folder), b'\x12', prefix)


@test
def keys_come_once_to_who_is_left():
    for redirected in ('', '</dev/null', '| cat'):
        for number, act in ((2, lambda it: it.type('\x03')),
                            (28, lambda it: fcntl.ioctl(
                                it.master, termios.TIOCSWINSZ,
                                struct.pack('HHHH', 30, 90, 0, 0)))):
            with tempfile.TemporaryDirectory() as folder, shell(*BASH) as it:
                it.type(quote([F, '--wait-all', '--', 'sh', '-c', '"$@" & '
                               'while [ ! -e up ]; do sleep 0.01; done', 'sh',
                               sys.executable, '-S', '-c', HEARS, folder]
                              ).replace('! -e up', f'! -e {folder}/up') +
                        f' {redirected}\n')
                wait_until(lambda: os.path.exists(f'{folder}/up'), 'up')
                time.sleep(0.2)
                act(it)
                wait_until(lambda: heard(folder), 'heard')
                time.sleep(0.2)
                equal(heard(folder).count(number), 1, (redirected, number))


@test
def a_hang_up_of_a_script_comes_once():
    with tempfile.TemporaryDirectory() as folder:
        with Terminal('sh', '-c', quote([F, '--', sys.executable, '-S', '-c',
                                         HEARS, folder]) + '; true') as it:
            wait_until(lambda: os.path.exists(f'{folder}/up'), 'up')
            job = children(it.process.pid)[0]
            it.hang_up()
            wait_until(lambda: heard(folder), 'heard')
            time.sleep(0.2)
            equal(heard(folder).count(1), 1, 'HUP')
            it.end_all(job)


@trap(['tini'], ['foster', 'tini', 'catatonit'])
def a_job_in_the_background_does_not_take_the_terminal(init):
    for prefix in ([], PID1):
        with shell(*BASH) as it:
            shells = it.group()
            it.type(under_shell(init, prefix) + ' &\n')
            it.expect('ready\r?\n')
            equal(it.group(), shells, 'foreground group')
            it.type('echo $((40 + 2))\n')
            it.expect('42', patience=time_for(init))


@test
def a_job_in_the_background_that_reads_stops_as_a_whole():
    with shell(*BASH) as it:
        it.type(quote([F, '--', 'sh', '-c', 'read x; echo got $x']) + ' &\n')
        it.expect(PROMPT)
        it.type('\n')
        wait_until(lambda: it.type('jobs\n') or
                   (it.quiet(0.1) and 'Stopped' in it.text), 'stopped')
        it.text = ''
        it.type('fg\n')
        it.expect('read x')
        it.type('word\n')
        it.expect('got word')


@test
def the_terminal_is_given_back_at_the_end():
    """A script has no job control: its next command is in its own group."""
    for option in ('-v', '--forward=group'):
        with Terminal('sh', '-c', f'{F} {option} -- true; read x; '
                      'echo got $x') as it:
            time.sleep(0.2)
            it.type('word\n')
            it.expect('got word')


@test
def a_pipeline_with_the_terminal_on_one_end():
    with shell(*BASH) as it:
        it.type('echo text | ' + quote([F, '--', 'cat']) + '\n')
        it.expect('text')
        it.expect(PROMPT)
        shells = it.group()
        it.type(quote([F, '--', 'cat']) + ' >/dev/null\n')
        # Until then ^D is a letter to whoever reads a line in pieces.
        wait_until(lambda: it.group() != shells, 'in the foreground')
        it.type('x\n\x04')
        it.expect(PROMPT)


@both('foster', 'tini', 'dumb-init', 'catatonit')
def a_terminal_that_does_not_control_is_read_like_a_file(init):
    master, slave = pty.openpty()
    with subprocess.Popen([init, '--', 'sh', '-c', 'read x; exit $x'],
                          stdin=slave, stdout=slave, stderr=slave,
                          start_new_session=True) as process:
        os.write(master, b'7\n')
        try:
            equal(process.wait(PATIENCE), 7, 'status')
        finally:
            process.kill()
            os.close(slave)
            os.close(master)


# ---- in a pipeline, and with redirections

PAGER = "sh -c 'head -n 1; read x </dev/tty; echo got $x'"
PROMPTS = """
import os, signal
own = os.getpid()
tty = os.open("/dev/tty", os.O_RDWR)
# As who asks for a pass word makes sure of the foreground.
while os.tcgetpgrp(tty) != os.getpgrp():
    os.kill(own, signal.SIGTTOU)
os.write(tty, b"word?\\n")
os.read(tty, 100)
print("read", flush=True)
"""


@trap(['catatonit'], ['foster', 'tini', 'catatonit'])
def a_pipeline_keeps_its_terminal(init):
    """The pager at its end reads the keys."""
    for prefix in ([], PID1):
        with shell(*BASH) as it:
            # The shell has given the terminal to the job by then.
            line = quote(['sh', '-c', 'sleep 0.1; exec "$@"', 'sh', *prefix,
                          init, '--', 'sh', '-c',
                          'cat; echo up; exec sleep 100'])
            it.type(f'echo | {line} | sh -c \'head -n 2; read x </dev/tty; '
                    'echo got $x\'\n')
            it.expect('up\r?\n')
            it.type('word\n')
            it.expect('got word', patience=time_for(init))
            it.type('\x03')
            it.expect(PROMPT)


@trap(['tini', 'catatonit'], ['foster', 'tini', 'catatonit'])
def a_pager_behind_the_first_of_a_pipeline(init):
    """Its standard input is the terminal."""
    for prefix in ([], PID1):
        with shell(*BASH) as it:
            it.type(quote([*prefix, init, '--', 'sh', '-c',
                           'echo up; exec sleep 100']) + f' | {PAGER}\n')
            it.expect('up\r?\n')
            it.type('word\n')
            it.expect('got word', patience=time_for(init))
            it.type('\x03')
            it.expect(PROMPT)


@trap(['tini'], ['foster', 'tini', 'catatonit'])
def who_asks_for_a_pass_word_before_a_pager_does(init):
    for prefix in ([], PID1):
        for program in ([], ['sh', '-c', '"$@"; true', 'sh']):
            with shell(*BASH) as it:
                it.type('echo | ' + quote([*prefix, init, '--', *program,
                                           sys.executable, '-S', '-c',
                                           PROMPTS]) + f' | {PAGER}\n')
                it.expect(r'word\?\r?\n', patience=time_for(init))
                it.type('x\n')
                it.expect('read', patience=time_for(init))
                it.type('word\n')
                it.expect('got word', patience=time_for(init))
                it.expect(PROMPT)


@test
def two_of_them_in_one_pipeline():
    with shell(*BASH) as it:
        lines = [quote([F, '--', 'sh', '-c', f'head -n {lines}; echo up '
                        f'>/dev/tty; read x </dev/tty; echo {name} $x; '
                        'exec sleep 100'])
                 for name, lines in (('one', 1), ('two', 2))]
        it.type('echo | ' + ' | '.join(lines) + '\n')
        for name in ('one', 'two'):
            it.expect('up\r?\n')
            it.type('x\n')
            it.expect(f'{name} x')
        it.type('\x03')
        it.expect(PROMPT)


@test
def a_program_in_a_pipeline_ignores_what_the_terminal_says():
    """A read fails then, unless it is in the foreground."""
    with shell(*BASH) as it:
        it.type('echo | ' + quote([F, '--', 'sh', '-c', 'trap "" TTIN TTOU; '
                                   'read x </dev/tty; echo got $x']) + '\n')
        it.quiet(0.2)
        it.type('word\n')
        it.expect('got word')


@test
def what_is_written_does_not_take_the_terminal_away():
    with shell(*BASH) as it:
        it.type('stty tostop\n')
        it.expect(PROMPT)
        it.type('echo | ' + quote([F, '--', 'sh', '-c', 'echo up; echo out >&2;'
                                   ' exec sleep 100']) + f' | {PAGER}\n')
        it.expect('out\r?\n')
        it.type('word\n')
        it.expect('got word')
        it.type('\x03')
        it.expect(PROMPT)


@test
def a_script_ends_by_the_key_too():
    """As it does for any program that it waits for."""
    for redirected in ('</dev/null', '| cat'):
        with Terminal('sh', '-c', f'{F} -- sh -c "echo up; exec sleep 100" '
                      f'{redirected}; echo on') as it:
            it.expect('up\r?\n')
            it.type('\x03')
            equal(it.process.wait(PATIENCE), -signal.SIGINT, redirected)
            check('on' not in it.quiet(0.1), it.text)


@trap(['tini'], ['foster', 'tini', 'catatonit'])
def the_keys_of_a_pipeline_reach_all_of_its_programs(init):
    """Also what the program has started: a shell waits for that. Each stops
    it once, whenever it comes."""
    with shell(*BASH) as it:
        it.type('echo | ' + quote([init, '--', 'bash', '-c', 'echo up; '
                                   'sleep 100; echo on']) + ' | cat\n')
        it.expect('up\r?\n')
        for _ in range(6):
            stopped_and_continued(it, time_for(init))
            equal(it.quiet(0.1).count('Stopped'), 0, 'stopped again')
        it.type('\x03')
        it.expect(PROMPT, patience=time_for(init))


@test
def a_program_in_a_pipeline_uses_the_terminal():
    for options in ([], ['--forward=group']):
        with shell(*BASH) as it:
            it.type('echo | ' + quote([
                F, *options, '--', 'sh', '-c', 'stty -F /dev/tty -echo; '
                'echo up; read x </dev/tty; echo got $x; exec sleep 100']) +
                ' | cat\n')
            it.expect('up\r?\n')
            it.type('word\n')
            it.expect('got word')
            stopped_and_continued(it)
            it.type('\x03')
            it.expect(PROMPT)


@trap(['tini'], ['foster', 'tini', 'catatonit'])
def a_pipeline_that_goes_on_has_its_keys_back(init):
    with shell(*BASH) as it:
        line = quote([init, '--', 'sh', '-c', 'cat; echo up; exec sleep 100'])
        it.type(f'echo | {line} | sh -c \'head -n 2; read y </dev/tty; '
                'read x </dev/tty; echo got $x\'\n')
        it.expect('up\r?\n')
        stopped_and_continued(it, time_for(init))
        it.type('one\ntwo\n')
        it.expect('got two', patience=time_for(init))
        it.type('\x03')
        it.expect(PROMPT)


@test
def a_group_that_the_program_makes_does_not_take_the_terminal():
    """By fg: without an init it would not have it either."""
    with shell(*BASH) as it:
        it.type('echo | ' + quote([
            F, '--', sys.executable, '-S', '-c', 'import os, time; '
            'os.setpgid(0, 0); print("up", flush=True); time.sleep(100)']) +
            f' | {PAGER}\n')
        it.expect('up\r?\n')
        stopped_and_continued(it)
        it.type('word\n')
        it.expect('got word')
        it.type('\x03')
        it.expect(PROMPT)


@test
def a_group_that_is_asked_for_is_made_in_a_pipeline_too():
    for option, alone in (('--forward=group', True), ('-v', False)):
        with shell(*BASH) as it:
            it.type('echo | ' + quote([F, option, '--', 'sh', '-c',
                                       'echo up $$; exec sleep 100']) + '\n')
            program = int(it.expect(r'up (\d+)\r?\n')[1])
            equal(os.getpgid(program) == program, alone, option)


@both('dumb-init')
def ctrl_Z_stops_the_init_and_its_session(init):
    with shell(*BASH) as it:
        it.type(quote([init, 'sh', '-c', 'echo up; exec sleep 100']) + '\n')
        it.expect('up\r?\n')
        job = it.group()
        program = children(job)[0]
        it.type('\x1a')
        it.expect('Stopped')
        wait_until(lambda: (state(job), state(program)) == ('T', 'T'), 'both')


def opens_the_terminal(init, redirected):
    """The program reads from /dev/tty, the init is given redirections."""
    with Terminal('sh', '-c', f'exec {init} -- sh -c \'read x </dev/tty; '
                  f'echo got $x >/dev/tty; exit 3\' {redirected}') as it:
        it.type('word\n')
        it.expect('got word', patience=time_for(init))
        equal(it.process.wait(PATIENCE), 3, 'status')


@both('foster', 'catatonit')
def a_terminal_that_the_program_opens_itself(init):
    for redirected in ('', '</dev/null', '</dev/null >/dev/null',
                       '</dev/null >/dev/null 2>&1'):
        opens_the_terminal(init, redirected)


@trap(['tini'], ['tini'])
def a_terminal_that_is_not_standard_input(init):
    opens_the_terminal(init, '</dev/null')


@both('dumb-init')
def ctrl_C_with_a_single_child_that_has_left_the_group(init):
    """The terminal signals the init alone then, which passes it on."""
    for leave in ('setsid()', 'setpgid(0, 0)'):
        with Terminal(init, '-c', '--', sys.executable, '-S', '-c',
                      f'import os\nos.{leave}\n{COUNTS}') as it:
            it.expect('ready\r?\n')
            it.type('\x03')
            it.expect('<2>')


@test
def a_stopped_terminal_holds_nothing_up():
    """^S stops whoever writes; the init must not write then."""
    with Terminal(F, '-vv', '--', *COUNTER, leads=True) as it:
        it.expect('ready\r?\n')
        init = children(it.process.pid)[0]
        program = children(init)[0]
        it.type('\x13')
        time.sleep(0.1)
        # One that the program hears: it writes too, and waits.
        os.kill(init, signal.SIGHUP)
        time.sleep(0.1)
        os.kill(program, signal.SIGKILL)
        wait_until(lambda: it.process.poll() is not None, 'the end')


main(jobs=3)
