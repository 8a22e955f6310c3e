"""Refuses one system call after the other of a program, and judges each run.

Only the process under test is traced (strace without -f), so that what its
children do stays as it is. The calls that can be refused are those that a plain
trace shows; each is refused at each of its occurrences, with each errno that
its man page gives and that a kernel short of something answers.
"""
import collections
import os
import re
import subprocess
import sys

SHORT = ['EAGAIN', 'ENOMEM']
FORKS = 'fork,vfork,clone,clone3'
# waitid's EINTR is not among them: with WNOHANG there is none.
# Injected together: musl and glibc take one or the other.
TOGETHER = {name: FORKS for name in FORKS.split(',')}
ERRORS = {
    'fork': SHORT + ['ENOSYS', 'EPERM', 'EINVAL'],
    'mmap': ['ENOMEM'],
    'pipe2': ['EMFILE', 'ENFILE'],
    'pidfd_open': ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSYS', 'EPERM', 'EINVAL'],
    'poll': ['EINTR'],
    'munmap': ['ENOMEM'],
    'waitid': ['EINVAL'],  # P_PIDFD before 5.4
    'openat': ['EMFILE', 'ENFILE', 'ENOENT', 'EACCES', 'ENOMEM', 'ENODEV'],
    'open': ['EMFILE', 'ENFILE', 'ENOENT', 'EACCES', 'ENOMEM', 'ENODEV'],
    'read': ['EIO', 'EINTR'],
    'write': ['EIO', 'EAGAIN', 'ENOMEM'],
    'newfstatat': ['ENOENT', 'EACCES'],
    'fstat': ['ENOMEM'],
    'mount': ['EPERM', 'EBUSY', 'ENODEV', 'ENOMEM'],
    'mkdirat': ['EROFS', 'ENOSPC'],
    'mkdir': ['EROFS', 'ENOSPC'],
    'umount2': ['EBUSY', 'EPERM'],
    'ioctl': ['EIO', 'ENOTTY', 'EPERM'],
    'fcntl': ['EMFILE'],
    'dup2': ['EBUSY', 'EMFILE'],
    'dup3': ['EBUSY', 'EMFILE'],
    'rt_sigtimedwait': ['EINTR'],
    'ppoll': ['EINTR', 'ENOMEM', 'EINVAL'],
    'signalfd4': ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSYS'],
    'kill': ['EPERM', 'ESRCH'],
    'pidfd_send_signal': ['EPERM', 'ESRCH', 'ENOSYS'],
    'prlimit64': ['EPERM'],
    'sysinfo': ['ENOSYS'],
    'sync': ['ENOSYS'],
    'reboot': ['EPERM', 'EINVAL'],
    'setsid': ['EPERM'],
    'chdir': ['EACCES', 'ENOENT'],
    'statfs': ['EIO'],
    'fstatfs': ['EIO', 'ENOSYS'],
    'statx': ['ENOENT', 'EACCES', 'ENOSYS'],
    'madvise': ['ENOMEM', 'EAGAIN'],
}
# Each call that a trace shows is in one of these two: see unknown().
ARGUMENTS = 'fails for a wrong argument alone, and has none: its man page'
START = "libc's, before main: what it does then is libc's"
NOT_REFUSED = {
    'close': 'a close that fails has closed, which strace can only leave out:'
             ' close.t',
    'brk': 'glibc itself crashes before main when it is refused',
    'execve': 'of the program under test itself',
    'exit_group': 'never returns: _exit(2)',
    'exit': 'never returns: _exit(2)',
    'getpid': 'never fails: getpid(2)',
    'gettid': 'never fails: gettid(2)',
    'umask': 'never fails: umask(2)',
    'rt_sigreturn': 'never returns: sigreturn(2)',
    'restart_syscall': 'is the call that it takes up again',
    'rt_sigaction': ARGUMENTS,
    'rt_sigprocmask': ARGUMENTS,
    'clock_gettime': ARGUMENTS,
    'arch_prctl': START,
    'set_tid_address': START,
    'set_robust_list': START,
    'rseq': START,
    'getrandom': START,
    'mprotect': START,
    'readlink': START,
    'readlinkat': START,
}


def unknown(counts, *more):
    """What a plain trace has and the sweep neither refuses nor names with the
    reason: a call that somebody adds is not left out in silence."""
    known = set(ERRORS) | set(TOGETHER) | set(NOT_REFUSED)
    return sorted(set(counts) - known.union(*more))


def occurrences(trace):
    """How often each call was made, forks counted as one."""
    count = collections.Counter()
    for line in open(trace):
        match = re.match(r'(?:\d+ +)?([a-z_0-9]+)\(', line)
        if match:
            name = match.group(1)
            count['fork' if name in TOGETHER else name] += 1
    return count


def expression(call, error, when):
    names = FORKS if call == 'fork' else call
    return f'inject={names}:error={error}:when={when}'


def strace(*expressions):
    """The words that come before the program under test."""
    words = ['strace', '-qq', '-o', os.environ.get('SWEEP_TRACE', '/dev/null')]
    for one in expressions:
        words += ['-e', one]
    return words


def run(words, seconds=20, **more):
    try:
        done = subprocess.run(words, text=True, capture_output=True,
                              timeout=seconds, **more)
    except subprocess.TimeoutExpired:
        return None, 'hung'
    return done.returncode, done.stdout + done.stderr


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = False

    def ok(self, holds, name, why=''):
        self.count += 1
        print(('' if holds else 'not ') + f'ok {self.count} - {name}',
              flush=True)
        if not holds:
            self.failed = True
            for line in str(why).splitlines()[-20:]:
                print(f'# {line}', file=sys.stderr)

    def done(self):
        print(f'1..{self.count}')
        raise SystemExit(self.failed)
