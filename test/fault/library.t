#!/usr/bin/env python3
"""Every system call of a spawn refused, in each way and tier.

Each run must end as the driver says "ok": all children yielded, or refused with
the errno that was injected and no other, the same descriptors open as before,
and no child left.
FAULT_ALL=1: every errno at every place, and more at random.

library.t [KIND] [TIER]: only these.
"""
import collections
import errno
import os
import subprocess
import sys
import tempfile
import threading
import zlib

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
    'syscall', 'mmap', 'fork', 'clone', 'pipe2', 'execve', 'fstat', 'madvise',
    'pthread_atfork')]
# The driver's own, and what its libc asks for at its start.
DRIVERS = {
    'statx': 'its looks at its descriptors',
    'dup3': 'it puts its output elsewhere',
    'poll': 'its wait for the end',
    'wait4': 'its last look for a child',
    'writev': 'its last word',
    'sched_yield': "sharing.c's, until the memory is left",
    'prlimit64': "glibc's start",
}
LACKS = ('ENOSYS', 'EPERM', 'EINVAL', 'EOPNOTSUPP')
# What may be refused and leave all as it should be, and why. Whatever is not
# here has to come back as the errno that was injected.
MAY_BE_FINE = (
    ('munmap', None, 'a page is lost, nothing else'),
    ('madvise', None, 'the next fork copies more'),
    ('fstat', None, 'a pipe without its inode is not compared'),
    ('newfstatat', None, "glibc's fstat"),
    ('write', None, 'the end of the pipe says the same'),
    ('fcntl', None, 'then it stays one of 0 to 2'),
    ('pidfd_open', None, 'the first only looks; the pipe tier'),
    ('waitid', None, 'by pid in place of by descriptor; or another look'),
    ('clone', LACKS, 'the pipe tier'),
)
# After the report: the word that tells a fork's child, else its pid does.
WORD = ('mmap', 2)
# How often it is called depends on when a signal comes.
VARIES = ('waitid',)
RANDOM_ERRORS = 'EAGAIN EMFILE ENFILE ENOMEM EBUSY EIO EPERM EINVAL EINTR'
tap = sweep.Tap()
total = collections.Counter()


def build(tmp, kind):
    # matrix.sh wants: src, O, tmp
    env = dict(os.environ, src=SOURCE, tmp=tmp)
    by = 'shared' if kind == 'musl-share' else 'hosted'
    subprocess.run(
        ['sh', '-c', BUILD, 'sh', SOURCE, by, kind, *KINDS[kind], '--',
         f'{HERE}/driver.c'], env=env, check=True)
    subprocess.run(
        ['sh', '-c', BUILD, 'sh', SOURCE, by, kind + '-random', *KINDS[kind],
         *WRAPPED, '--', f'{HERE}/driver.c', f'{HERE}/random.c'],
        env=env, check=True)


def judge(code, said):
    """fine, refused, or what is wrong."""
    last = said.strip().splitlines()[-1:] or ['']
    words = last[0].split()
    if code != 0 or words[:1] != ['ok']:
        return f'status {code}: {said.strip()}'
    return 'fine' if words[3] == '0' else 'refused'


def numbers(errors):
    return ','.join(str(getattr(errno, error)) for error in errors.split())


class Subject:
    """One build in one tier."""

    def __init__(self, tmp, kind, tier, **environment):
        self.kind, self.tier = kind, tier
        self.name = f'{kind}, {tier}'
        self.program = f'{tmp}/{kind}'
        self.tmp = tmp
        self.environment = dict(os.environ, REAP_TIER=tier, TRUE=f'{tmp}/true',
                                **environment)

    def plain(self):
        """How often it makes each call."""
        trace = f'{self.tmp}/trace'
        code, said = sweep.run(['strace', '-qq', '-o', trace, self.program],
                               env=self.environment)
        tap.ok(judge(code, said) == 'fine', f'{self.name}: as it is', said)
        return sweep.occurrences(trace)

    def inject(self, calls, error, when):
        """(verdict, how often it was injected)"""
        trace = f'{self.tmp}/trace-{threading.get_ident()}'
        code, said = sweep.run(
            ['strace', '-qq', '-o', trace, '-e', 'trace=' + calls, '-e',
             sweep.expression(calls, error, when), self.program],
            env=dict(self.environment, REFUSED=numbers(error)))
        return judge(code, said), sweep.injected(trace)

    def may_be_fine(self, call, error):
        return any(call == name and (errors is None or error in errors)
                   for name, errors, _ in MAY_BE_FINE)

    def wrong(self, calls, error, when, allowed):
        """What is wrong with this fault, and how it ended."""
        verdict, count = self.inject(calls, error, when)
        if not count and calls in VARIES:
            return '', 'not met'
        if verdict not in allowed or not count:
            return f'{calls} {error} {when}: {verdict}, {count} injected', \
                'wrong'
        return '', verdict

    def sweep(self, faults, title):
        """Each fault: (calls, errno, place, the verdicts that may be)."""
        found = list(sweep.at_once(lambda fault: self.wrong(*fault), faults))
        verdicts = collections.Counter(verdict for _, verdict in found)
        total.update(verdicts)
        bad = [why for why, _ in found if why]
        tap.ok(faults and not bad, f'{self.name}: {title}: '
               f'{verdicts["fine"] + verdicts["refused"]} injected, '
               f'{verdicts["fine"]} fine, {verdicts["refused"]} refused',
               '\n'.join(bad))

    def one_by_one(self, counts):
        faults = []
        for call, count in sorted(counts.items()):
            if call in DRIVERS or call not in sweep.ERRORS:
                continue
            for error, place in sweep.pairs(call, range(1, count + 1)):
                allowed = ['refused']
                if (call, place) == WORD:
                    allowed = ['fine']
                elif self.may_be_fine(call, error):
                    allowed.append('fine')
                faults.append((call, error, place, allowed))
        self.sweep(faults, 'each call')

    def bursts(self):
        either = ['fine', 'refused']
        faults = [(calls, error, f'1..{length}', either)
                  for calls, error in ((sweep.FORKS, 'EAGAIN'),
                                       ('pipe2', 'EMFILE'), ('mmap', 'ENOMEM'),
                                       ('pidfd_open', 'ENFILE'),
                                       ('waitid', 'EINVAL'))
                  for length in (2, 5)
                  if calls != 'pidfd_open' or self.tier == 'pidfd']
        if self.tier == 'pidfd':
            faults += [('pidfd_open', error, '1+', ['fine']) for error in LACKS]
        for call, older in sweep.OLDER.items():
            if call == 'pipe2' and self.kind != 'glibc':
                faults += [(call, 'ENOSYS', '1+', ['fine']),
                           (f'{call},{older}', 'ENOSYS', '1+', ['refused'])]
        self.sweep(faults, 'the first few, and for ever')

    def at_random(self, rounds, seed):
        """One call in a hundred; then no slot is missing."""
        code, said = sweep.run(
            [self.program + '-random', str(rounds)], seconds=600, env=dict(
                self.environment, RANDOM_FAULTS='100', RANDOM_SEED=str(seed),
                REFUSED=numbers(RANDOM_ERRORS)))
        words = said.split()
        lines = dict(zip(words[::2], words[1::2]))
        done = int(lines.get('ok', 0)) + int(lines.get('refused', 0))
        least = rounds // 25
        tap.ok(code == 0 and done >= 4 * rounds and
               'slots 4096 of' in said and
               least < int(lines['injected']) and least < int(lines['refused']),
               f'{self.name}: one call in a hundred over {4 * rounds} spawns: '
               f'{lines.get("asked")} calls, {lines.get("injected")} refused, '
               f'{lines.get("refused")} times said, seed {seed}', said)


def closed(tmp, kind, tier):
    """With none of 0 to 2 the library moves its own above."""
    bare = Subject(tmp, kind, tier, CLOSED='1')
    bare.name += ', 0 to 2 closed'
    places = range(1, bare.plain()['fcntl'] + 1)
    bare.sweep([('fcntl', error, place, ['fine'])
                for error, place in sweep.pairs('fcntl', places)], 'fcntl')


CHOSEN = [(kind, tier) for kind, tier in (
    ('musl', 'pidfd'), ('musl', 'pipe'), ('musl-share', 'pidfd'),
    ('glibc', 'pidfd'), ('musl-vfork', 'pidfd'), ('musl-vfork', 'pipe'),
    ('musl-share', 'pipe')) if {*sys.argv[1:]} <= {kind, tier}]
with tempfile.TemporaryDirectory() as tmp:
    subprocess.run(['musl-gcc', '-static', '-o', f'{tmp}/true', '-xc', '-'],
                   input='int main(void) { return 0; }', text=True, check=True)
    list(sweep.at_once(lambda kind: build(tmp, kind),
                       {kind for kind, _ in CHOSEN}))
    for kind, tier in CHOSEN:
        subject = Subject(tmp, kind, tier)
        counts = subject.plain()
        missing = sweep.unknown(counts, DRIVERS)
        tap.ok(not missing and len(counts) > 10,
               f'{subject.name}: {len(counts)} system calls, each refused or '
               'named with the reason', f'neither: {missing}')
        subject.one_by_one(counts)
        subject.bursts()
        closed(tmp, kind, tier)
        # Another seed each; SEED: one for all, with what it once found.
        seed = int(os.environ.get('SEED') or zlib.crc32(subject.name.encode()))
        for more in range(5 if sweep.EVERY else 1):
            subject.at_random(2500 if sweep.EVERY or kind == 'musl' else 500,
                              seed + more)
print('# ' + ', '.join(f'{count} {verdict}'
                       for verdict, count in sorted(total.items())))
tap.done()
