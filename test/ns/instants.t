#!/usr/bin/env python3
"""Signals at every instant of PID 1's first second.

PID 1 is stopped at the entry of each system call, from the return of the one
that blocks all signals on, and is sent there what may not be lost. A signal
between two calls is the same to it as one at the second's entry: all are
blocked but in its one wait.
"""
import os
import signal
import time

from harness import (Machine, POWERED_OFF, REBOOTED, Failure, check, equal,
                     main, test, wait_until)
from tracee import Tracee

# Everything of a boot, a crash and its restart; then nothing moves.
TABLE = '''::sysinit:echo sysinit >>/tmp/done
::wait:echo wait >>/tmp/done
::once:sh -c "echo once >>/tmp/done; exit 3"
::respawn:sh -c "echo up >>/tmp/done; exec sleep 1000"
:backoff=0.1-0.1:respawn:sh -c "[ -e /tmp/up ] && exec sleep 1000; >/tmp/up; exit 1"
::ctrlaltdel:touch /tmp/cad
::shutdown:touch /tmp/down
'''
MORE = '::once:touch /tmp/reloaded\n'
# A child of PID 1's that it has not started.
START = '#!/bin/sh\nsleep 2000 &\nexec /sbin/init\n'
# Of libc before main: arch_prctl, set_tid_address.
RT_SIGPROCMASK, START_CALLS = {
    'x86_64': (14, {158, 218}), 'aarch64': (135, {96})}[os.uname().machine]
FIRST_SECOND = 1


class Boot:
    """One, as far as its foster's exec, with its orphan."""

    def __init__(self):
        self.machine = Machine(TABLE, gate=True, argv='/bin/start',
                               files={'/bin/start': START})

    def __enter__(self):
        try:
            pid = self.machine.wait_gate()
            self.tracee = Tracee(pid)
            self.machine.open_gate()
            self.tracee.run_to_exec(2)
            self.end = time.monotonic() + FIRST_SECOND
            # It has not blocked its signals yet: not machine.children().
            with open(f'/proc/{pid}/task/{pid}/children') as file:
                self.orphan, = map(int, file.read().split())
        except BaseException:
            self.machine.close()
            raise
        return self

    def __exit__(self, *_):
        self.tracee.__exit__()
        self.machine.close()

    def calls(self):
        """Those of the first second."""
        made = []
        while True:
            call = self.tracee.next_call(self.end)
            if call is None:
                return made
            made.append(call)

    def stop_at(self, index):
        """At the index-th call from its exec on, or where the second ends:
        two boots differ by what comes first."""
        for _ in range(index + 1):
            if self.tracee.next_call(self.end) is None:
                return

    def wait(self, condition, what):
        wait_until(lambda: condition() or not self.machine._alive(), what, 5)


def instants():
    """The indices of the calls to stop at; the last one is where all is
    quiet."""
    with Boot() as boot:
        calls = boot.calls()
    blocks = calls.index(RT_SIGPROCMASK)
    early = set(calls[:blocks]) - START_CALLS
    check(not early, f'main makes calls {early} before it blocks')
    return range(blocks + 1, len(calls) + 1)


@test
def main_blocks_signals_before_all_else():
    instants()


def at_each(act):
    """Stops a machine at each instant, and has act send and judge there."""
    lost = []
    for index in instants():
        with Boot() as boot:
            boot.stop_at(index)
            try:
                act(boot)
            except Failure as failure:
                lost.append(f'at call {index}: {failure}')
                if len(lost) == 5:
                    break
    check(not lost, '\n'.join(lost))


def requested(number, should):
    def act(boot):
        os.kill(boot.tracee.pid, number)
        boot.tracee.release()
        equal(boot.machine.wait_end(5), should, 'end')
        check(os.path.exists(boot.machine.path('down')),
              'its shutdown line did not run')
    return act


@test
def no_TERM_is_lost():
    at_each(requested(signal.SIGTERM, REBOOTED))


@test
def no_USR1_is_lost():
    at_each(requested(signal.SIGUSR1, POWERED_OFF))


@test
def none_of_CHLD_INT_and_HUP_is_lost():
    def act(boot):
        machine, pid = boot.machine, boot.tracee.pid
        # The kernel sends CHLD, and once it is a zombie it has.
        os.kill(boot.orphan, signal.SIGKILL)
        wait_until(lambda: ') Z ' in
                   open(f'/proc/{boot.orphan}/stat').read(), 'orphan ended', 5)
        machine.write_inittab(TABLE + MORE)
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGHUP)
        boot.tracee.release()
        boot.wait(lambda: not os.path.exists(f'/proc/{boot.orphan}'),
                  'CHLD: the orphan is reaped')
        boot.wait(lambda: os.path.exists(machine.path('cad')),
                  'INT: its line has run')
        boot.wait(lambda: os.path.exists(machine.path('reloaded')),
                  'HUP: the table is read anew')
    at_each(act)


main(jobs=3)
