#!/usr/bin/env python3
"""Every system call of PID 1 refused, from its exec through boot, a crash, a
respawn, a reload and the shutdown.

Each run ends by power-off within its deadline, with the descriptors that a run
without faults has. What was asked for happened; or a message says what did not.
FAULT_ALL=1: every occurrence, in place of the first three and the last.
"""
import collections
import os
import re
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'ns')]
import harness
import sweep
from harness import Failure, Machine, POWERED_OFF, wait_until

TABLE = '''::sysinit:echo sysinit >>/tmp/done
::wait:echo wait >>/tmp/done
:name=steady:respawn:sh -c "echo steady >>/tmp/done; exec sleep 1000"
::once:sh -c "echo once >>/tmp/done; exit 3"
::shutdown:echo shutdown >>/tmp/done
'''
MORE = ':name=added:respawn:sh -c "echo added >>/tmp/done; exec sleep 1000"\n'
PATIENCE = 6
LEFT_OUT = {
    'reboot': 'refused it leaves PID 1 nothing to do but to stay: test/ns',
    'poll': "the gate's, before its exec",
    'waitid': 'with WNOHANG nothing to refuse but that there is no child',
}


class Refused(Exception):
    """What was asked for did not happen; was it said?"""


def descriptors(pid):
    """What they are. A signalfd is there once a console was slow to take
    what PID 1 writes; it stays."""
    return sorted(name for name in harness.descriptors(pid)
                  if 'signalfd' not in name)


def settled(machine, most):
    """The descriptors, once what has ended is reaped, or long after it."""
    pid = machine.init()
    try:
        wait_until(lambda: len(machine.children()) <= 2 and
                   len(descriptors(pid)) <= most, 'all is reaped', PATIENCE)
    except Failure:
        pass
    return descriptors(pid)


def step(machine, word, count=1):
    try:
        wait_until(lambda: machine.lines('done').count(word) >= count or
                   machine.process.poll() is not None, word, PATIENCE)
    except Failure:
        raise Refused(word) from None


def steps(machine):
    """Boot, respawn, reload. Returns what was asked for and did not happen."""
    missing = []

    def tried(word, count=1):
        try:
            step(machine, word, count)
        except Refused:
            missing.append(word)

    for word in ('sysinit', 'wait', 'once', 'steady'):
        tried(word)
    if 'steady' not in missing:
        os.kill(wait_until(lambda: machine.running('sleep'), 'its exec',
                           PATIENCE)[0],
                signal.SIGKILL)
        tried('steady', 2)
    machine.write_inittab(TABLE + MORE)
    machine.signal(signal.SIGHUP)
    tried('added')
    return missing


def boot(*rules, most=100):
    """(what is missing, descriptors, status, console, trace)"""
    with Machine(TABLE, gate=True) as machine:
        log = machine.path('strace')
        words = ['strace', '-o', log, '-p', str(machine.wait_gate())]
        for rule in rules:
            words += ['-e', rule]
        tracer = subprocess.Popen(words, stderr=subprocess.PIPE)
        try:
            tracer.stderr.readline()
            try:
                machine.open_gate()
            except Failure:
                # The gate's own open was the one that was refused: it was
                # still under way when strace came.
                return None
            machine.init()
            missing = steps(machine)
            open_ones = settled(machine, most)
            machine.signal(signal.SIGUSR2)
            status = machine.wait_end(30)
            return (missing, open_ones, status, machine.console(),
                    open(log).read(), machine.lines('done'))
        finally:
            tracer.terminate()
            tracer.wait()
            tracer.stderr.close()


def calls(trace):
    """name -> (occurrences before foster's exec, all)"""
    before, count, started = {}, collections.Counter(), False
    for line in trace.splitlines():
        match = re.match(r'([a-z_0-9]+)\(', line)
        if not match:
            continue
        name = match.group(1)
        count['fork' if name in sweep.TOGETHER else name] += 1
        if 'execve("/sbin/init"' in line:
            before, started = dict(count), True
    assert started, trace[:500]
    return {name: (before.get(name, 0), count[name]) for name in count}


def chosen(first, last):
    every = list(range(first + 1, last + 1))
    if os.environ.get('FAULT_ALL') or len(every) <= 4:
        return every
    return every[:3] + every[-1:]


def judge(run, plain):
    missing, open_ones, status, console, _, done = run
    if status != POWERED_OFF:
        return f'ended with {status}'
    if len(open_ones) > len(plain[1]):
        return f'descriptors {open_ones}, not {plain[1]}'
    said = len(console.splitlines()) > len(plain[3].splitlines()) or \
        re.search(r'E[A-Z]{2,}|cannot|can not|failed', console)
    if missing or 'shutdown' not in done:
        return 'refused' if said else f'nothing said of {missing or done}'
    return 'fine'


tap = sweep.Tap()
plain = boot()
tap.ok(not plain[0] and plain[2] == POWERED_OFF and 'shutdown' in plain[5],
       'as it is', plain)
total = collections.Counter()
missing = sweep.unknown({call: count for call, (first, count) in
                         calls(plain[4]).items() if count > first}, LEFT_OUT)
tap.ok(not missing, 'each system call is refused, or named with the reason',
       f'neither: {missing}')
for call, (first, last) in sorted(calls(plain[4]).items()):
    bad, verdicts = [], collections.Counter()
    errors = sweep.ERRORS.get(call, [])
    if call in LEFT_OUT or not errors or first == last:
        continue
    for error in errors if os.environ.get('FAULT_ALL') else errors[:2]:
        for when in chosen(first, last):
            inject = sweep.expression(call, error, when)
            try:
                runs = (boot(inject, most=len(plain[1])) for _ in range(20))
                run = next(run for run in runs if run is not None)
                verdict = judge(run, plain)
            except Failure as failure:
                verdict = str(failure)
            if verdict not in ('fine', 'refused'):
                bad.append(f'{inject}: {verdict}')
                verdict = 'wrong'
            verdicts[verdict] += 1
    total.update(verdicts)
    tap.ok(not bad, f'{call}: {sum(verdicts.values())} injected, '
           f'{verdicts["fine"]} fine, {verdicts["refused"]} refused and said',
           '\n'.join(bad))
print(f'# {sum(total.values())} injected, {total["fine"]} fine, '
      f'{total["refused"]} refused with a message')
tap.done()
