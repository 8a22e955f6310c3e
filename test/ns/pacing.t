#!/usr/bin/env python3
"""Restarts are paced, and by the monotonic clock."""
import re
import time

from harness import (LIBRARIES, Failure, Machine, check, equal, main, memory,
                     state, test, wait_until)


def starts_of(machine, count):
    machine.wait_file('t', '\n', count)
    return [int(line) / 100 for line in machine.lines('t')]


# When PID 1 has started it (proc(5), in hundredths of a second), whenever its
# turn to run comes.
STAMP = 'set -- $(cat /proc/$$/stat); echo ${22} >>/tmp/t'
PROC = '::sysinit:mount -t proc proc /proc\n'


def check_gaps(bounds, options, script, says=()):
    """Between the starts of one that runs the script: the least that it waits
    holds in each boot, the most in one of three, since the machine may have
    been busy with something else: so much that one that was to end at once
    ran for a second, which begins the waits anew, in none that counts."""
    gaps = 'a run of a second'
    for _ in range(3):
        with Machine(PROC + f':{options}:respawn:sh -c \'{STAMP}{script}\'\n'
                     ) as machine:
            stamps = starts_of(machine, len(bounds) + 1)
            if 'restart now' in machine.console() and 'restart now' not in says:
                continue
            gaps = [b - a for a, b in zip(stamps, stamps[1:])]
            check(all(least <= gap for gap, (least, _) in zip(gaps, bounds)),
                  f'{gaps} in place of {bounds}')
            for text in says:
                machine.wait_console(text)
        if all(gap < most for gap, (_, most) in zip(gaps, bounds)):
            return
    raise Failure(f'{gaps} in place of {bounds}, in the third boot')


@test
def crashes_wait_longer_each_time():
    check_gaps([(0.08, 0.6), (0.18, 0.7), (0.38, 0.9), (0.78, 1.3)], 'name=x',
               '; exit 1', [f'restart in {wait} s'
                            for wait in ('0.1', '0.2', '0.4', '0.8')])


@test
def exit_0_restarts_once_a_second_and_a_steady_run_at_once():
    check_gaps([(0.95, 1.5)] * 2, '', '')
    check_gaps([(1.15, 1.7)] * 2, '', '; sleep 1.2; exit 1', ['restart now'])


@test
def backoff_and_class_set_the_waits():
    check_gaps([(0.28, 0.7)] + [(0.48, 0.9)] * 3, 'backoff=0.3-0.5',
               '; exit 1')
    check_gaps([(0, 9)] * 4 + [(0.95, 1.5)] * 2, 'class=critical', '; exit 1')


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
        # Until the one that ends is reaped, and the other has execed.
        machine.wait_children(1)
        wait_until(lambda: machine.running('sleep') and state(init) == 'S',
                   'all is quiet')
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
