#!/usr/bin/env python3
"""The boot job beside Debian's BusyBox init: time to the first sysinit program
and from one to the next, system calls before the first, memory at idle,
orphans a second.

Times are a guest's own, by QEMU counting instructions (2 ns each), so that the
host's load does not matter; the floor, a boot with a PID 1 that does nothing,
is taken off the first.
"""
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for room in ('ns', 'qemu'):
    sys.path.insert(0, os.path.join(HERE, '..', room))
from harness import BUSYBOX, FOSTER, Machine, wait_until  # noqa: E402
from lowmem import COMMAND_LINE, entry, kernel  # noqa: E402

PROGRAMS = 24  # with "end" within the table of a default foster
ORPHANS = 4000
INITS = (('BusyBox init', BUSYBOX), ('foster', FOSTER))


def build_mark(folder):
    path = os.path.join(folder, 'mark')
    subprocess.check_call(['musl-gcc', '-Os', '-static', '-Wall', '-o', path,
                           os.path.join(HERE, 'boot_mark.c')])
    return path


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def boot(folder, mark, init):
    """{what: nanoseconds since the guest's start}."""
    inittab = ''.join(f'::sysinit:/mark {i}\n' for i in range(PROGRAMS))
    parts = [entry(name, 0o40755) for name in
             ('dev', 'proc', 'sys', 'run', 'etc', 'bin')]
    parts += [entry('dev/console', 0o20600, device=(5, 1)),
              entry('dev/null', 0o20666, device=(1, 3)),
              entry('etc/inittab', 0o100644,
                    (inittab + '::sysinit:/mark end\n').encode()),
              entry('mark', 0o100755, read(mark)),
              entry('init', 0o100755, read(init)), entry('TRAILER!!!', 0)]
    initrd = os.path.join(folder, 'initrd')
    with open(initrd, 'wb') as file:
        file.write(b''.join(parts))
    text = subprocess.run(
        ['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64',
         '-M', 'pc', '-cpu', 'max', '-m', '128',
         '-icount', 'shift=1,sleep=off', '-no-reboot', '-nodefaults',
         '-display', 'none', '-serial', 'stdio', '-monitor', 'none',
         '-kernel', kernel(), '-initrd', initrd, '-append', COMMAND_LINE],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=600,
        check=True).stdout.decode(errors='replace')
    times = {name: int(ns) for name, ns in
             re.findall(r'@ (\w+) (\d+)', text)}
    if not times:
        raise SystemExit(f'boot.py: {init}: no time on the console:\n{text}')
    return times


def times_table():
    with tempfile.TemporaryDirectory(prefix='foster-bench-') as folder:
        mark = build_mark(folder)
        floor = boot(folder, mark, mark)['floor']
        rows = []
        for name, init in INITS:
            times = boot(folder, mark, init)
            marks = [times[str(i)] for i in range(PROGRAMS)]
            rows.append((name, (marks[0] - floor) / 1000, statistics.median(
                b - a for a, b in zip(marks, marks[1:])) / 1000))
    print('| guest time, µs | first sysinit program | ratio '
          '| each further one | ratio |')
    print('| --- | ---: | ---: | ---: | ---: |')
    for name, first, further in rows:
        print(f'| {name} | {first:.0f} | {first / rows[0][1]:.2f} '
              f'| {further:.0f} | {further / rows[0][2]:.2f} |')


def system_calls(init):
    """Of PID 1, from its exec to the fork of the first sysinit program."""
    with Machine('::sysinit:/bin/touch /tmp/up\n', init=init, gate=True
                 ) as machine:
        machine.wait_gate()
        log = machine.path('strace')
        with subprocess.Popen(['strace', '-o', log, '-p', str(machine.pid())],
                              stderr=subprocess.PIPE) as tracer:
            tracer.stderr.readline()
            machine.open_gate()
            machine.wait_file('up')
            tracer.terminate()
        trace = read(log).decode().split('\n')
    start = max(i for i, line in enumerate(trace) if '"/sbin/init"' in line)
    calls = trace[start + 1:]
    return next(i for i, line in enumerate(calls)
                if re.match(r'(clone3?|v?fork)\(', line))


def memory(init):
    """Rss and private dirty in kB with one service that sleeps; text pages of
    the tmpfs that the file lies on are not counted as dirty."""
    with Machine('::respawn:sh -c "touch /tmp/up; exec sleep 1000"\n',
                 init=init) as machine:
        machine.wait_file('up')
        time.sleep(1.5)  # BusyBox goes to sleep after its first second
        rss = dirty = 0
        code = False
        with open(f'/proc/{machine.init()}/smaps') as maps:
            for line in maps:
                if re.match(r'[0-9a-f]+-[0-9a-f]+ ', line):
                    code = ' r-xp ' in line
                field, _, value = line.partition(':')
                if field == 'Rss':
                    rss += int(value.split()[0])
                elif field == 'Private_Dirty' and not code:
                    dirty += int(value.split()[0])
        return rss, dirty


def orphans_a_second(init):
    """PID 1 is stopped until they all have ended."""
    storm = (f'#!/bin/sh\ni=0; while [ $i -lt {ORPHANS} ]; do ( : & ); '
             'i=$((i+1)); done; touch /tmp/all\n')
    with Machine('::once:storm\n', init=init, files={'/bin/storm': storm}
                 ) as machine:
        # Only once the storm runs: a stopped PID 1 would not start it.
        wait_until(machine.children, 'the storm')
        os.kill(machine.init(), signal.SIGSTOP)
        machine.wait_file('all', patience=120)
        count = len(machine.children())
        start = time.monotonic()
        os.kill(machine.init(), signal.SIGCONT)
        while len(machine.children()) > 2:
            pass
        return count / (time.monotonic() - start)


def work_table():
    print('| | system calls before the first sysinit program '
          '| Rss, kB | private dirty, kB | orphans reaped a second |')
    print('| --- | ---: | ---: | ---: | ---: |')
    for name, init in INITS:
        rss, dirty = memory(init)
        print(f'| {name} | {system_calls(init)} | {rss} | {dirty} '
              f'| {orphans_a_second(init):.0f} |')


times_table()
print()
work_table()
