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
from concurrent.futures import ThreadPoolExecutor

# The errnos that a man page or a kernel short of something gives; what stands
# between two bars is treated alike: see pairs().
ERRORS = {
    'fork': 'EAGAIN ENOMEM | ENOSYS EPERM EINVAL',
    'clone': 'EAGAIN ENOMEM | ENOSYS EPERM EINVAL',
    'mmap': 'ENOMEM',
    'pipe2': 'EMFILE ENFILE',
    'pidfd_open': 'EMFILE ENFILE ENOMEM | ENOSYS EPERM EINVAL EOPNOTSUPP',
    'munmap': 'ENOMEM',
    'madvise': 'ENOMEM EAGAIN',
    # With WNOHANG nothing sleeps, so EINTR is a filter's here, as are ENOSYS
    # and EPERM; EINVAL is P_PIDFD's before Linux 5.4.
    'waitid': 'EINVAL ENOSYS EPERM | EINTR',
    'openat': 'EMFILE ENFILE ENOMEM EIO EINTR | ENOENT EACCES ENODEV ENXIO',
    'read': 'EIO | EINTR EAGAIN',
    'write': 'EIO ENOSPC EPIPE ENOMEM | EAGAIN EINTR',
    'fstat': 'ENOMEM EIO',
    'newfstatat': 'ENOMEM EACCES',
    'fcntl': 'EMFILE EINVAL',
    'mount': 'EPERM ENODEV ENOMEM | EBUSY',
    'mkdirat': 'EROFS ENOSPC',
    'mkdir': 'EROFS ENOSPC',
    'umount2': 'EBUSY EPERM',
    'unlinkat': 'EBUSY ENOENT',
    'getdents64': 'ENOENT',
    'ioctl': 'EIO ENOTTY EPERM',
    'dup3': 'EMFILE EINTR | EBUSY',
    'rt_sigtimedwait': 'EINTR EAGAIN',
    'ppoll': 'EINTR ENOMEM EINVAL',
    'signalfd4': 'EMFILE ENFILE ENOMEM ENODEV | ENOSYS',
    'kill': 'EPERM ESRCH',
    'pidfd_send_signal': 'EPERM ENOSYS EINVAL | ESRCH',
    'sysinfo': 'ENOSYS',
    'reboot': 'EPERM EINVAL',
    'setsid': 'EPERM',
    'chdir': 'EACCES ENOENT',
    'statfs': 'EIO',
    'fstatfs': 'EIO ENOSYS',
    'statx': 'ENOENT EACCES ENOSYS',
}
# What musl (1.2.3 and 1.2.5: pipe2.c, signalfd.c) asks for in place of a call
# that the kernel does not have. Its ppoll, sigtimedwait and clock_gettime have
# two forms where words have 32 bits, and there take the older one first; of
# fork and clone it has one each.
OLDER = {'pipe2': 'pipe', 'signalfd4': 'signalfd'}
EVERY = bool(os.environ.get('FAULT_ALL'))
JOBS = min(2, len(os.sched_getaffinity(0)))
FORKS = 'fork,vfork,clone,clone3'
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
    'rt_sigpending': ARGUMENTS,
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
    known = set(ERRORS) | set(NOT_REFUSED)
    return sorted(set(counts) - known.union(*more))


def occurrences(trace):
    """How often each call was made. strace counts each name by itself."""
    with open(trace) as lines:
        return collections.Counter(
            match.group(1) for match in
            (re.match(r'([a-z_0-9]+)\(', line) for line in lines) if match)


def pairs(call, places):
    """Which errno at which of its places: one of each kind at each, and at the
    first and the last all of them. FAULT_ALL=1: all at each."""
    for place in places:
        for kind in ERRORS[call].split('|'):
            errors = kind.split()
            every = EVERY or place in (places[0], places[-1])
            for error in errors if every else errors[:1]:
                yield error, place


def expression(calls, error, when):
    return f'inject={calls}:error={error}:when={when}'


def injected(trace):
    """How often a call was refused."""
    with open(trace) as lines:
        return lines.read().count(' (INJECTED)\n')


def run(words, seconds=20, **more):
    try:
        done = subprocess.run(words, text=True, capture_output=True,
                              timeout=seconds, **more)
    except subprocess.TimeoutExpired:
        return None, 'hung'
    return done.returncode, done.stdout + done.stderr


def at_once(function, these):
    """As map(), a few at a time: a run waits for much of its time."""
    with ThreadPoolExecutor(JOBS) as pool:
        yield from pool.map(function, these)


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
