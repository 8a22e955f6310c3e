#!/usr/bin/env python3
"""The eight actions and their order."""
import os
import re
import signal

from harness import (Machine, POWERED_OFF, REBOOTED, check, equal, main, test)


@test
def actions_run_in_their_order():
    with Machine('''
::once:sh -c "echo once >>/tmp/out; while [ ! -e /tmp/end ]; do sleep 0.1; done; kill -USR2 1"
::wait:sh -c "echo wait1 >>/tmp/out; sleep 0.2; echo wait1 done >>/tmp/out"
::respawn:sh -c "echo respawn >>/tmp/out; exec sleep 1000"
::wait:sh -c "echo wait2 >>/tmp/out"
::sysinit:sh -c "echo sysinit1 >>/tmp/out; sleep 0.2; echo sysinit1 done >>/tmp/out"
::sysinit:sh -c "echo sysinit2 >>/tmp/out"
::shutdown:sh -c "echo shutdown1 >>/tmp/out; sleep 0.2; echo shutdown1 done >>/tmp/out"
::shutdown:sh -c "echo shutdown2 >>/tmp/out"
''') as machine:
        machine.wait_file('out', 'respawn\n')
        machine.wait_file('out', 'once\n')
        machine.write('end', '')
        equal(machine.wait_end(), POWERED_OFF, 'end')
        lines = machine.lines('out')
        equal(lines[:6], ['sysinit1', 'sysinit1 done', 'sysinit2', 'wait1',
                          'wait1 done', 'wait2'], 'start')
        equal(sorted(lines[6:8]), ['once', 'respawn'], 'then')
        equal(lines[8:], ['shutdown1', 'shutdown1 done', 'shutdown2'], 'end')


@test
def respawn_comes_back_and_once_does_not():
    with Machine('''
::respawn:sh -c "echo again >>/tmp/again; sleep 1.1"
::once:sh -c "echo once >>/tmp/once"
''') as machine:
        machine.wait_file('again', 'again', 3)
        equal(machine.read('once'), 'once\n', 'once')
        # It is told how long each has run.
        times = re.findall(r'exited with 0 after (\d+\.\d) s; restart',
                           machine.console())
        equal(len(times), 2, machine.console())
        check(all(1.1 <= float(seconds) < 1.9 for seconds in times), times)


@test
def ctrlaltdel_runs_its_line_each_time():
    with Machine('''
::ctrlaltdel:sh -c "echo cad >>/tmp/cad"
::respawn:sleep 1000
''') as machine:
        machine.wait_children(1)
        for count in (1, 2, 3):
            machine.signal(signal.SIGINT)
            machine.wait_file('cad', 'cad', count)
            machine.wait_children(1)


@test
def ctrlaltdel_lines_run_one_after_the_other():
    with Machine('''
::ctrlaltdel:sh -c "echo a >>/tmp/cad; sleep 0.5; echo end of a >>/tmp/cad"
::ctrlaltdel:sh -c "echo b >>/tmp/cad"
::respawn:sleep 1000
''') as machine:
        machine.wait_children(1)
        for count in 1, 2:
            machine.signal(signal.SIGINT)
            machine.wait_file('cad', 'b', count)
            equal(machine.lines('cad'), ['a', 'end of a', 'b'] * count, 'order')
            machine.wait_children(1)


@test
def ctrlaltdel_waits_for_no_line_of_the_boot():
    with Machine('''
::sysinit:sh -c "touch /tmp/here; exec sleep 1000"
::ctrlaltdel:touch /tmp/cad
''') as machine:
        machine.wait_file('here')
        machine.signal(signal.SIGINT)
        machine.wait_file('cad')


@test
def restart_runs_its_program_as_pid_1_with_clean_signals():
    with Machine('''
::once:sh -c "echo up >/tmp/up; exec sleep 1000"
::sysinit:mount -t proc proc /proc
::restart:sh -c "grep -E 'Sig(Blk|Ign)' /proc/self/status >/tmp/new; echo pid $$ >>/tmp/new; exec sleep 1000"
''') as machine:
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGQUIT)
        words = machine.wait_file('new', 'pid 1\n').split()
        equal(words, ['SigBlk:', '0' * 16, 'SigIgn:', '0' * 16, 'pid', '1'],
              'its state')


@test
def restart_without_its_program_halts():
    with Machine('::restart:/nonexistent\n::once:touch /tmp/up\n') as machine:
        machine.wait_file('up')
        machine.signal(signal.SIGQUIT)
        equal(machine.wait_end(), POWERED_OFF, 'end')
        check('/nonexistent: ENOENT; halting' in machine.console(),
              machine.console())


@test
def restart_without_a_line_is_refused_and_nothing_ends():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                 '::ctrlaltdel:touch /tmp/later\n') as machine:
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGQUIT)
        machine.wait_console('no restart line; going on')
        machine.signal(signal.SIGINT)
        machine.wait_file('later')
        equal(machine.read('up'), 'up\n', 'starts')


@test
def askfirst_waits_for_enter_and_holds_nothing_up():
    with Machine('''
::askfirst:sh -c "echo asked >>/tmp/asked; exec sleep 1000"
::respawn:sh -c "echo other >>/tmp/other; exec sleep 1000"
''') as machine:
        machine.wait_file('other', 'other')
        machine.wait_console('Press Enter')
        equal(machine.read('asked'), '', 'before Enter')
        machine.type('\n')
        machine.wait_file('asked', 'asked')
        machine.signal(signal.SIGTERM)
        equal(machine.wait_end(), REBOOTED, 'end')


@test
def askfirst_that_waits_ends_at_once_in_a_shutdown():
    with Machine('::askfirst:sh\n') as machine:
        machine.wait_console('Press Enter')
        machine.signal(signal.SIGTERM)
        equal(machine.wait_end(2), REBOOTED, 'end')


@test
def without_a_file_the_builtin_table_serves():
    with Machine(None, files={
            '/etc/init.d/rcS': '#!/bin/sh\necho rcS >/tmp/rcS\n',
            '/bin/swapoff': '#!/bin/sh\necho swapoff >>/tmp/down\n',
            }) as machine:
        machine.wait_file('rcS', 'rcS')
        machine.wait_console('Press Enter')
        check('the built-in table serves' in machine.console(), 'said')
        machine.wait_console('sh (built-in:3): not started: tty: ENOENT')
        machine.signal(signal.SIGTERM)
        equal(machine.wait_end(), REBOOTED, 'end')


@test
def a_folder_in_place_of_the_file_gives_the_builtin_table():
    with Machine(None, files={'/etc/inittab/x': ''}) as machine:
        machine.wait_console('/etc/inittab: EISDIR; the built-in table serves')
        machine.wait_console('Press Enter')


@test
def a_file_without_a_line_that_serves_is_named():
    def fifo(etc):
        os.mkfifo(etc + 'inittab')

    def empty(etc):
        os.symlink('/dev/null', etc + 'inittab')

    for make in (fifo, empty):
        with Machine(None, gate=True) as machine:
            make(f'/proc/{machine.wait_gate()}/root/etc/')
            machine.open_gate()
            machine.wait_console('/etc/inittab: no line serves; nothing to '
                                 'start', patience=5)


@test
def single_gives_one_shell_and_nothing_else():
    for word in ('single', '-s', '1'):
        with Machine('::once:touch /tmp/started\n',
                     argv='/sbin/init splash ' + word) as machine:
            machine.wait_console('single: one shell')
            machine.type('echo hello from $$ >/tmp/shell\n')
            machine.wait_file('shell', 'hello')
            equal(machine.read('started'), '', 'inittab')


main(jobs=2)
