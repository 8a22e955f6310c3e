#!/usr/bin/env python3
"""Shutdown always ends, and goes on at once when nothing is left."""
import os
import re
import signal
import time
from contextlib import contextmanager

from cgroups import cgroup
from harness import (Machine, POWERED_OFF, REBOOTED, check, command_line, equal,
                     main, pending, state, strace, test, wait_until)


def timed_end(machine, number, patience):
    start = time.monotonic()
    machine.signal(number)
    end = machine.wait_end(patience)
    return end, time.monotonic() - start


@test
def it_ends_at_once_when_all_end_at_once():
    with Machine('::respawn:sh -c "touch /tmp/a; exec sleep 1000"\n'
                 '::respawn:sh -c "touch /tmp/b; exec sleep 1000"\n'
                 ) as machine:
        machine.wait_file('a')
        machine.wait_file('b')
        end, seconds = timed_end(machine, signal.SIGTERM, 10)
        equal(end, REBOOTED, 'end')
        check(seconds < 1, f'{seconds:.2f} s')


@test
def a_shutdown_script_that_hangs_is_killed_and_the_next_one_runs():
    with Machine('::shutdown:sh -c "trap \'\' TERM; touch /tmp/hangs; '
                 'sleep 1000"\n::shutdown:touch /tmp/next\n'
                 '::once:touch /tmp/up\n') as machine:
        machine.wait_file('up')
        end, seconds = timed_end(machine, signal.SIGUSR2, 20)
        equal(end, POWERED_OFF, 'end')
        check(9.5 < seconds < 14, f'{seconds:.2f} s')
        check('sh: shutdown line not done in time; going on\n'
              in machine.console(), 'said')
        check('still there; KILL sent' in machine.console(), 'how it ended')
        check(os.path.exists(machine.path('next')), 'the next line')


@test
def who_ignores_term_gets_kill():
    with Machine('::respawn:sh -c "trap \'\' TERM; touch /tmp/a; '
                 'while :; do sleep 1000; done"\n') as machine:
        machine.wait_file('a')
        end, seconds = timed_end(machine, signal.SIGTERM, 20)
        equal(end, REBOOTED, 'end')
        check(4.5 < seconds < 8, f'{seconds:.2f} s')
        check('still there after TERM; KILL sent to all' in machine.console(),
              'said')
        check('killed by SIGKILL' in machine.console(), 'killed')


@test
def a_stopped_process_gets_its_term():
    with Machine('::respawn:sh -c "trap \'echo got >/tmp/got; exit\' TERM; '
                 'touch /tmp/a; kill -STOP $$; while :; do sleep 0.1; done"\n'
                 ) as machine:
        machine.wait_file('a')
        # Its stop comes behind the file, and behind a CONT it would last.
        wait_until(lambda: [state(child) for child in machine.children()] ==
                   ['T'], 'it has stopped')
        end, seconds = timed_end(machine, signal.SIGTERM, 20)
        equal(end, REBOOTED, 'end')
        check(seconds < 3, f'{seconds:.2f} s')
        equal(machine.read('got'), 'got\n', 'TERM')


@test
def orphans_get_term_too():
    with Machine('::once:sh -c "(trap \'echo got >/tmp/got; exit\' TERM; '
                 'touch /tmp/a; while :; do sleep 0.1; done) & "\n'
                 ) as machine:
        machine.wait_file('a')
        end, _ = timed_end(machine, signal.SIGTERM, 20)
        equal(end, REBOOTED, 'end')
        equal(machine.read('got'), 'got\n', 'TERM')


@test
def an_interactive_shell_which_ignores_term_gets_hup():
    for line in ('::respawn:-/bin/sh\n', 'console::respawn:/bin/sh\n'):
        with Machine(line) as machine:
            machine.type('touch /tmp/here\n')
            machine.wait_file('here')
            end, seconds = timed_end(machine, signal.SIGTERM, 20)
            equal(end, REBOOTED, 'end')
            check(seconds < 2, f'{seconds:.2f} s')


@test
def an_unkillable_process_does_not_hold_it_up():
    # Frozen by cgroup v1, a process takes no signal, KILL included.
    with cgroup('freezer') as group:
        with Machine('::respawn:sh -c "touch /tmp/a; exec sleep 1000"\n'
                     ) as machine:
            machine.wait_file('a')
            init = machine.init()
            child = open(f'/proc/{init}/task/{init}/children').read().split()
            with open(f'{group}/cgroup.procs', 'w') as procs:
                procs.write(child[0])
            with open(f'{group}/freezer.state', 'w') as state:
                state.write('FROZEN')
            try:
                machine.signal(signal.SIGTERM)
                machine.wait_console('KILL sent to all')
                start = time.monotonic()
                machine.wait_console('foster: reboot\n')
                seconds = time.monotonic() - start
                check(1.5 < seconds < 4, f'{seconds:.2f} s after KILL')
            finally:
                with open(f'{group}/freezer.state', 'w') as state:
                    state.write('THAWED')
            equal(machine.wait_end(), REBOOTED, 'end')


@test
def it_is_obeyed_while_sysinit_hangs():
    with Machine('::sysinit:sh -c "trap \'\' TERM; touch /tmp/a; while :; do '
                 'sleep 1000; done"\n') as machine:
        machine.wait_file('a')
        machine.signal(signal.SIGTERM)
        machine.signal(signal.SIGTERM)
        equal(machine.wait_end(8), REBOOTED, 'end')


@test
def nothing_is_started_any_more():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                 '::shutdown:sh -c "touch /tmp/down; until [ -e /tmp/killed ]; '
                 'do sleep 0.05; done; sleep 1.5"\n'
                 ) as machine:
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGUSR2)
        machine.wait_file('down')
        for child in machine.children():
            if '1000' in ' '.join(command_line(child)):
                os.kill(child, signal.SIGKILL)
        machine.wait_children(1)
        machine.write('killed', '')
        equal(machine.wait_end(), POWERED_OFF, 'end')
        equal(machine.read('up'), 'up\n', 'starts')


@contextmanager
def device(inittab, **rest):
    """A machine that takes itself for the first PID 1, and so unmounts; up, and
    without a file system that is another's too: of those it mounts none."""
    with Machine(inittab + '::sysinit:mount -t proc proc /proc\n'
                 '::once:touch /tmp/up\n', gate=True, **rest) as machine:
        with strace(machine.wait_gate(), '-o', '/dev/null', '-e',
                    'inject=reboot:retval=0:when=1',
                    '-e', 'inject=mount:error=EPERM'):
            machine.open_gate()
            machine.wait_file('up')
        yield machine


@test
def file_systems_are_unmounted_and_the_root_left_read_only():
    with device('::sysinit:sh -c "mkdir \'/tmp/a b\'; '
                'mount -t tmpfs t \'/tmp/a b\'; mkdir \'/tmp/a b/c\'; '
                'mount -t tmpfs t \'/tmp/a b/c\'"\n') as machine:
        with strace(machine.init(), '-f', '-o', machine.path('strace'),
                    '-e', 'trace=umount2,mount',
                    '-e', 'inject=mount:error=EPERM'):
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')
        calls = [line.split(None, 1)[1] for line in machine.lines('strace')]

        def place(call):
            found = [i for i, line in enumerate(calls) if line.startswith(call)]
            check(found, f'no {call} in {calls}')
            return found[-1]
        inner = place('umount2("/tmp/a b/c", UMOUNT_NOFOLLOW) = 0')
        outer = place('umount2("/tmp/a b", UMOUNT_NOFOLLOW) = 0')
        root = place('mount(NULL, "/", NULL, MS_RDONLY|MS_REMOUNT, NULL)')
        check(inner < outer < root, f'{calls}')


@test
def an_unmount_that_hangs_does_not_hold_the_power_off():
    with device('') as machine:
        with strace(machine.init(), '-f', '-o', '/dev/null',
                    '-e', 'inject=umount2:delay_enter=60s',
                    ended_by=signal.SIGKILL):
            start = time.monotonic()
            machine.signal(signal.SIGUSR2)
            try:
                machine.wait_console('shutdown lines first')
                child, = wait_until(machine.children, 'a child')
                machine.wait_console('file systems not synced and unmounted in '
                                     'time; going on', patience=20)
                seconds = time.monotonic() - start
                # Then it makes no further step, such as a remount of what is
                # not its own, when its tracer goes.
                wait_until(lambda: pending(child) & 1 << signal.SIGKILL - 1,
                           'the namespace ends')
            except BaseException:
                machine.process.kill()
                raise
        equal(machine.wait_end(), POWERED_OFF, 'end')
        check(9.5 < seconds < 14, f'{seconds:.1f} s')


@test
def no_number_of_mounts_is_too_large():
    # Each of them once more below it: 512, nested.
    with device('::sysinit:many\n', files={
            '/bin/many': '#!/bin/sh\nmkdir /run/m\nmount -t tmpfs t /run/m\n'
            'cd /run/m\nmkdir 1 2 3 4 5 6 7 8 9\nfor folder in *; do '
            'mount --rbind /run/m $folder; done\n'}) as machine:
        with open(f'/proc/{machine.init()}/mounts') as mounts:
            equal(mounts.read().count(' /run/m'), 512, 'mounts')
        with strace(machine.init(), '-f', '-o', machine.path('strace'),
                    '-e', 'trace=umount2,mount',
                    '-e', 'inject=mount:error=EPERM'):
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')
        calls = machine.read('strace')
        gone = re.findall(r'umount2\("(/run/m[^"]*)".* = 0$', calls, re.M)
        equal((len(gone), len(set(gone))), (512, 512), 'unmounted')
        equal(re.findall(r'mount\(NULL, "(/run[^"]*)"', calls), [], 'left')


@contextmanager
def refused(machine, rule):
    """A device's PID 1, which its first reboot(2) has told so, and then that
    call refused: strace takes one rule a call, so one comes after the other.
    It mounts nothing, since it would be the host's."""
    with strace(machine.wait_gate(), '-o', '/dev/null', '-e',
                'inject=reboot:retval=0:when=1',
                '-e', 'inject=mount:error=EBUSY'):
        machine.open_gate()
        machine.wait_file('up')
    with strace(machine.init(), '-o', '/dev/null', '-e', rule):
        machine.signal(signal.SIGUSR2)
        yield


@test
def a_power_off_that_is_refused_halts():
    with Machine('::once:touch /tmp/up\n', gate=True) as machine:
        with refused(machine, 'inject=reboot:error=EINVAL:when=1'):
            equal(machine.wait_end(), POWERED_OFF, 'end')
            check('power-off failed: EINVAL; halting\n' in machine.console(),
                  machine.console())
            check('halt failed' not in machine.console(), machine.console())


@test
def a_halt_that_is_refused_leaves_a_pid_1_that_waits():
    with Machine('::once:touch /tmp/up\n::respawn:sleep 1000\n',
                 gate=True) as machine:
        with refused(machine, 'inject=reboot:error=EINVAL'):
            machine.wait_console('halt failed: EINVAL; it is safe to switch off')
            check('power-off failed: EINVAL; halting\n' in machine.console(),
                  machine.console())
            # It answers, and does nothing more.
            machine.signal(signal.SIGTERM)
            machine.wait_console('power-off under way')
        init = machine.init()
        wait_until(lambda: state(init) == 'S', 'it sleeps')
        equal(machine.children(), [], 'children')
        check('restart' not in machine.console().split('halting')[1],
              machine.console())


@test
def busybox_commands_work():
    for command, end in (('reboot', REBOOTED), ('poweroff', POWERED_OFF),
                         ('halt', POWERED_OFF)):
        with Machine(f'::once:/bin/{command}\n::respawn:sleep 1000\n'
                     ) as machine:
            equal(machine.wait_end(), end, command)


@test
def its_own_commands_work_by_name_and_as_words():
    for command, end in (('reboot', REBOOTED), ('poweroff', POWERED_OFF),
                         ('halt', POWERED_OFF), ('halt -p', POWERED_OFF)):
        with Machine(
                '::once:ask\n::respawn:sleep 1000\n',
                files={'/bin/ask': '#!/bin/sh\ncp /sbin/init /sbin/foster\n'
                       f'exec foster {command}\n'}) as machine:
            equal(machine.wait_end(), end, 'foster ' + command)
            check('shutdown lines first' in machine.console(), 'by PID 1')
    for command, end in (('reboot', REBOOTED), ('poweroff', POWERED_OFF),
                         ('init 0', POWERED_OFF), ('init 6', REBOOTED)):
        name = command.split()[0]
        with Machine('::once:ask\n::respawn:sleep 1000\n', files={
                '/bin/ask': f'#!/bin/sh\nmkdir -p /own; cp /sbin/init '
                f'/own/{name}\nexec /own/{command}\n'}) as machine:
            equal(machine.wait_end(), end, command)


@test
def f_asks_the_kernel_at_once():
    for command, end in (('reboot -f', REBOOTED), ('poweroff -f', POWERED_OFF),
                         ('halt -f', POWERED_OFF)):
        with Machine(
                '::once:ask\n::respawn:sleep 1000\n',
                files={'/bin/ask': '#!/bin/sh\ncp /sbin/init /sbin/foster\n'
                       f'exec foster {command}\n'}) as machine:
            equal(machine.wait_end(), end, 'foster ' + command)
            check('shutdown lines' not in machine.console(), machine.console())


@test
def commands_that_only_record_do_nothing():
    # reboot -w "only writes the wtmp record": some boot scripts call it.
    with Machine('::once:ask\n::respawn:sleep 1000\n', files={
            '/bin/ask': '#!/bin/sh\ncp /sbin/init /sbin/foster\n'
            'for word in reboot halt poweroff; do foster $word -w; done\n'
            'foster reload\n'}) as machine:
        machine.wait_console('2 lines in use')
        check('shutdown' not in machine.console(), machine.console())


@test
def wrong_words_to_its_commands_are_one_line():
    with Machine('::once:ask\n::respawn:sleep 1000\n', files={
            '/bin/ask': '#!/bin/sh\ncp /sbin/init /sbin/foster\n'
            'foster poweroff --now 2>/tmp/err; echo $? >>/tmp/err\n'
            'init 3 2>>/tmp/err; echo $? >>/tmp/err; touch /tmp/done\n'
            }) as machine:
        machine.wait_file('done')
        lines = machine.lines('err')
        equal(len(lines), 4, lines)
        check('poweroff: --now: not an option' in lines[0], lines[0])
        equal((lines[1], lines[3]), ('1', '1'), 'status')


@test
def a_word_that_is_no_request_is_named():
    with Machine('::once:/bin/ask\n', files={
            '/bin/ask': '#!/bin/sh\n/sbin/init 3 2>/tmp/err; '
            'echo $? >>/tmp/err; touch /tmp/done\n'}) as machine:
        machine.wait_file('done')
        equal(machine.lines('err'),
              ['foster: init: 3: no request; see foster(8)', '1'], 'said')


main(jobs=4)
