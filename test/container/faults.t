#!/usr/bin/env python3
"""Each system call of the container job fails with each errno: nothing hangs,
nothing is silent, and the status is 0 only if the program's was.

The first call, which blocks the signals, is left out: its arguments are
constants, and it has no failure but for them (sigprocmask(2))."""
import errno
import os
import re
import signal
import tempfile

from harness import (NAMES, Failure, check, equal, foster, main, run, test)

# A program that hears a signal from its parent's parent and leaves an orphan.
# 3 when it has heard it, else 4.
PROGRAM = ('--', 'sh', '-c', 'trap "heard=1" USR1; (:& exit) & '
           'kill -USR1 $PPID; left=20; while [ $((heard)) -eq 0 ] && '
           '[ $((left -= 1)) -ge 0 ]; do sleep 0.05; done; wait; '
           'exit $((4 - heard))')
ERRORS = {
    'prctl': ['EINVAL', 'EPERM'],
    'rt_sigaction': ['EINVAL', 'EFAULT'],
    'mmap': ['ENOMEM', 'EPERM'],
    'ioctl': ['EBADF', 'EIO', 'ENOTTY', 'EPERM'],
    'clone': ['EAGAIN', 'ENOMEM', 'ENOSYS', 'EPERM', 'EINVAL'],
    'waitid': ['EINTR', 'EINVAL', 'ENOSYS'],
    'rt_sigtimedwait': ['EINTR', 'EAGAIN', 'EINVAL'],
    'pidfd_send_signal': ['EPERM', 'ESRCH', 'ENOSYS', 'EINVAL', 'EBADF'],
    'kill': ['EPERM', 'ESRCH', 'EINVAL'],
    'close': ['EBADF', 'EINTR', 'EIO'],
    'ppoll': ['EINTR', 'EINVAL', 'ENOMEM'],
    'write': ['EAGAIN', 'EPIPE', 'EBADF', 'ENOSPC', 'EIO'],
    'openat': ['EMFILE', 'ENOENT', 'EACCES'],
    'close_range': ['ENOSYS', 'EPERM'],
    'chdir': ['EACCES', 'ENOENT', 'EIO'],
    'getdents64': ['EIO'],
    'read': ['EIO'],
    'clock_gettime': ['EINVAL', 'EFAULT'],
}
# What says something, when it fails, has to say it by these.
VOICES = ('ppoll', 'write')
FAILED = {'foster': 125, 'tini': 1, 'dumb-init': 1, 'catatonit': 1}
WORDS = {'foster': ['-vv', '-g1', '-l0.2'], 'tini': ['-vvvs'],
         'dumb-init': ['-v'], 'catatonit': []}


def is_named(error, text):
    return error in text or f'errno {getattr(errno, error)};' in text


def injected(name, call, error, when, folder):
    trace = os.path.join(folder, 'trace')
    status, out, err = run('strace', '-o', trace, '-e', f'trace={call}', '-e',
                           f'inject={call}:error={error}:when={when}',
                           foster(name), *WORDS[name], *PROGRAM, pid1=False,
                           patience=10)
    with open(trace) as file:
        return status, err, 'INJECTED' in file.read()


def sweep(name):
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for call, errors in ERRORS.items():
            for error in errors:
                for when in (1, 2, 3):
                    status, err, hit = injected(name, call, error, when,
                                                folder)
                    if not hit:
                        break
                    tried += 1
                    what = f'{name}: {call} {when}: {error}: {status}, {err!r}'
                    check(status in (3, 4, FAILED[name]), what)
                    # Gone already is no failure.
                    check(status == 3 or call in VOICES or
                          status == 4 and error == 'ESRCH' or
                          is_named(error, err) or
                          call == 'mmap' and 'no memory to share' in err, what)
                    check(status == 3 or error not in ('EINTR', 'EAGAIN') or
                          call == 'clone', what)
    check(tried >= 20, f'only {tried} were hit')


for _name in NAMES:
    def one(name=_name):
        sweep(name)
    one.__name__ = f'every call of {_name}'
    test(one)


# Those between fork and exec. The mask's arguments are constants there too, and
# what gets ENOEXEC is the shell's.
CHILDS = {
    'setpgid': ['EACCES', 'EINVAL', 'EPERM', 'ESRCH', 'ENOSYS'],
    'setsid': ['EPERM', 'ENOSYS'],
    'ioctl': ['EPERM', 'EIO', 'ENOTTY', 'EBADF'],
    'execve': ['E2BIG', 'EACCES', 'EAGAIN', 'EFAULT', 'EINVAL', 'EIO',
               'EISDIR', 'ELIBBAD', 'ELOOP', 'EMFILE', 'ENAMETOOLONG',
               'ENFILE', 'ENOENT', 'ENOMEM', 'ENOTDIR', 'EPERM', 'ETXTBSY'],
}
# Of ENOENT and ENOTDIR, of EACCES and ELOOP, of all others.
NOT_EXECUTED = {'foster': (127, 126, 126), 'tini': (127, 126, 1),
                'dumb-init': (2, 2, 2), 'catatonit': (1, 1, 1)}


def not_executed(name, error):
    return NOT_EXECUTED[name][0 if error in ('ENOENT', 'ENOTDIR') else
                              1 if error in ('EACCES', 'ELOOP') else 2]


@test
def every_call_of_the_child():
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        for name in NAMES:
            tried = set()
            for call, errors in CHILDS.items():
                for error in errors:
                    status, out, err = run(
                        'strace', '-f', '-o', trace, '-e', f'trace={call}',
                        '-e', f'inject={call}:error={error}:when=1',
                        foster(name), '--', '/bin/sh', '-c', 'exit 3',
                        pid1=False, patience=10)
                    with open(trace) as file:
                        if 'INJECTED' not in file.read():
                            break
                    tried.add(call)
                    what = f'{name}: {call}: {error}: {status}, {err!r}'
                    if call == 'execve':
                        equal(status, not_executed(name, error), what)
                        check('/bin/sh: exec: ' in err, what)
                    else:
                        check(status == 3 or (status == FAILED[name] and
                                              is_named(error, err)), what)
            wanted = {'setsid', 'ioctl'} if name == 'dumb-init' else \
                {'setpgid'}
            check(tried >= wanted | {'execve'}, (name, tried))


@test
def every_call_that_is_made_is_tried():
    made = set()
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        for name in NAMES:
            run('strace', '-o', trace, foster(name), *WORDS[name], *PROGRAM,
                pid1=False)
            with open(trace) as file:
                made |= set(re.findall(r'^(\w+)\(', file.read(), re.M))
    known = set(ERRORS) | {
        'execve', 'exit_group', 'rt_sigprocmask', 'arch_prctl',
        'getpid', 'getsid', 'getpgid', 'getppid'}  # can not fail
    equal(made - known, set(), 'calls')


@test
def a_wait_that_fails_is_tried_again():
    """Where no other signal comes that would wake the init up."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        for name in ('foster', 'tini', 'catatonit'):
            status = run('strace', '-o', trace, '-e', 'trace=waitid', '-e',
                         'inject=waitid:error=EINVAL:when=2', foster(name),
                         '--', 'sh', '-c', 'sleep 0.1; exit 3', pid1=False)[0]
            equal(status, 3, name)
            with open(trace) as file:
                check('INJECTED' in file.read(), 'hit')


@test
def an_end_that_another_has_waited_for_is_said():
    """As a debugger may: then the init has no child left, and no status."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        for name in NAMES:
            status, out, err = run(
                'strace', '-o', trace, '-e', 'trace=waitid', '-e',
                'inject=waitid:error=ECHILD', foster(name), '--', 'sleep',
                '0.1', pid1=False)
            check(status == FAILED[name] and 'how is lost' in err,
                  (name, status, err))
        status, out, err = run(
            'strace', '-o', trace, '-e', 'trace=waitid', '-e',
            'inject=waitid:error=ECHILD', foster('foster'), '-r-', '--',
            'sleep', '0.1', pid1=False)
        check(re.search('end="lost" .* status=125 pid=[1-9]', err), err)


@test
def no_shared_page():
    """A file of the other inits' kind: nothing was started."""
    with tempfile.TemporaryDirectory() as folder:
        status, err, hit = injected('foster', 'mmap', 'ENOMEM', 1, folder)
        check(hit and status == 125 and 'nothing is started' in err, err)


@test
def SIGCHLD_that_stays_ignored_is_a_failure():
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        for name in NAMES:
            status, out, err = run(
                'strace', '-o', trace, '-e', 'trace=rt_sigaction', '-e',
                'inject=rt_sigaction:error=EINVAL', foster(name), '--', 'true',
                pid1=False,
                start=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
            check(status == FAILED[name] and 'SIGCHLD' in err,
                  (name, status, err))


main()
