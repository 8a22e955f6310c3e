#!/usr/bin/env python3
"""SIGHUP: what changed is changed, what did not is not touched."""
import os
import signal
import time

from harness import (Machine, PATIENCE, POWERED_OFF, check, equal, main, test,
                     state, wait_until)



def up(name, extra=''):
    return (f'::respawn:sh -c "echo {name} $$ >>/tmp/{name}; {extra}'
            f'exec sleep 1000"\n')


@test
def unchanged_services_are_not_touched():
    with Machine(up('a') + up('b')) as machine:
        machine.wait_file('a', 'a')
        machine.wait_file('b', 'b')
        for count in (1, 2, 3):
            machine.signal(signal.SIGHUP)
            machine.wait_console('2 lines in use', count)
        # Long enough for one that was told to end to be started again.
        machine.write_inittab(up('a') + up('b') +
                              '::once:sh -c "sleep 1; touch /tmp/later"\n')
        machine.signal(signal.SIGHUP)
        machine.wait_file('later')
        equal((machine.read('a').count('a '), machine.read('b').count('b ')),
              (1, 1), 'starts')


@test
def removed_ones_end_and_added_ones_start():
    with Machine(up('a') + up('b')) as machine:
        first = machine.wait_file('a', 'a').split()[1]
        machine.wait_file('b', 'b')
        machine.write_inittab(up('b') + up('c'))
        machine.signal(signal.SIGHUP)
        machine.wait_file('c', 'c')
        machine.wait_console('removed')
        machine.write_inittab(up('b') + up('c') +
                              f'::once:sh -c "kill -0 {first} && echo alive '
                              '>/tmp/r || echo gone >/tmp/r"\n')
        machine.signal(signal.SIGHUP)
        machine.wait_file('r', 'gone')
        equal(machine.read('b').count('b '), 1, 'the one in both')


@test
def a_removed_one_that_ignores_term_is_killed_after_its_grace():
    stubborn = (':name=stubborn,grace=0.3:respawn:sh -c "trap \'\' TERM; '
                'touch /tmp/here; while :; do sleep 1000; done"\n')
    with Machine(stubborn + up('b')) as machine:
        machine.wait_file('here')
        machine.write_inittab(up('b'))
        machine.signal(signal.SIGHUP)
        machine.wait_console('stubborn')
        machine.wait_console('TERM sent; KILL in 0.3 s')
        machine.wait_console('still there; KILL sent')
        machine.wait_console('killed by SIGKILL')


@test
def a_removed_one_that_is_stopped_takes_its_term():
    with Machine(':name=x,grace=60:respawn:sh -c "trap \'echo got >/tmp/got; '
                 'exit\' TERM; echo $$ >/tmp/pid; kill -STOP $$; '
                 'while :; do sleep 0.1; done"\n' + up('b')) as machine:
        machine.wait_file('pid', '\n')
        machine.wait_file('b', 'b')
        wait_until(lambda: any(state(pid) == 'T' for pid in machine.children()),
                   'it is stopped')
        machine.write_inittab(up('b'))
        machine.signal(signal.SIGHUP)
        machine.wait_file('got', 'got', patience=5)


@test
def a_changed_one_starts_anew_when_the_old_one_has_ended():
    line = ':name=x{}:respawn:sh -c "echo {} $$ >>/tmp/x; exec sleep 1000"\n'
    with Machine(line.format(',nice=1', 'one')) as machine:
        machine.wait_file('x', 'one')
        machine.write_inittab(line.format(',nice=2', 'two'))
        machine.signal(signal.SIGHUP)
        machine.wait_file('x', 'two')
        machine.wait_console('starting it as it is now')
        equal(len(machine.lines('x')), 2, 'starts')


@test
def two_lines_never_take_the_same_running_service():
    named = up('a').replace('::', ':name=x:', 1)
    with Machine(named) as machine:
        machine.wait_file('a', 'a')
        # By its name the first is the old one; by its command the second.
        both = up('b').replace('::', ':name=x:', 1) + up('a')
        machine.write_inittab(both)
        machine.signal(signal.SIGHUP)
        machine.wait_file('b', 'b')
        machine.wait_file('a', 'a', 2)
        machine.signal(signal.SIGHUP)
        machine.wait_console('2 lines in use', 2)
        equal((machine.read('a').count('a '), machine.read('b').count('b ')),
              (2, 1), 'starts')


@test
def a_broken_table_says_so_and_a_missing_one_keeps_the_old():
    with Machine(up('a')) as machine:
        machine.wait_file('a', 'a')
        machine.write_inittab(up('a') + 'nonsense\n::bogus:x\n')
        machine.signal(signal.SIGHUP)
        machine.wait_console('/etc/inittab:2:1: fewer than three colons: '
                             'nonsense; line skipped')
        machine.wait_console('/etc/inittab:3:3: no such action: bogus; '
                             'line skipped')
        root = f'/proc/{machine.init()}/root/etc/inittab'
        os.unlink(root)
        machine.signal(signal.SIGHUP)
        machine.wait_console('ENOENT; the table in use stays')
        check('removed' not in machine.console() and
              'TERM sent' not in machine.console(), machine.console())
        equal(machine.read('a').count('a '), 1, 'starts')


@test
def a_table_without_a_line_that_serves_keeps_the_old():
    with Machine(up('a')) as machine:
        machine.wait_file('a', 'a')
        tables = ('', '# nothing\n\n', 'nonsense\n\0\x7fELF\n')
        for count, table in enumerate(tables, 1):
            machine.write_inittab(table)
            machine.signal(signal.SIGHUP)
            machine.wait_console('no line serves; the table in use stays',
                                 count)
        machine.write_inittab(up('a') + up('b'))
        machine.signal(signal.SIGHUP)
        machine.wait_file('b', 'b')
        check('TERM sent' not in machine.console(), machine.console())
        equal(machine.read('a').count('a '), 1, 'starts')


@test
def one_changed_to_what_waits_for_its_time_does_not_run_before():
    it = '/bin/sh -c "echo it >>/tmp/it; exec sleep 1000"\n'
    for action in ('sysinit', 'ctrlaltdel', 'shutdown', 'restart'):
        with Machine(up('a') + '::respawn:' + it) as machine:
            machine.wait_file('it', 'it\n')
            machine.write_inittab(up('a') + f'::{action}:{it}')
            machine.signal(signal.SIGHUP)
            machine.wait_console('not started again')
            machine.signal(signal.SIGHUP)
            machine.wait_console('2 lines in use', 2)
            machine.wait_children(1)
            equal(machine.read('it'), 'it\n', f'runs before {action}')
            if action == 'sysinit':
                continue
            machine.signal({'ctrlaltdel': signal.SIGINT,
                            'shutdown': signal.SIGUSR2,
                            'restart': signal.SIGQUIT}[action])
            machine.wait_file('it', 'it\n', 2)


@test
def a_shutdown_keeps_the_lines_that_it_has_begun_with():
    table = ('::restart:sh -c "echo restarted >>/tmp/down"\n'
             '::shutdown:sh -c "touch /tmp/first; until [ -e /tmp/go ]; '
             'do sleep 0.02; done; echo first >>/tmp/down"\n'
             '::shutdown:sh -c "echo second >>/tmp/down"\n')
    with Machine(up('a') + table) as machine:
        machine.wait_file('a', 'a')
        machine.signal(signal.SIGQUIT)
        machine.wait_file('first')
        machine.write_inittab(up('a') + up('b'))
        machine.signal(signal.SIGHUP)
        # Of two that are pending the lower number comes first.
        machine.signal(signal.SIGTSTP)
        machine.wait_console('respawning nothing')
        machine.write('go', '')
        machine.wait_end()
        equal(machine.lines('down'), ['first', 'second', 'restarted'],
              'lines run')
        equal(machine.read('b'), '', 'an added service')


@test
def added_wait_and_once_lines_run_and_an_added_sysinit_line_does_not():
    with Machine('::sysinit:sh -c "echo s >>/tmp/s"\n' + up('a')) as machine:
        machine.wait_file('a', 'a')
        table = ('::sysinit:sh -c "echo s >>/tmp/s"\n'
                 '::sysinit:sh -c "echo s2 >>/tmp/s"\n'
                 '::wait:sh -c "echo w >>/tmp/order"\n'
                 '::once:sh -c "echo o >>/tmp/order"\n' + up('a'))
        machine.write_inittab(table)
        machine.signal(signal.SIGHUP)
        machine.wait_file('order', 'o')
        machine.wait_children(1)
        machine.write_inittab(
            table + '::once:sh -c "echo p >>/tmp/order"\n')
        machine.signal(signal.SIGHUP)
        machine.wait_file('order', 'p')
        machine.wait_children(1)
        equal(machine.lines('order'), ['w', 'o', 'p'], 'each once')
        equal(machine.lines('s'), ['s'], 'sysinit')


@test
def hup_during_sysinit_brings_the_new_table():
    sysinit = ('::sysinit:sh -c "touch /tmp/here; while [ ! -e /tmp/go ]; do '
               'sleep 0.05; done"\n'
               '::sysinit:touch /tmp/over\n')
    with Machine(sysinit + up('old')) as machine:
        machine.wait_file('here')
        machine.write_inittab(
            sysinit + '::wait:sh -c "[ ! -e /tmp/over ] || touch /tmp/waited"\n'
            + up('new'))
        machine.signal(signal.SIGHUP)
        machine.wait_console('lines in use')
        machine.write('go', '')
        machine.wait_file('new', 'new')
        check(os.path.exists(machine.path('waited')), 'wait behind sysinit')
        equal(machine.read('old'), '', 'the removed one')


HOLDS = ('sh -c "echo {0} >>/tmp/log; touch /tmp/{0}; until [ -e /tmp/go ]; do '
         'sleep 0.05; done; echo {0} done >>/tmp/log"\n')


@test
def a_line_that_the_boot_waits_for_is_not_stopped_half_way():
    after = ['x done', 'next', 'up']
    tail = '::once:sh -c "echo up >>/tmp/log; touch /tmp/up"\n'
    for action in 'sysinit', 'wait':
        line = f':name=x:{action}:' + HOLDS.format('x')
        following = '::wait:sh -c "echo next >>/tmp/log"\n'
        for table, log in (
                (following + tail, ['x'] + after),                # removed
                (line.replace('=x', '=x,nice=1') + following + tail,
                 ['x'] + after),                                  # changed
                (following + line + tail, ['x'] + after)):        # moved
            with Machine(line + tail) as machine:
                machine.wait_file('x')
                machine.write_inittab(table)
                machine.signal(signal.SIGHUP)
                machine.wait_console('lines in use')
                time.sleep(0.2)
                equal(machine.lines('log'), ['x'], f'{action}: meanwhile')
                machine.write('go', '')
                machine.wait_file('up')
                equal(machine.lines('log'), log, action)
                check('TERM sent' not in machine.console(), action)


@test
def a_once_line_runs_again_when_its_command_has_changed():
    with Machine(':name=x:once:sh -c "echo one >>/tmp/log"\n') as machine:
        machine.wait_file('log', 'one\n')
        machine.wait_children(0)
        for table, log in ((':name=x,nice=1:once:sh -c "echo one >>/tmp/log"\n',
                            ['one']),
                           (':name=x:once:sh -c "echo two >>/tmp/log"\n',
                            ['one', 'two'])):
            machine.write_inittab(table + '::once:touch /tmp/' + log[-1] + '\n')
            machine.signal(signal.SIGHUP)
            machine.wait_file(log[-1])
            machine.wait_children(0)
            equal(machine.lines('log'), log, table)


@test
def init_q_and_foster_reload_send_hup():
    # One after the other: two pending HUPs are one.
    with Machine(up('a'), files={
            '/bin/ask': '#!/bin/sh\ncp /sbin/init /bin/foster\n/sbin/init -q\n'
            'until [ -e /tmp/go ]; do sleep 0.05; done\nfoster reload\n'
            }) as machine:
        machine.wait_file('a', 'a')
        machine.write_inittab(up('a') + '::once:ask\n')
        machine.signal(signal.SIGHUP)
        machine.wait_console('lines in use', 2)
        machine.write('go', '')
        machine.wait_console('lines in use', 3)


@test
def many_reloads_with_services_that_end_slowly_lose_nothing():
    slow = (':grace=0.5:respawn:sh -c "trap \'\' TERM; echo {0} >>/tmp/slow; '
            'while :; do sleep 1000; done"\n')
    with Machine(up('a')) as machine:
        machine.wait_file('a', 'a')
        for turn in range(12):
            machine.write_inittab(up('a') + ''.join(
                slow.format(f's{turn}x{i}') for i in range(15)))
            machine.signal(signal.SIGHUP)
            machine.wait_console('reload: ', turn + 1)
        # Refused while too many were still ending; asked again it is served.
        machine.write_inittab(up('a') + up('last'))

        def served():
            machine.signal(signal.SIGHUP)
            time.sleep(0.1)
            machine.console()
            return 'last' in machine.read('last')
        wait_until(served, 'the last table', 3 * PATIENCE)
        equal(machine.read('a').count('a '), 1, 'starts')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(3 * PATIENCE), POWERED_OFF, 'end')


@test
def more_entries_than_fit_are_reported_and_the_rest_serves():
    with Machine(''.join(f'::once:sh -c "echo {i} >>/tmp/n"\n'
                         for i in range(40))) as machine:
        machine.wait_file('n', '\n', 32)
        machine.wait_console('the table is full', 8)
        check('/etc/inittab:33:' in machine.console(), machine.console())


main(jobs=3)
