#!/usr/bin/env python3
"""What other inits get wrong: each test is named after the defect that it
would find. Those on forks, storms and lacking devices are in faults.t, on
requests in signals.t, on pacing in pacing.t, on shutdown in shutdown.t."""
import os
import signal
import time

from harness import (Machine, POWERED_OFF, check, descriptors, equal, main,
                     test, wait_until)

UP = '::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'


@test
def pid_1_dies_of_a_line_with_400_words():
    words = ' '.join(f'w{n}' for n in range(400))
    for dash in ('', '-'):
        with Machine(f'::once:{dash}record {words}\n' + UP,
                     files={'/bin/record': '#!/bin/sh\necho "$*" >/tmp/words\n'}
                     ) as machine:
            machine.wait_file('up', 'up')
            machine.wait_file('words', words + '\n')


@test
def the_tail_of_a_long_line_is_taken_for_a_line():
    tail = '::once:touch /tmp/tail'
    for length in (127, 128, 129, 255, 256, 257, 1023, 1024, 1025):
        head = '::once:touch /tmp/head #'
        with Machine(head + 'x' * (length - len(head)) + tail + '\n' + UP
                     ) as machine:
            machine.wait_file('up', 'up')
            machine.wait_file('head')
            check(not os.path.exists(machine.path('tail')), length)


@test
def half_a_line_of_a_file_that_is_too_large_is_run():
    # Three lines joined, of which as many bytes as left are in what is read.
    size = 8192
    joined = '::once:touch /tmp/half \\\n/tmp/of \\\n/tmp/it\n'
    behind = '::once:touch /tmp/behind\n'
    for left in (0, 10, joined.index('/tmp/of'), joined.index('/tmp/it'),
                 joined.index('/tmp/it') + 3, len(joined)):
        head = UP + '#' * (size - left - len(UP) - 1) + '\n'
        whole = left == len(joined)
        with Machine(head + joined + behind * 400) as machine:
            machine.wait_file('up', 'up')
            machine.wait_console(
                f'/etc/inittab:{6 if whole else 3}: the file is larger than '
                f'{size} bytes; skipped from this line on')
            if whole:
                machine.wait_file('it')
            check(whole or not os.path.exists(machine.path('half')), left)
            check(not os.path.exists(machine.path('behind')), left)


@test
def a_file_that_is_one_gigantic_line_stops_the_boot():
    with Machine('::once:touch /tmp/cut #' + 'x' * 9000 + '\n' + UP
                 ) as machine:
        machine.wait_console('/etc/inittab:1: the file is larger than 8192 '
                             'bytes; skipped from this line on')
        machine.wait_console('no line serves; nothing to start')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')
        equal(set(os.listdir(machine.shared)) & {'cut', 'up'}, set(), 'run')


@test
def a_long_command_is_cut():
    for length in (127, 128, 129, 255, 256, 257, 500):
        command = 'touch /tmp/'
        name = f'n{length}'
        command += './' * ((length - len(command + name)) // 2) + name
        with Machine(f'::once:{command}\n' + UP) as machine:
            machine.wait_file('up', 'up')
            machine.wait_file(name)


@test
def empty_lines_are_read_past_their_start():
    with Machine('\n\n \n\t\n\\\n\n#\n' + UP + '\n\n') as machine:
        machine.wait_file('up', 'up')
        check('/etc/inittab:' not in machine.console(), machine.console())


@test
def a_file_of_noise_stops_the_boot():
    noise = bytes(range(256)) * 8
    with Machine(noise + b'\n' + UP.encode()) as machine:
        machine.wait_file('up', 'up')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def a_long_tty_name_is_cut_and_doubled_by_each_reload():
    name = 'tty' + 'x' * 60
    line = f'{name}::respawn:sh -c "echo it >>/tmp/it"\n'
    with Machine(line + UP) as machine:
        machine.wait_file('up', 'up')
        for count in (1, 2, 3):
            machine.signal(signal.SIGHUP)
            machine.wait_console('tty name too long', count + 1)
            machine.wait_console('1 lines in use', count)
        equal(machine.read('up'), 'up\n', 'starts')
        check('removed' not in machine.console(), machine.console())


@test
def signals_and_respawns_lag_by_a_second():
    with Machine('::respawn:sh -c "echo up >>/tmp/up; exec sleep 1000"\n'
                 '::ctrlaltdel:sh -c "echo cad >>/tmp/cad"\n') as machine:
        machine.wait_file('up', 'up')
        lags = []
        for count in range(1, 8):
            start = time.monotonic()
            machine.signal(signal.SIGINT)
            machine.wait_file('cad', 'cad', count)
            lags.append(time.monotonic() - start)
            machine.wait_children(1)
        # The median: a loaded machine may hold a few of them up.
        check(sorted(lags)[3] < 0.3, f'signals: {lags}')

        lags = []
        for count in range(2, 5):
            time.sleep(1.1)
            start = time.monotonic()
            os.kill(machine.children()[0], signal.SIGKILL)
            machine.wait_file('up', 'up', count)
            lags.append(time.monotonic() - start)
        check(sorted(lags)[1] < 0.8, f'respawn after a steady run: {lags}')


@test
def descriptors_are_lost_by_restarts_and_reloads():
    with Machine('backoff::respawn:/nonexistent\n'
                 ':backoff=0.01-0.01:respawn:sh -c "echo x >>/tmp/x; exit 1"\n'
                 ':backoff=0.01-0.01:respawn:/nonexistent\n'
                 ':backoff=0.01-0.01,user=nobody9:respawn:/bin/true\n' + UP
                 ) as machine:
        machine.wait_file('x', 'x', 3)
        machine.wait_file('up', 'up')

        def all_but_pidfds():
            # Those are as many as happen to run. A signalfd is there once a
            # console was slow, as nobody reads this one all the time; it stays,
            # and is one.
            links = descriptors(machine.init())
            if links.count('anon_inode:[signalfd]') == 1:
                links.remove('anon_inode:[signalfd]')
            return sorted(link for link in links if 'pidfd' not in link)
        # Not with one that is open for a moment.
        before = min((all_but_pidfds() for _ in range(20)), key=len)
        for count in range(1, 11):
            machine.signal(signal.SIGHUP)
            machine.wait_console('lines in use', count)
        machine.wait_file('x', 'x', 60)
        wait_until(lambda: all_but_pidfds() == before,
                   f'the same descriptors as before: {before}')
        pidfds = sum('pidfd' in link for link in descriptors(machine.init()))
        check(pidfds <= 5, f'{pidfds} pidfds for 5 services')


@test
def a_reload_kills_everything_when_a_service_never_started():
    with Machine('ttyNONE::respawn:/bin/true\n' + UP) as machine:
        machine.wait_file('up', 'up')
        machine.wait_console('not started: tty: ENOENT')
        machine.write_inittab(UP)
        machine.signal(signal.SIGHUP)
        machine.wait_console('1 lines in use')
        # The child of a try may not have been reaped yet.
        machine.wait_children(1)
        equal(machine.read('up'), 'up\n', 'starts')


@test
def a_second_term_or_usr2_is_lost_in_a_storm_of_signals():
    with Machine(UP + '::shutdown:touch /tmp/down\n') as machine:
        machine.wait_file('up', 'up')
        init = machine.init()
        for _ in range(2000):
            os.kill(init, signal.SIGWINCH)
            os.kill(init, signal.SIGCHLD)
        os.kill(init, signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')
        check(os.path.exists(machine.path('down')), 'shutdown line')


main(jobs=3)
