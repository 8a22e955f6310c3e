#!/usr/bin/env python3
"""Every system call of a spawn refused, in each way and tier.

Each run must end as the driver says "ok": all children yielded or refused with
an errno, the same descriptors open as before, and no child left.
"""
import collections
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sweep

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, '..', '..'))
BUILD = '. "$1/test/reap/matrix.sh"; shift; "$@"'
KINDS = {
    'musl': ['musl-gcc', '-O2', '-static'],
    'glibc': ['gcc', '-O2', '-static'],
    'musl-vfork': ['musl-gcc', '-O2', '-static', '-DCONFIG_REAP_WAY_VFORK=1'],
    'musl-share': ['musl-gcc', '-O2', '-static'],
}
WRAPPED = [f'-Wl,--wrap={name}' for name in (
    'syscall', 'mmap', 'fork', 'clone', 'pipe2', 'execve')]
tap = sweep.Tap()
environment = dict(os.environ)


def build(tmp, kind):
    # matrix.sh wants: src, O, tmp
    env = dict(os.environ, src=SOURCE, tmp=tmp)
    for name, files in ((kind, ['driver.c']),
                        (kind + '-random', WRAPPED + ['driver.c', 'random.c'])):
        by = 'shared' if kind == 'musl-share' else 'hosted'
        subprocess.run(['sh', '-c', BUILD, 'sh', SOURCE, by, name, *KINDS[kind],
                        *[f for f in files if f.startswith('-')], '--',
                        *[f'{HERE}/{f}' for f in files if f.endswith('.c')]],
                       env=env, check=True)


def judge(code, said):
    """ok, refused, or what is wrong."""
    last = said.strip().splitlines()[-1:] or ['']
    words = last[0].split()
    if code != 0 or words[:1] != ['ok']:
        return f'status {code}: {said.strip()}'
    return 'fine' if words[3] == '0' else 'refused'


# The driver's own: its looks at its descriptors and for a child that is left,
# its last word and what its libc asks for that.
DRIVERS = {
    'fcntl': 'its looks at its descriptors; the library has none with 0 to 2'
             ' open',
    'wait4': 'its last look for a child',
    'writev': "its last word, by musl's stdio",
    'sched_yield': "sharing.c's, until the memory is left",
    'ioctl': "the same: musl's stdio asks whether it is a terminal",
}


def last(kind, call, count):
    """The last occurrence to refuse; glibc writes the driver's last word."""
    return count - (call == 'write' and kind == 'glibc')


def one_by_one(kind, tier, program, tmp):
    trace = f'{tmp}/trace'
    code, said = sweep.run(['strace', '-qq', '-o', trace, program],
                           env=environment)
    tap.ok(judge(code, said) == 'fine', f'{kind}, {tier}: as it is', said)
    verdicts = collections.Counter()
    bad = []
    counts = sweep.occurrences(trace)
    missing = sweep.unknown(counts, DRIVERS)
    tap.ok(not missing and len(counts) > 10,
           f'{kind}, {tier}: {len(counts)} system calls, each refused or named'
           ' with the reason', f'neither: {missing}')
    for call, count in sorted(counts.items()):
        for error in [] if call in DRIVERS else sweep.ERRORS.get(call, []):
            for when in range(1, last(kind, call, count) + 1):
                inject = sweep.expression(call, error, when)
                code, said = sweep.run(
                    sweep.strace(inject) + [program], env=environment)
                verdict = judge(code, said)
                verdicts[verdict if verdict in ('fine', 'refused')
                         else 'wrong'] += 1
                if verdict not in ('fine', 'refused'):
                    bad.append(f'{inject}: {verdict}')
    tap.ok(not bad, f'{kind}, {tier}: {sum(verdicts.values())} injected, '
           f'{verdicts["fine"]} fine, {verdicts["refused"]} refused',
           '\n'.join(bad))


def bursts(kind, tier, program):
    bad = []
    for call, error in (('fork', 'EAGAIN'), ('pipe2', 'EMFILE'),
                        ('mmap', 'ENOMEM'), ('pidfd_open', 'ENFILE')):
        for length in (2, 5):
            inject = sweep.expression(call, error, f'1..{length}')
            code, said = sweep.run(sweep.strace(inject) + [program],
                                   env=environment)
            verdict = judge(code, said)
            if verdict not in ('fine', 'refused'):
                bad.append(f'{inject}: {verdict}')
    tap.ok(not bad, f'{kind}, {tier}: the first few refused',
           '\n'.join(bad))
    bad = []
    for error in ('ENOSYS', 'EPERM', 'EINVAL', 'EOPNOTSUPP'):
        inject = sweep.expression('pidfd_open', error, '1+')
        code, said = sweep.run(sweep.strace(inject) + [program],
                               env=environment)
        if judge(code, said) != 'fine':
            bad.append(f'{inject}: {judge(code, said)}')
    tap.ok(not bad, f'{kind}, {tier}: a kernel without pidfd', '\n'.join(bad))


def at_random(kind, tier, program):
    """One call in a hundred, over 10,000 spawns; then no slot is missing."""
    code, said = sweep.run(
        [program + '-random', '2500'], seconds=600, env=dict(
            environment, RANDOM_FAULTS='100',
            RANDOM_SEED=os.environ.get('SEED', '2463534242')))
    lines = dict(zip(said.split()[::2], said.split()[1::2]))
    total = int(lines.get('ok', 0)) + int(lines.get('refused', 0))
    tap.ok(code == 0 and total == 10000 and 'slots 4096 of' in said and
           100 < int(lines['injected']) and 100 < int(lines['refused']),
           f'{kind}, {tier}: one call in a hundred over 10,000 spawns: '
           f'{lines.get("asked")} calls, {lines.get("injected")} refused, '
           f'{lines.get("refused")} spawns refused, the others fine', said)


with tempfile.TemporaryDirectory() as tmp:
    subprocess.run(['musl-gcc', '-static', '-o', f'{tmp}/true', '-xc', '-'],
                   input='int main(void) { return 0; }', text=True, check=True)
    environment['TRUE'] = f'{tmp}/true'
    for kind, tiers in (('musl', ('pidfd', 'pipe')), ('glibc', ('pidfd',)),
                        ('musl-vfork', ('pidfd', 'pipe')),
                        ('musl-share', ('pidfd', 'pipe'))):
        build(tmp, kind)
        for tier in tiers:
            environment['REAP_TIER'] = tier
            one_by_one(kind, tier, f'{tmp}/{kind}', tmp)
            bursts(kind, tier, f'{tmp}/{kind}')
            at_random(kind, tier, f'{tmp}/{kind}')
tap.done()
