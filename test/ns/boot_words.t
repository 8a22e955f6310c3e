#!/usr/bin/env python3
"""Words of the kernel command line and of PID 1's argv, and where the log goes.

/proc/cmdline is the host's in every namespace, so a file is mounted over it.
"""
import signal

from harness import (Machine, POWERED_OFF, check, equal, main, test)

START = '''#!/bin/sh
mount -t proc proc /proc
cp /etc/cmdline /run/cmdline
mount --bind /run/cmdline /proc/cmdline
exec /sbin/init splash quiet
'''
UP = '::once:sh -c "echo {} >>/tmp/out"\n'


def boot(cmdline, inittab=UP.format('usual'), files=None, **rest):
    files = dict(files or {}, **{'/bin/start': START, '/etc/cmdline': cmdline,
                                 '/etc/other': UP.format('other')})
    return Machine(inittab, files=files, argv='/bin/start', **rest)


@test
def another_inittab_is_named():
    with boot('root=/dev/sda1 foster.inittab=/etc/other quiet\n') as machine:
        equal(machine.wait_file('out', '\n'), 'other\n', 'table')


@test
def the_last_of_two_counts():
    with boot('foster.inittab=/none foster.inittab=/etc/other') as machine:
        equal(machine.wait_file('out', '\n'), 'other\n', 'table')


@test
def quotes_of_the_command_line_are_dropped():
    with boot('x="a foster.inittab=/none" foster.inittab="/etc/with blank"\n',
              files={'/etc/with blank': UP.format('blank')}) as machine:
        equal(machine.wait_file('out', '\n'), 'blank\n', 'table')


@test
def a_table_that_is_not_there_gives_the_builtin_one():
    with boot('foster.inittab=/etc/none', files={
            '/etc/init.d/rcS': '#!/bin/sh\necho rcS >>/tmp/out\n'}) as machine:
        equal(machine.wait_file('out', '\n'), 'rcS\n', 'table')
        machine.wait_console('/etc/none: ENOENT; the built-in table serves')


@test
def a_command_line_that_can_not_be_read_is_said():
    with Machine(UP.format('usual'), argv='/bin/start', files={
            # A device that there is none of.
            '/bin/start': '#!/bin/sh\nmknod /dev/none c 240 0\n'
                          'mount -t proc proc /proc\n'
                          'mount --bind /dev/none /proc/cmdline\n'
                          'exec /sbin/init\n'}) as machine:
        equal(machine.wait_file('out', '\n'), 'usual\n', 'table')
        machine.wait_console('/proc/cmdline: ENXIO; going on without its '
                             'words\n')


@test
def a_path_that_is_too_long_is_said():
    with boot('foster.inittab=/' + 'x' * 200) as machine:
        equal(machine.wait_file('out', '\n'), 'usual\n', 'table')
        machine.wait_console('path longer than 63 bytes; using /etc/inittab')


@test
def wrong_words_of_ours_are_named_and_others_are_not():
    with boot('foster.bogus=1 foster.inittab= foster.log=loud bar.baz=1 ro '
              'foster') as machine:
        equal(machine.wait_file('out', '\n'), 'usual\n', 'table')
        machine.wait_console('kernel command line: foster.bogus=1:')
        machine.wait_console('kernel command line: foster.inittab=:')
        machine.wait_console('foster.log=loud: ')
        check('bar.baz' not in machine.console(), machine.console())


@test
def the_log_goes_where_it_is_told():
    crash = '::once:sh -c "echo up >>/tmp/out; exit 3"\n'
    for where, console, kmsg in (('console', True, False),
                                 ('kmsg', False, True), ('both', True, True),
                                 ('none', False, False)):
        # A plain file stands for the device.
        with boot(f'foster.early=1 foster.log={where}', crash +
                  '::shutdown:sh -c '
                  '"cat /dev/kmsg >/tmp/kmsg"\n', gate=True,
                  files={'/dev/kmsg': ''}) as machine:
            machine.open_gate()
            machine.wait_file('out', '\n')
            machine.wait_children(0)
            machine.signal(signal.SIGUSR2)
            equal(machine.wait_end(), POWERED_OFF, where)
            for said in ('foster.early=1', 'exited with 3'):
                equal(said in machine.console(), console, where)
                equal(machine.read('kmsg').count(said), kmsg, where)


@test
def without_kmsg_the_log_goes_to_the_console():
    for where in ('kmsg', 'both'):
        with boot(f'foster.log={where}',
                  '::once:sh -c "exit 3"\n') as machine:
            machine.wait_console('/dev/kmsg: ENOENT; the log goes to the '
                                 'console\n')
            machine.wait_console('exited with 3')
            equal(machine.console().count('exited with 3'), 1, where)


@test
def console_names_a_device():
    # The kernel keeps what stands on its command line; this one is argv's.
    for words in ('console=other', 'console=tty0 console=other,115200n8',
                  'console=/dev/other'):
        with Machine('::once:sh -c "readlink /proc/$$/fd/0 >/tmp/out"\n',
                     argv='/sbin/init ' + words,
                     files={'/dev/other': ''}) as machine:
            equal(machine.wait_file('out', '\n'), '/dev/other\n', words)


@test
def a_console_that_can_not_be_opened_is_said_and_the_usual_one_serves():
    with Machine('::once:sh -c "readlink /proc/$$/fd/0 >/tmp/out"\n',
                 argv='/sbin/init console=ttyNONE0,115200') as machine:
        equal(machine.wait_file('out', '\n'), '/dev/console\n', 'console')
        machine.wait_console('console /dev/ttyNONE0 can not be opened; using '
                             '/dev/console')


@test
def words_that_are_not_ours_start_no_program():
    with Machine(UP.format('usual'), argv='/sbin/init /bin/false splash -- 3'
                 ) as machine:
        equal(machine.wait_file('out', '\n'), 'usual\n', 'table')


main()
