#!/usr/bin/env python3
"""What each signal to PID 1 asks for, in every phase of a boot."""
import os
import signal
import time

from harness import (Machine, POWERED_OFF, REBOOTED, check, equal, main, test)

ASKS = [(signal.SIGTERM, REBOOTED), (signal.SIGUSR1, POWERED_OFF),
        (signal.SIGUSR2, POWERED_OFF), (signal.SIGPWR, POWERED_OFF)]

PHASES = {
    'sysinit': '::sysinit:sh -c "touch /tmp/here; sleep 1000"\n',
    'wait': '::wait:sh -c "touch /tmp/here; sleep 1000"\n',
    'once': '::once:sh -c "touch /tmp/here; sleep 1000"\n',
    'respawn': '::respawn:sh -c "touch /tmp/here; sleep 1000"\n',
}


@test
def requests_are_obeyed_in_every_phase():
    for phase, line in PHASES.items():
        for number, end in ASKS:
            with Machine(line + '::shutdown:touch /tmp/down\n') as machine:
                machine.wait_file('here')
                machine.signal(number)
                equal(machine.wait_end(3), end, f'{phase}, {number}')
                check('down' in os.listdir(machine.shared),
                      f'{phase}, {number}: shutdown line not run')


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
