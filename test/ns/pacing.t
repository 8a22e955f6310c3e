#!/usr/bin/env python3
"""Restarts are paced, and by the monotonic clock."""
import re
import time

from harness import (LIBRARIES, Machine, check, equal, main, memory,
                     test)


def starts_of(machine, count):
    machine.wait_file('t', '\n', count)
    return [float(line) for line in machine.lines('t')]


STAMP = 'cut -d " " -f 1 /proc/uptime >>/tmp/t'
PROC = '::sysinit:mount -t proc proc /proc\n'


@test
def crashes_wait_longer_each_time():
    with Machine(PROC + ':name=x:respawn:sh -c \'%s; exit 1\'\n' % STAMP
                 ) as machine:
        stamps = starts_of(machine, 5)
        gaps = [b - a for a, b in zip(stamps, stamps[1:])]
        for gap, least in zip(gaps, (0.1, 0.2, 0.4, 0.8)):
            check(least - 0.02 <= gap < least + 0.5, f'{gaps}')
        for wait in ('0.1', '0.2', '0.4', '0.8'):
            machine.wait_console(f'restart in {wait} s')


@test
def exit_0_restarts_once_a_second_and_a_steady_run_at_once():
    with Machine(PROC + '::respawn:sh -c \'%s\'\n' % STAMP) as machine:
        stamps = starts_of(machine, 3)
        for gap in (b - a for a, b in zip(stamps, stamps[1:])):
            check(0.95 <= gap < 1.5, f'{stamps}')
    with Machine(PROC + '::respawn:sh -c \'%s; sleep 1.2; exit 1\'\n' % STAMP
                 ) as machine:
        stamps = starts_of(machine, 3)
        for gap in (b - a for a, b in zip(stamps, stamps[1:])):
            check(1.15 <= gap < 1.7, f'{stamps}')
        check('restart now' in machine.console(), machine.console())


@test
def backoff_and_class_set_the_waits():
    with Machine(PROC + ':backoff=0.3-0.5:respawn:sh -c \'%s; exit 1\'\n'
                 % STAMP) as machine:
        stamps = starts_of(machine, 5)
        gaps = [b - a for a, b in zip(stamps, stamps[1:])]
        for gap, least in zip(gaps, (0.3, 0.5, 0.5, 0.5)):
            check(least - 0.02 <= gap < least + 0.4, f'{gaps}')
    with Machine(PROC + ':class=critical:respawn:sh -c \'%s; exit 1\'\n'
                 % STAMP) as machine:
        stamps = starts_of(machine, 7)
        gaps = [b - a for a, b in zip(stamps, stamps[1:])]
        check(0.95 <= gaps[4] < 1.5 and 0.95 <= gaps[5] < 1.5, f'{gaps}')


@test
def a_getty_on_a_missing_uart_does_not_storm():
    # BusyBox started one 7,956 times in 22 hours.
    # Six tries in the first 4 s; as many pids are used, and two by the other.
    with Machine('ttyS99::respawn:/bin/getty 115200 ttyS99\n::once:/bin/count\n',
                 files={'/bin/count': '#!/bin/sh\nsh -c "echo \\$\\$" >/tmp/pids\n'
                        'sleep 4\nsh -c "echo \\$\\$" >>/tmp/pids\n'}
                 ) as machine:
        first, last = map(int, machine.wait_file('pids', '\n', 2).split())
        check(3 <= last - first <= 12, f'{last - first} processes')


@test
def a_getty_on_a_missing_uart_does_not_fill_the_console():
    with Machine('ttyS99:backoff=0.02-0.1:respawn:/bin/getty 115200 ttyS99\n'
                 '::once:sh -c "sleep 2; ln -s null /dev/ttyS99"\n'
                 ) as machine:
        machine.wait_console('not started: tty: ENOENT; restart in 0.0 s, told '
                             'once')
        # It is tried on, unsaid, and says when it runs into something new.
        machine.wait_console('getty (pid ')
        equal(machine.console().count('not started'), 1, machine.console())


@test
def idle_costs_no_wake_up_and_little_memory():
    with Machine(PROC + '::respawn:sleep 1000\n::once:touch /tmp/up\n'
                 ) as machine:
        machine.wait_file('up')
        init = machine.init()

        def switches():
            status = open(f'/proc/{init}/status').read()
            return int(re.search(r'^voluntary_ctxt_switches:\s+(\d+)', status,
                                 re.M).group(1))
        machine.wait_console('')
        time.sleep(0.3)
        before = switches()
        time.sleep(3)
        equal(switches() - before, 0, 'wake-ups in 3 s')
        rss, dirty = memory(init)
        print(f'# Rss {rss} kB, private dirty {dirty} kB')
        if LIBRARIES:
            print('# most of it the sanitizer\'s: not checked')
            return
        check(rss <= 64, f'Rss {rss} kB')
        check(dirty <= 32, f'private dirty {dirty} kB')


main()
