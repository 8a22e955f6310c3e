#!/usr/bin/env python3
"""Kernels without pidfd, or with half of it: the library, and foster as PID 1.

What a kernel lacks is refused by a seccomp filter (refuse.c), as a container's
runtime does it, so that libc and all threads see it too. One that knows no
CLONE_PIDFD ignores it (before 5.2): there a tracer takes the flag away.
"""
import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, '..', '..'))
sys.path.insert(0, os.path.join(HERE, '..', 'ns'))
from harness import (FOSTER, Machine, POWERED_OFF, check, descriptors, equal,
                     main, test, wait_until)
from tracee import Tracee

CLONE_PIDFD = 0x1000
CLONE = {'x86_64': 56, 'aarch64': 220}[os.uname().machine]
LACKS = ('ENOSYS', 'EINVAL', 'EPERM', 'E2BIG', 'EOPNOTSUPP')
TMP = tempfile.mkdtemp(prefix='foster-kernels-')
REFUSE = os.path.join(TMP, 'refuse')
BUILD = '. "$1/test/reap/matrix.sh"; shift; "$@"'


def rules(**refused):
    return [f'{call}=' + ('ignored' if name == 'ignored' else
                          str(getattr(errno, name)))
            for call, name in refused.items()]


NO_5_9 = {'close_range': 'ENOSYS', 'clone3': 'ENOSYS'}
NO_5_4 = dict(NO_5_9, waitid_pidfd='EINVAL')
NO_5_3 = dict(NO_5_4, pidfd_open='ENOSYS')
NO_5_1 = dict(NO_5_3, pidfd_send_signal='ENOSYS')
# name: the tier that is left, what is refused
KERNELS = {
    'before 5.1': ('pipe', dict(NO_5_1, clone_pidfd='ignored')),
    'before 5.1, by a filter': ('pipe', dict(NO_5_1, clone_pidfd='EINVAL')),
    '5.2': ('pipe', NO_5_3),
    '5.3': ('pidfd', NO_5_4),
    'before 5.9': ('pidfd', NO_5_9),
    'the flag ignored, pidfd_open there': ('pipe', {'clone_pidfd': 'ignored'}),
    'no signal by pidfd': ('pidfd', {'pidfd_send_signal': 'ENOSYS'}),
    'no signal by pidfd, by a filter': ('pidfd',
                                        {'pidfd_send_signal': 'EPERM'}),
}
FILTERS = dict([(f'pidfd_open: {name}', ('pipe', {'pidfd_open': name}))
                for name in LACKS] +
               # fork is libc's, and then pidfd_open serves.
               [(f'the flag: {name}', ('pipe', {'clone_pidfd': name}))
                for name in LACKS] +
               # Refused, these take another way in the same tier.
               [(f'{call}: {name}', ('pidfd', {call: name})) for name in LACKS
                for call in ('waitid_pidfd', 'clone3', 'close_range',
                             'pidfd_send_signal')])

# A child that has no pidfd, and finds no room for one, gets a pipe; it is
# neither killed nor started twice.
LATE_PIPE = {'the flag ignored, no room for a pidfd': (
    'pipe', {'clone_pidfd': 'ignored', 'pidfd_open': 'EMFILE'})}
BY_TIER = {name: KERNELS[name] for name in (
    'before 5.1', 'the flag ignored, pidfd_open there')}


MUSL = ('musl-gcc', '-O2', '-static')


def build(kind, *compiler, by='hosted'):
    """Once for all tests that use it, in whichever process."""
    program = os.path.join(TMP, kind)
    with open(program + '.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(program):
            subprocess.run(
                ['sh', '-c', BUILD, 'sh', SOURCE, by, kind, *compiler,
                 '-DCONFIG_REAP_FEW_SLOTS=1', '--',
                 *(f'{HERE}/{name}.c' for name in
                   ('harness', 'library', 'errors'))],
                check=True, env=dict(
                    os.environ, src=SOURCE, tmp=TMP,
                    O=os.path.dirname(os.path.abspath(FOSTER))))
    return program


def run_library(program, cases, *only):
    wrong = []
    for name, (tier, refused) in cases.items():
        done = subprocess.run(
            ['timeout', '-s', 'KILL', '600', 'unshare', '--fork', '--pid',
             '--mount-proc', '--kill-child', REFUSE, *rules(**refused), '--',
             program, *only], text=True, capture_output=True,
            env=dict(os.environ, EXPECT_TIER=tier))
        said = done.stdout + done.stderr
        if done.returncode or 'not ok' in said or '\nok ' not in '\n' + said:
            wrong.append(f'{name}: {done.returncode}\n' + '\n'.join(
                line for line in said.split('\n')
                if not line.startswith('ok')))
    check(not wrong, '\n'.join(wrong))


@test
def the_library_on_old_kernels():
    run_library(build('musl', *MUSL), KERNELS)


@test
def what_no_other_kernel_needs():
    musl = build('musl', *MUSL)
    run_library(musl, LATE_PIPE, 'exit code', "the host's handler",
                'started once')
    run_library(musl, {'before 5.9': KERNELS['before 5.9']}, 'above a lowered')


@test
def the_library_behind_filters():
    # musl: glibc's pthread_create(3) gives up where clone3 says EPERM.
    run_library(build('musl', *MUSL), FILTERS, "the host's handler", 'yield',
                'fork', 'group', 'step')
    run_library(build('glibc', 'gcc', '-O2'),
                {name: FILTERS[name] for name in ('pidfd_open: EPERM',
                                                  'the flag: EINVAL',
                                                  'waitid_pidfd: EPERM')})


@test
def the_library_by_vfork_on_old_kernels():
    way = build('vfork', *MUSL, '-DCONFIG_REAP_WAY_VFORK=1')
    run_library(way, BY_TIER)


@test
def the_library_in_shared_memory_on_old_kernels():
    run_library(build('share', *MUSL, by='shared'), BY_TIER)


TABLE = '''::sysinit:echo sysinit >>/tmp/done
::wait:echo wait >>/tmp/done
::once:echo once >>/tmp/done
:name=steady:respawn:sh -c "echo steady >>/tmp/done; exec sleep 1000"
::shutdown:echo shutdown >>/tmp/done
'''
GOES = (':name=goes:respawn:sh -c "trap \'echo asked >>/tmp/done; exit 0\' TERM;'
        ' echo goes >>/tmp/done; while :; do sleep 0.05; done"\n')


def life(machine, has_pidfd, wait):
    """Boot, crash, respawn, reload with a service gone, power-off."""
    for word in ('sysinit', 'wait', 'once', 'steady', 'goes'):
        wait(lambda: word in machine.lines('done'), word)

    def pidfds():
        return sum('pidfd' in link for link in descriptors(machine.init()))
    # The once line's goes with it, some time after its echo.
    wait(lambda: pidfds() == 2 * has_pidfd, 'a descriptor for each child')

    wait(lambda: machine.running('sleep'), 'its exec')
    os.kill(machine.running('sleep')[0], signal.SIGKILL)
    wait(lambda: machine.lines('done').count('steady') == 2, 'the respawn')
    machine.write_inittab(TABLE)
    machine.signal(signal.SIGHUP)
    wait(lambda: 'asked' in machine.lines('done'), 'the end of what goes')
    wait(lambda: len(machine.children()) == 1, 'one child left')
    # A descriptor that was never given is never closed.
    for number in range(3):
        check(os.path.lexists(f'/proc/{machine.init()}/fd/{number}'), f'no {number} left')
    machine.signal(signal.SIGUSR2)


def boot(refused, has_pidfd):
    with Machine(TABLE + GOES, run_as='/bin/refuse ' +
                 ' '.join(rules(**refused)) + ' --',
                 files={'/bin/refuse': open(REFUSE, 'rb').read()}) as machine:
        def wait(condition, what):
            wait_until(lambda: condition() or not machine._alive(), what)
        life(machine, has_pidfd, wait)
        equal(machine.wait_end(), POWERED_OFF, 'end')
        equal(machine.lines('done')[-1], 'shutdown', 'last')


@test
def PID_1_on_old_kernels():
    for name in ('5.2', '5.3', 'before 5.9'):
        boot(KERNELS[name][1], True)
    boot(KERNELS['before 5.1, by a filter'][1], False)


@test
def PID_1_behind_filters():
    for name in LACKS:
        boot({'clone_pidfd': name}, False)
        boot({'pidfd_send_signal': name, 'close_range': name}, True)


@test
def PID_1_on_a_kernel_that_ignores_the_flag():
    # Its tracer takes the flag away; the rest is refused as before 5.1.
    with Machine(TABLE + GOES, gate=True, argv='/bin/start', files={
            '/bin/refuse': open(REFUSE, 'rb').read(),
            '/bin/start': '#!/bin/sh\nexec /bin/refuse ' +
            ' '.join(rules(**NO_5_1)) + ' -- /sbin/init\n'}) as machine:
        with Tracee(machine.wait_gate()) as tracee:
            machine.open_gate()
            tracee.run_to_exec(3)
            cleared = 0

            def wait(condition, what):
                nonlocal cleared
                end = time.monotonic() + 30
                while not condition():
                    check(time.monotonic() < end, f'not within 30 s: {what}')
                    if tracee.next_call(time.monotonic() + 0.02) == CLONE:
                        cleared += bool(
                            tracee.clear_in_first_argument(CLONE_PIDFD))
            life(machine, False, wait)
            # Not for the lines that it waits for.
            check(cleared >= 4, f'{cleared} times asked for a pidfd')
            tracee.release()
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_container_on_old_kernels():
    folder = os.path.join(TMP, 'container')
    for goal in 'container_defconfig', 'all':
        subprocess.run(['make', '-s', '-C', SOURCE, f'O={folder}', goal],
                       check=True, stdout=subprocess.DEVNULL, env={
                           name: value for name, value in os.environ.items()
                           if name in ('PATH', 'HOME', 'TMPDIR')})
    for refused in (KERNELS['before 5.1, by a filter'][1], {},
                    {'clone_pidfd': 'EPERM'}, {'clone_pidfd': 'ENOSYS'}):
        done = subprocess.run(
            ['unshare', '--fork', '--pid', '--kill-child', REFUSE,
             *rules(**refused), '--', f'{folder}/foster', 'sh', '-c',
             '(exit 3) & exit 7'],
            text=True, capture_output=True, timeout=30)
        equal(done.returncode, 7, done.stdout + done.stderr)


try:
    subprocess.run(['gcc', '-O1', '-static', '-o', REFUSE,
                    f'{HERE}/refuse.c'], check=True)
    main(jobs=2)
finally:
    shutil.rmtree(TMP)
