#!/usr/bin/env python3
"""The boot job beside Debian's BusyBox init: time to the first sysinit program
and from one to the next, system calls before the first, memory at idle,
orphans a second.
"""
import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'ns'))
from boot_times import read, times  # noqa: E402
from harness import BUSYBOX, FOSTER, Machine, memory, wait_until  # noqa: E402

ORPHANS = 4000
INITS = (('BusyBox init', BUSYBOX), ('foster', FOSTER))


def times_table():
    rows = times(INITS)
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


def idle_memory(init):
    with Machine('::respawn:sh -c "touch /tmp/up; exec sleep 1000"\n',
                 init=init) as machine:
        machine.wait_file('up')
        time.sleep(1.5)  # BusyBox goes to sleep after its first second
        return memory(machine.init())


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
        rss, dirty = idle_memory(init)
        print(f'| {name} | {system_calls(init)} | {rss} | {dirty} '
              f'| {orphans_a_second(init):.0f} |')


times_table()
print()
work_table()
