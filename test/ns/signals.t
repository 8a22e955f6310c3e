#!/usr/bin/env python3
"""What each signal to PID 1 asks for, in every phase of a boot."""
import os
import signal
import time

from harness import (Machine, POWERED_OFF, REBOOTED, check, equal, main, test)

# What ends a namespace is one for halt and power-off: its word tells them apart.
ASKS = [(signal.SIGTERM, REBOOTED, 'reboot'),
        (signal.SIGUSR1, POWERED_OFF, 'halt'),
        (signal.SIGUSR2, POWERED_OFF, 'power-off'),
        (signal.SIGPWR, POWERED_OFF, 'halt')]

PHASES = {
    'sysinit': '::sysinit:sh -c "touch /tmp/here; sleep 1000"\n',
    'wait': '::wait:sh -c "touch /tmp/here; sleep 1000"\n',
    'once': '::once:sh -c "touch /tmp/here; sleep 1000"\n',
    'respawn': '::respawn:sh -c "touch /tmp/here; sleep 1000"\n',
    'askfirst': '::askfirst:sh\n::once:touch /tmp/here\n',
}


@test
def requests_are_obeyed_in_every_phase():
    for phase, line in PHASES.items():
        for number, end, word in ASKS:
            with Machine(line + '::shutdown:touch /tmp/down\n') as machine:
                machine.wait_file('here')
                if phase == 'askfirst':
                    machine.wait_console('Press Enter')
                machine.signal(number)
                equal(machine.wait_end(3), end, f'{phase}, {number}')
                check(f'foster: {word}\n' in machine.console(),
                      f'{phase}, {number}: {machine.console()}')
                check('down' in os.listdir(machine.shared),
                      f'{phase}, {number}: shutdown line not run')


@test
def every_request_shortens_a_shutdown_and_keeps_its_kind():
    for number, _, _ in ASKS:
        with Machine('::once:touch /tmp/up\n'
                     '::shutdown:sh -c "touch /tmp/here; sleep 1000"\n'
                     ) as machine:
            machine.wait_file('up')
            machine.signal(signal.SIGUSR2)
            machine.wait_file('here')
            machine.signal(number)
            equal(machine.wait_end(3), POWERED_OFF, number)
            check('foster: power-off\n' in machine.console(),
                  f'{number}: {machine.console()}')


@test
def quit_is_obeyed_while_the_boot_waits():
    for phase in 'sysinit', 'wait':
        with Machine(PHASES[phase] + '::restart:sh -c "touch /tmp/new; '
                     'exec sleep 1000"\n') as machine:
            machine.wait_file('here')
            machine.signal(signal.SIGQUIT)
            machine.wait_file('new', patience=3)


@test
def tstp_and_cont_are_obeyed_while_the_boot_waits():
    for phase in 'sysinit', 'wait':
        with Machine(f'::{phase}:sh -c "touch /tmp/here; until [ -e /tmp/go ]; '
                     'do sleep 0.05; done"\n::once:touch /tmp/once\n'
                     '::respawn:sh -c "touch /tmp/up; exec sleep 1000"\n'
                     ) as machine:
            machine.wait_file('here')
            machine.signal(signal.SIGTSTP)
            machine.wait_console('respawning nothing until SIGCONT')
            machine.write('go', '')
            machine.wait_file('once')  # the boot itself goes on
            time.sleep(0.2)
            check(not os.path.exists(machine.path('up')), 'started while held')
            machine.signal(signal.SIGCONT)
            machine.wait_file('up')


@test
def a_second_request_shortens_the_shutdown_and_keeps_its_kind():
    with Machine('''
::shutdown:sh -c "trap '' TERM; touch /tmp/hangs; sleep 1000"
::shutdown:touch /tmp/second
::respawn:sh -c "trap 'touch /tmp/told' TERM; touch /tmp/here; while :; do sleep 0.1; done"
''') as machine:
        machine.wait_file('here')
        machine.signal(signal.SIGTERM)
        machine.wait_file('hangs')
        machine.signal(signal.SIGUSR2)
        # Two that PID 1 takes in one turn end one step.
        machine.wait_file('told')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(3), REBOOTED, 'the first kind stays')
        equal(machine.read('second'), '', 'lines behind')


@test
def ctrl_alt_del_shortens_a_shutdown():
    with Machine('::shutdown:sh -c "touch /tmp/hangs; sleep 1000"\n'
                 '::ctrlaltdel:touch /tmp/cad\n::once:touch /tmp/up\n'
                 ) as machine:
        machine.wait_file('up')
        machine.signal(signal.SIGTERM)
        machine.wait_file('hangs')
        machine.signal(signal.SIGINT)
        equal(machine.wait_end(3), REBOOTED, 'end')


@test
def tstp_holds_respawns_until_cont():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; sleep 0.1; exit 1"\n'
                 ) as machine:
        machine.wait_file('up', 'up', 2)
        machine.signal(signal.SIGTSTP)
        machine.wait_console('respawning nothing until SIGCONT')
        held = machine.read('up').count('up')
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            check(machine.read('up').count('up') <= held + 1,
                  'started while held')
            time.sleep(0.05)
        machine.signal(signal.SIGCONT)
        machine.wait_file('up', 'up', held + 2)


@test
def unknown_signals_are_taken_and_ignored():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                 ) as machine:
        machine.wait_file('up', 'up')
        for number in list(range(1, 65)):
            if number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
                          signal.SIGKILL, signal.SIGUSR1, signal.SIGUSR2,
                          signal.SIGTERM, signal.SIGPWR, signal.SIGSTOP,
                          signal.SIGTSTP, 32, 33):
                continue
            machine.signal(number)
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(3), POWERED_OFF, 'end')
        equal(machine.read('up').count('up'), 1, 'starts')


main(jobs=3)
