#!/usr/bin/env python3
"""foster as a container's init beside Debian's, and beside a bare loop: size,
memory, system calls, CPU time an orphan, time to forward and to leave, idle
wake-ups."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ORPHANS = int(os.environ.get('ORPHANS', 100000))
SIGNALS = int(os.environ.get('SIGNALS', 5000))
IDLE = float(os.environ.get('IDLE', 10))
ROUNDS = int(os.environ.get('ROUNDS', 3))
EXITS = int(os.environ.get('EXITS', 200))
# Of signals and ends: short, and many, as other work spoils a p99.
SHORT_ROUNDS = int(os.environ.get('SHORT_ROUNDS', 15))
# One CPU, and before all other work there: else times are those of waking
# another CPU, and of what else the machine does.
ALONE = ['taskset', '-c', str(max(os.sched_getaffinity(0))), 'chrt', '-f', '1']


def build(folder):
    environment = dict(os.environ, O=os.environ.get('O', folder))
    links = subprocess.run(
        [f'{HERE}/../container/build'], check=True, env=environment,
        stdout=subprocess.PIPE, text=True).stdout.strip()
    for name, compiler in (('bare', 'musl-gcc'), ('load', 'gcc')):
        subprocess.run([compiler, '-O2', '-static', '-s', '-o',
                        f'{folder}/{name}', f'{HERE}/container/{name}.c'],
                       check=True)
    return links


class Init:
    """One init as PID 1, with load as its program."""

    def __init__(self, init, *words, before=()):
        self.process = subprocess.Popen(
            [*before, 'unshare', '--fork', '--pid', '--kill-child=KILL', *init,
             *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def children(self, pid):
        with open(f'/proc/{pid}/task/{pid}/children') as file:
            return file.read().split()

    @property
    def pid(self):
        while not (found := self.children(self.process.pid)):
            time.sleep(0.001)
        return found[0]

    def file(self, name):
        with open(f'/proc/{self.pid}/{name}') as file:
            return file.read()

    def cpu(self):
        """Nanoseconds on a CPU."""
        return int(self.file('schedstat').split()[0])

    def switches(self):
        return sum(int(n) for n in re.findall(r'ctxt_switches:\s+(\d+)',
                                              self.file('status')))


def storm(init, load):
    with Init(init, load, 'storm', str(ORPHANS)) as it:
        line = it.process.stdout.readline()
        if line != 'done\n':
            raise SystemExit(f'{init}: the storm has failed')
        while len(it.children(it.pid)) > 1:
            time.sleep(0.01)
        return it.cpu() / ORPHANS / 1000


def spread(lines, count, what):
    """Median and p99 in µs of that many lines of ns."""
    times = sorted(int(line) / 1000 for line in lines)
    if len(times) != count:
        raise SystemExit(f'{what}: {len(times)} of {count}')
    return statistics.median(times), times[int(len(times) * 0.99)]


def forward(init, load):
    with Init(init, load, 'signals', str(SIGNALS), before=ALONE) as it:
        return spread(it.process.stdout, SIGNALS, init)


def leave(init, load):
    done = subprocess.run([*ALONE, load, 'exits', str(EXITS), *init, load,
                           'leave', '1'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=True)
    return spread(done.stdout.split(), EXITS, init)


def rest(init):
    """Idle wake-ups, RSS and private dirty memory in KiB."""
    with Init(init, 'sleep', '1000') as it:
        time.sleep(0.5)
        before = it.switches()
        time.sleep(IDLE)
        wakes = it.switches() - before
        memory = it.file('smaps_rollup')
        pick = [int(re.search(rf'^{name}:\s+(\d+)', memory, re.M)[1])
                for name in ('Rss', 'Private_Dirty')]
        return wakes, *pick


def calls(init, folder):
    """From the init's exec to the program's, both counted, in both processes:
    what the init itself calls meanwhile is more or less with each run. -D, so
    that the init and not strace is PID 1."""
    trace = f'{folder}/trace'
    subprocess.run(['unshare', '--fork', '--pid', '--kill-child=KILL',
                    'strace', '-D', '-f', '-o', trace, *init, '/bin/true'],
                   check=True, stdin=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    count = 0
    for line in open(trace):
        if 'resumed>' in line or not re.search(r'^\d+ +\w+\(', line):
            continue
        count += 1
        if 'execve("/bin/true"' in line:
            return count
    raise SystemExit(f'{init}: the program was not seen')


def main():
    with tempfile.TemporaryDirectory() as folder:
        links = build(folder)
        load = f'{folder}/load'
        inits = [('foster', [f'{links}/foster', '--']),
                 ('foster as tini', [f'{links}/tini', '--']),
                 ('tini', [shutil.which('tini'), '--']),
                 ('dumb-init', [shutil.which('dumb-init'), '--']),
                 ('catatonit', [shutil.which('catatonit'), '--']),
                 ('a bare loop', [f'{folder}/bare'])]
        storms, signals, ends = ({name: [] for name, _ in inits}
                                 for _ in range(3))
        for _ in range(ROUNDS):  # in turn, so that a busy spell hits all
            for name, init in inits:
                storms[name].append(storm(init, load))
        for turn in range(SHORT_ROUNDS):
            for name, init in inits[turn % len(inits):] + \
                    inits[:turn % len(inits)]:
                signals[name].append(forward(init, load))
                ends[name].append(leave(init, load))
        print(f'The median of {ROUNDS} rounds of {ORPHANS} orphans and of '
              f'{SHORT_ROUNDS} of {SIGNALS} signals and {EXITS} ends; '
              f'{IDLE:g} s idle; {os.uname().machine}, Linux '
              f'{os.uname().release}, {os.cpu_count()} CPUs.\n')
        print('| init | file, bytes | RSS, KiB | private dirty, KiB | system '
              'calls to exec | CPU an orphan, µs | forward, median µs | p99 '
              '| end to end, median µs | p99 | idle wake-ups |')
        print('| --- |' + ' ---: |' * 10)
        for name, init in inits:
            wakes, rss, dirty = rest(init)
            counted = statistics.median(calls(init, folder)
                                        for _ in range(SHORT_ROUNDS))
            cpu = statistics.median(storms[name])
            spans = ' | '.join(
                f'{statistics.median(t[i] for t in times[name]):.2f}'
                for times in (signals, ends) for i in (0, 1))
            print(f'| {name} | {os.stat(init[0]).st_size} | {rss} | {dirty} | '
                  f'{counted} | {cpu:.2f} | {spans} | {wakes} |',
                  flush=True)


main()
