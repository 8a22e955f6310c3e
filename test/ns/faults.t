#!/usr/bin/env python3
"""What the kernel refuses, and what it lacks: nothing is lost, nothing hangs."""
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager

from cgroups import cgroup
from harness import (Machine, POWERED_OFF, REBOOTED, PATIENCE, SHARES_MEMORY,
                     check, descriptors, equal, main, state, strace, test,
                     wait_channel, wait_until)

HERE = os.path.dirname(os.path.abspath(__file__))
CALLS = 'clone,clone3,fork,vfork'
STORM = int(os.environ.get('STORM', 20000))  # orphans


@contextmanager
def injected(machine, *rules, path=None):
    """On PID 1 alone, attached while the gate holds it before its exec."""
    words = ['-o', machine.path('strace')]
    words += ['-P', path] if path else []
    for rule in rules:
        words += ['-e', rule]
    with strace(machine.wait_gate(), *words):
        machine.open_gate()
        yield


def wait_refused(machine, error):
    """The message, with and without admission's queue."""
    wait_until(lambda: re.search(
        rf'(not started: fork|waits): {error}; (trying again|next look) in '
        r'\d+ ms', machine.console()), f'a refusal with {error} is told')


def wait_over(machine):
    wait_until(lambda: re.search(
        r'started,? after (waiting|\d+ refused forks)', machine.console()),
        'the end of the refusals is told')


@test
def a_child_held_up_before_its_exec_holds_nobody_up():
    # A program on a disk that does not answer: what it execs comes 3 s late.
    with Machine('::sysinit:/bin/true\n', gate=True) as machine:
        with strace(machine.wait_gate(), '-f', '-o', '/dev/null', '-P',
                    '/bin/true', '-e', 'inject=execve:delay_enter=3000000'):
            machine.open_gate()
            wait_until(machine.children, 'the child')
            start = time.monotonic()
            machine.signal(signal.SIGUSR2)
            machine.wait_console('power-off: shutdown lines')
            took = time.monotonic() - start
            equal(machine.wait_end(), POWERED_OFF, 'end')
            check(took < 2, f'{took:.1f} s until the request was served')


TWENTY = ''.join(f':name=s{i}:respawn:sh -c "echo {i} >>/tmp/up; '
                 'exec sleep 1000"\n' for i in range(20))


@test
def a_refused_fork_loses_no_entry():
    # The gate's exec is the first call seen; PID 1's forks follow.
    for error in ('EAGAIN', 'ENOMEM'):
        with Machine('::sysinit:sh -c "echo sysinit >>/tmp/order"\n'
                     '::wait:sh -c "echo wait >>/tmp/order"\n'
                     '::once:sh -c "echo once >>/tmp/order"\n' + TWENTY,
                     gate=True) as machine:
            with injected(machine, f'inject={CALLS}:error={error}:when=1..12'):
                machine.wait_file('up', '\n', 20, patience=30)
                machine.wait_file('order', 'once\n')
                equal(machine.lines('order'), ['sysinit', 'wait', 'once'],
                      error)
                equal(sorted(map(int, machine.lines('up'))), list(range(20)),
                      error)
                wait_refused(machine, error)
                wait_over(machine)


@test
def every_second_fork_refused_loses_no_entry():
    with Machine(TWENTY, gate=True) as machine:
        with injected(machine, f'inject={CALLS}:error=EAGAIN:when=1+2'):
            machine.wait_file('up', '\n', 20, patience=30)
            equal(len(set(machine.lines('up'))), 20, 'services')


@test
def forks_refused_by_pids_max_lose_no_entry():
    with cgroup('pids') as group:
        with Machine(TWENTY, gate=True) as machine:
            with open(f'{group}/cgroup.procs', 'w') as procs:
                procs.write(str(machine.wait_gate()))
            with open(f'{group}/pids.max', 'w') as most:
                most.write('8')
            machine.open_gate()
            wait_refused(machine, 'EAGAIN')
            wait_until(lambda: len(machine.lines('up')) >= 5, 'some run')
            with open(f'{group}/pids.max', 'w') as most:
                most.write('max')
            wait_until(lambda: len(set(machine.lines('up'))) == 20,
                       'all run')
            init = machine.init()
            for child in open(
                    f'/proc/{init}/task/{init}/children').read().split():
                os.kill(int(child), signal.SIGKILL)
            wait_until(lambda: len(machine.lines('up')) >= 40, 'restarts')


@test
def a_reload_after_a_refused_fork_signals_no_stranger():
    # BusyBox stored -1 as the pid, and a reload then ran kill(-1, TERM).
    with Machine('::respawn:sh -c "echo a >>/tmp/a; exec sleep 1000"\n'
                 '::respawn:sh -c "sleep 1000; : never started"\n',
                 gate=True) as machine:
        with injected(machine, f'inject={CALLS}:error=EAGAIN:when=2..200',
                      'trace=kill,pidfd_send_signal,' + CALLS):
            machine.wait_file('a', 'a')
            wait_refused(machine, 'EAGAIN')
            machine.write_inittab('::respawn:sh -c "echo a >>/tmp/a; '
                                  'exec sleep 1000"\n')
            machine.signal(signal.SIGHUP)
            machine.wait_console('1 lines in use')
        trace = machine.read('strace')
        check('kill(' not in trace and 'pidfd_send_signal(' not in trace, trace)
        equal(machine.read('a'), 'a\n', 'the other service')


@test
def a_failed_clone_that_wrote_its_pidfd_is_not_believed():
    with Machine(TWENTY, gate=True) as machine:
        with injected(machine, f'inject={CALLS}:error=EAGAIN:when=1..8',
                      'trace=close,' + CALLS):
            machine.wait_file('up', '\n', 20, patience=30)
        names = descriptors(machine.init())
        equal(sum('pidfd' in name for name in names), 20, names)


@test
def a_shutdown_that_can_not_fork_still_ends():
    with Machine('::once:touch /tmp/up\n::shutdown:touch /tmp/down\n',
                 gate=True) as machine:
        with injected(machine, f'inject={CALLS}:error=EAGAIN:when=2+'):
            machine.wait_file('up')
            machine.signal(signal.SIGUSR2)
            machine.wait_console('power-off: shutdown lines first')
            machine.signal(signal.SIGUSR2)
            machine.wait_console('not synced and unmounted in time',
                                 patience=25)
            equal(machine.wait_end(), POWERED_OFF, 'end')
            check('pid 0' not in machine.console(), machine.console())


@test
def a_sync_that_hangs_does_not_hold_the_power_off():
    # Only the child calls sync, so strace may follow here. It is killed, not
    # terminated: it would wait for the delay's end.
    with Machine('::respawn:sh -c "touch /tmp/up; exec sleep 1000"\n'
                 ) as machine:
        machine.wait_file('up')
        with strace(machine.init(), '-f', '-o', '/dev/null', '-e',
                    'trace=sync', '-e', 'inject=sync:delay_enter=60s',
                    ended_by=signal.SIGKILL):
            start = time.monotonic()
            machine.signal(signal.SIGTERM)
            machine.wait_console('not synced and unmounted in time',
                                 patience=20)
            seconds = time.monotonic() - start
            check(9.5 < seconds < 14, f'{seconds:.1f} s')
        equal(machine.wait_end(), REBOOTED, 'end')


@test
def a_storm_of_orphans_is_reaped_and_delays_nothing():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['gcc', '-O1', '-static', '-o', f'{folder}/storm',
                        f'{HERE}/storm.c'], check=True)
        storm = open(f'{folder}/storm', 'rb').read()
    line = f'::once:sh -c "/bin/storm {STORM} /tmp/reloaded >/tmp/storm"\n'
    with Machine(line, files={'/bin/storm': storm}) as machine:
        begin = time.monotonic()
        machine.wait_console('orphans reaped')
        # A request in the middle of it is obeyed at once.
        machine.write_inittab(line + '::once:touch /tmp/reloaded\n')
        start = time.monotonic()
        machine.signal(signal.SIGHUP)
        machine.wait_file('reloaded')
        check(time.monotonic() - start < 2, 'the reload waited')
        made = int(machine.wait_file('storm', 'made', patience=240).split()[0])
        machine.wait_children(0)

        def counted():
            return machine.console().count('orphan (pid') + sum(
                int(n) for n in re.findall(r'(\d+) orphans reaped',
                                           machine.console()))
        wait_until(lambda: counted() >= made, f'{made} counted')
        equal(counted(), made, 'counted')
        # One a second, and one when it begins.
        lines = len(re.findall('orphans? .*reaped', machine.console()))
        check(lines <= time.monotonic() - begin + 2, f'{lines} lines in the log')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_sync_that_is_killed_is_told_as_that():
    with Machine('::once:touch /tmp/up\n') as machine:
        machine.wait_file('up')
        with strace(machine.init(), '-f', '-o', '/dev/null', '-e',
                    'trace=sync', '-e', 'inject=sync:signal=KILL'):
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')
        check('sync and unmount: killed by signal 9' in machine.console(),
              machine.console())
        check('could not be unmounted' not in machine.console(),
              machine.console())


@test
def an_orphan_that_ends_is_no_service():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                 '::once:sh -c "sleep 0.3 & :"\n') as machine:
        machine.wait_console('orphan (pid')
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGHUP)
        machine.wait_console('lines in use')
        equal(machine.lines('up'), ['up'], 'starts')


@test
def a_turn_has_its_bounds():
    # All is there at once: PID 1 is stopped meanwhile.
    with Machine('::once:many\n', files={
            '/bin/many': '#!/bin/sh\ntouch /tmp/up; until [ -e /tmp/go ]; do '
            'sleep 0.05; done\ni=0; while [ $i -lt 300 ]; do (true &); '
            'i=$((i+1)); done\ntouch /tmp/made; exec sleep 1000\n'},
            gate=True) as machine:
        with injected(machine, 'trace=waitid,rt_sigtimedwait'):
            machine.wait_file('up')
            init = machine.init()
            os.kill(init, signal.SIGSTOP)
            wait_until(lambda: state(init) in 'Tt', 'it is stopped')
            machine.write('go', '')
            machine.wait_file('made')
            wait_until(lambda: [state(pid) for pid in machine.children()]
                       .count('Z') == 300, 'all have ended')
            for _ in range(70):  # fewer turns than for the children
                os.kill(init, 40)
            os.kill(init, signal.SIGCONT)
            machine.wait_children(1)
            machine.signal(signal.SIGHUP)
            machine.wait_console('lines in use')
        ends, most_ends, signals, most_signals = set(), 0, 0, 0
        for line in machine.lines('strace'):
            if 'waitid(' in line:
                signals = 0
                ends.update(re.findall(r'si_pid=(\d+)', line))
            elif re.search(r'= [1-9]\d* \(|= [1-9]\d*$', line):
                ends = set()
                signals += 1
            else:
                ends = set()
            most_ends = max(most_ends, len(ends))
            most_signals = max(most_signals, signals)
        equal((most_ends, most_signals), (64, 32), 'children, signals')
        # And it waits for nothing as long as some are left.
        trace = machine.read('strace')
        last = [m.end() for m in re.finditer(r'waitid\(.*si_pid', trace)][-1]
        storm = trace[trace.index('SIGRT_'):last]
        for line in storm.split('\n'):
            check('timedwait(' not in line or 'tv_sec=0, tv_nsec=0}' in line,
                  line)


@test
def a_signal_behind_those_of_a_turn_is_not_lost():
    # strace gives it 32 harmless ones, slowly enough to send one meanwhile.
    with Machine('::once:touch /tmp/up\n', gate=True) as machine:
        with injected(machine, 'inject=rt_sigtimedwait:retval=28:'
                      'delay_enter=30ms:when=1..32'):
            machine.wait_file('up')
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def zombies_that_predate_it_are_reaped():
    with Machine('::sysinit:mount -t proc proc /proc\n::once:touch /tmp/up\n',
                 argv='/bin/start', files={
                     '/bin/start': '#!/bin/sh\nfor i in 1 2 3 4 5; do true & '
                     'done\nexec /sbin/init\n'}) as machine:
        machine.wait_file('up')
        init = machine.init()
        wait_until(lambda: not open(
            f'/proc/{init}/task/{init}/children').read().split(), 'none left')


@test
def no_console_no_dev_no_proc_and_closed_descriptors():
    for redirect in ('0<&- 1>&- 2>&-', '0<&-', '1>&-', '2>&-'):
        with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                     '::once:sh -c "ls -l /proc/$$/fd >/tmp/fd 2>&1"\n'
                     '::sysinit:mount -t proc proc /proc\n'
                     '::shutdown:touch /tmp/down\n',
                     console=False, redirect=redirect) as machine:
            machine.wait_file('up', 'up')
            machine.wait_file('fd', '\n', 4)
            text = machine.read('fd')
            for number in '012':
                check(f' {number} -> ' in text, f'{redirect}: {text}')
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, redirect)
            check(os.path.exists(machine.path('down')), 'shutdown line')


@test
def an_empty_dev_is_no_hindrance():
    with Machine('::sysinit:rm -f /dev/null /dev/zero /dev/full\n'
                 '::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n',
                 console=False, redirect='0<&- 1>&- 2>&-', argv='/bin/start',
                 files={'/bin/start': '#!/bin/sh\nrm -f /dev/*\n'
                        'exec /sbin/init <&- >&- 2>&-\n'}) as machine:
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_console_that_comes_late_gets_the_log():
    with Machine('::sysinit:/bin/nothing\n'
                 '::wait:sh -c "touch /tmp/console; '
                 'ln -s /tmp/console /dev/console"\n'
                 '::once:/bin/nothing-more\n', console=False) as machine:
        machine.wait_file('console', 'nothing-more (')
        text = machine.read('console')
        check(text.startswith('foster: nothing (/etc/inittab:1): not started: '
                              'exec: ENOENT; going on\n'), text)


# What comes behind this line waits until the test has done something.
WAITS_HERE = ('::sysinit:sh -c "touch /tmp/here; until [ -e /tmp/on ]; '
              'do sleep 0.05; done"\n')


def stop_console_here(machine):
    machine.wait_file('here')
    machine.stop_console()
    machine.write('on', '')


@test
def a_console_stopped_by_ctrl_s_does_not_stop_pid_1():
    with Machine(WAITS_HERE +
                 '::respawn:sh -c "echo up >>/tmp/up; exit 1"\n'
                 ':backoff=0.01-0.01:respawn:sh -c "echo x >>/tmp/x; exit 1"\n'
                 ) as machine:
        stop_console_here(machine)
        machine.wait_file('x', 'x', 60, patience=30)
        machine.wait_file('up', 'up', 3)
        machine.type('\x11')
        machine.wait_console('lines dropped: the log took none')
        machine.type('\x13')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def nor_does_it_on_a_kernel_without_signalfd():
    with Machine(WAITS_HERE + '::once:sh -c "exit 1"\n',
                 gate=True) as machine:
        with injected(machine, 'trace=signalfd4',
                      'inject=signalfd4,signalfd:error=ENOSYS'):
            stop_console_here(machine)
            # It has been asked for, so it waits for the console.
            machine.wait_file('strace', 'ENOSYS')
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_signal_says_nothing_of_a_stopped_console():
    # It goes on waiting for the console itself, and looks at no clock.
    with Machine(WAITS_HERE + '::once:sh -c "exit 1"\n') as machine:
        stop_console_here(machine)
        for _ in range(20):
            wait_until(lambda: 'poll' in wait_channel(machine.init()),
                       'it waits for the console')
            machine.signal(signal.SIGCHLD)
        machine.type('\x11')
        machine.wait_console('exited with 1')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_stop_reaches_a_child_that_has_no_session_yet():
    with Machine(':name=late:respawn:sleep 1000\n', gate=True) as machine:
        with strace(machine.wait_gate(), '-f', '-o', '/dev/null', '-e',
                    'trace=setsid', '-e', 'inject=setsid:delay_enter=2000000'):
            machine.open_gate()
            machine.wait_children(1)
            machine.write_inittab('::once:true\n')
            machine.signal(signal.SIGHUP)
            machine.wait_console('TERM sent')
            wait_until(lambda: not machine.children(), 'its end')
            check('KILL sent' not in machine.console(), machine.console())
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_boot_line_that_is_killed_at_once_leaves_the_next_its_way():
    with Machine(WAITS_HERE + '::sysinit:true\n::sysinit:echo\n'
                 '::wait:ls\n') as machine:
        trace = machine.path('strace')
        machine.wait_file('here')
        with strace(machine.init(), '-f', '-o', trace, '-e',
                    'trace=clone,set_tid_address', '-e',
                    'inject=set_tid_address:signal=KILL'):
            machine.write('on', '')
            machine.wait_console('SIGKILL', count=3)
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, 'end')
        shared = re.findall(r'clone\(.*CLONE_VM(?!.*CLONE_VFORK)',
                            machine.read('strace'))
        equal(len(shared), 3 * SHARES_MEMORY, machine.read('strace'))


@test
def the_wall_clock_moves_nothing():
    # Nothing of it is asked for: time is CLOCK_MONOTONIC alone.
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exit 1"\n',
                 gate=True) as machine:
        with injected(machine, 'trace=all'):
            machine.wait_file('up', 'up', 4)
        trace = machine.read('strace')
        check('CLOCK_MONOTONIC' in trace, trace[:500])
        for call in ('CLOCK_REALTIME', 'gettimeofday(', 'time('):
            check(call not in trace.replace('clock_gettime(', ''), call)


@test
def nothing_is_killed_after_its_reap():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exit 1"\n'
                 ':name=x,grace=1.5:respawn:sh -c "trap \'exit 3\' TERM; '
                 'echo $$ >>/tmp/x; while :; do sleep 0.05; done"\n',
                 gate=True) as machine:
        with injected(machine, 'trace=kill,pidfd_send_signal,waitid'):
            pid = machine.wait_file('x', '\n').strip()
            machine.write_inittab('::respawn:sh -c "echo up >>/tmp/up; '
                                  'exit 1"\n')
            machine.signal(signal.SIGHUP)
            machine.wait_console('exited with 3')
            time.sleep(2)  # more than its grace
            machine.wait_file('up', 'up', 4)
        # Nobody else is to be signalled here.
        before, reap, behind = machine.read('strace').partition(
            f'si_pid={pid},')
        check(reap, f'{pid} is not reaped')
        signals = re.compile(r'\b(?:kill|pidfd_send_signal)\(.*SIG(TERM|KILL)')
        equal(signals.findall(before), ['TERM'], 'before its reap')
        equal(signals.findall(behind), [], 'after its reap')


@test
def a_table_that_can_not_be_read_is_tried_again():
    for error in ('EIO', 'EMFILE', 'ENOMEM'):
        with Machine('::once:touch /tmp/up\n', gate=True) as machine:
            with injected(machine, 'trace=openat',
                          f'inject=openat:error={error}:when=1..3',
                          path='/etc/inittab'):
                machine.wait_file('up', patience=15)
                machine.wait_console(f'/etc/inittab: {error}; trying again in')


@test
def a_table_that_can_never_be_read_gives_the_builtin_one():
    with Machine('::once:touch /tmp/up\n', gate=True, files={
            '/etc/init.d/rcS': '#!/bin/sh\ntouch /tmp/rcS\n'}) as machine:
        with injected(machine, 'trace=openat', 'inject=openat:error=EIO',
                      path='/etc/inittab'):
            machine.wait_console('/etc/inittab: EIO; the built-in table '
                                 'serves', patience=15)
            machine.wait_file('rcS')
            machine.wait_console('Press Enter')
        machine.type('\n')
        machine.type('touch /tmp/shell\n')
        machine.wait_file('shell')
        equal(machine.console().count('EIO; trying again in'), 5, 'tries')
        check(not os.path.exists(machine.path('up')), 'it ran the file')


@test
def ctrl_alt_del_before_there_is_a_table_reboots():
    with Machine('::once:touch /tmp/up\n', gate=True) as machine:
        with injected(machine, 'trace=openat', 'inject=openat:error=EIO',
                      path='/etc/inittab'):
            machine.wait_console('trying again in')
            machine.signal(signal.SIGINT)
            equal(machine.wait_end(), REBOOTED, 'end')


@test
def a_killed_getty_comes_back_after_all_that():
    with Machine('::respawn:sh -c "echo up $$ >>/tmp/up; exec sleep 1000"\n'
                 ) as machine:
        for count in range(1, 5):
            machine.wait_file('up', 'up', count)
            init = machine.init()
            children = wait_until(lambda: open(
                f'/proc/{init}/task/{init}/children').read().split(), 'a child')
            os.kill(int(children[0]), signal.SIGKILL)
        machine.wait_file('up', 'up', 5)
        check('killed by SIGKILL' in machine.console(), machine.console())


main(jobs=3)
