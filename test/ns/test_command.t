#!/usr/bin/env python3
"""/foster.test: one command, its verdict on a device, then power-off."""
import os
import signal

from harness import (GUEST, Machine, POWERED_OFF, REBOOTED, check, equal, main, test)


def carried(*argv, verdict='/tmp/verdict', headers=()):
    words = list(headers)
    if verdict:
        words.insert(0, 'verdict=' + verdict)
    return ''.join(word + '\0' for word in words + [''] + list(argv)).encode()


class Guest(Machine):
    """A machine with the file, and what its verdict goes to."""

    def __init__(self, file, inittab='::respawn:sleep 1000\n', **rest):
        files = dict(rest.pop('files', {}), **{'/foster.test': file})
        # The device is there before PID 1 is: the gate sees to that.
        super().__init__(inittab, init=GUEST, files=files, gate=True,
                         **rest)
        for name in ('verdict', 'stdout', 'stderr'):
            self.write(name, '')

    def verdict(self):
        """The lines, without the one that says start and pid."""
        lines = self.lines('verdict')
        check(lines and lines[0].startswith('start ') and
              int(lines[0].split()[1]) > 1, lines)
        return lines[1:]


def verdict_of(*argv, **rest):
    with Guest(carried(*argv), **rest) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        return guest.verdict()


@test
def exit_statuses_arrive_as_they_are():
    for status in (0, 1, 127, 255):
        equal(verdict_of('/bin/sh', '-c', f'exit {status}'),
              [f'exit {status}'], status)


@test
def signals_arrive_as_they_are():
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGRTMIN + 3):
        equal(verdict_of('/bin/sh', '-c', f'kill -{int(number)} $$'),
              [f'signal {int(number)}'], number)


@test
def a_program_that_does_not_start_names_step_and_errno():
    equal(verdict_of('/nonexistent'), ['failed exec 2'], 'missing')
    equal(verdict_of('/etc'), ['failed exec 13'], 'a folder')


@test
def it_runs_after_sysinit_and_wait_beside_the_services():
    with Guest(carried('/bin/sh', '-c', 'echo test >>/tmp/out; until grep -q '
                       'service /tmp/out; do sleep 0.05; done'),
               '::sysinit:sh -c "echo sysinit >>/tmp/out; sleep 0.2"\n'
               '::wait:sh -c "echo wait >>/tmp/out; sleep 0.2"\n'
               '::respawn:sh -c "echo service >>/tmp/out; exec sleep 1000"\n'
               '::shutdown:sh -c "echo shutdown >>/tmp/out"\n') as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        lines = guest.lines('out')
        equal(lines[:2], ['sysinit', 'wait'], 'before')
        equal(sorted(lines[2:4]), ['service', 'test'], 'beside each other')
        equal(lines[4:], ['shutdown'], 'behind')
        equal(guest.verdict(), ['exit 0'], 'verdict')


@test
def words_are_passed_on_unchanged():
    words = ['', 'two  words', '"\'$x`*', 'line\nbreak', 'ü', '-n', '']
    with Guest(carried('/bin/sh', '-c', 'printf "<%s>" "$@" >/tmp/out', 'sh',
                       *words)) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        equal(guest.read('out'), ''.join(f'<{w}>' for w in words), 'words')


@test
def its_input_and_outputs_are_the_devices_named():
    with Guest(carried('/bin/sh', '-c', 'cat; echo error >&2',
                       headers=('stdin=/etc/in', 'stdout=/tmp/stdout',
                                'stderr=/tmp/stderr')),
               files={'/etc/in': 'fed\n'}) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        equal(guest.read('stdout'), 'fed\n', 'stdout')
        equal(guest.read('stderr'), 'error\n', 'stderr')
        equal(guest.verdict(), ['exit 0'], 'verdict')


@test
def no_descriptor_of_the_verdict_reaches_any_program():
    with Guest(carried('/bin/sh', '-c', 'ls -l /proc/self/fd >/tmp/test'),
               '::sysinit:mount -t proc proc /proc\n'
               '::wait:sh -c "ls -l /proc/self/fd >/tmp/service"\n') as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        for name in ('test', 'service'):
            text = guest.read(name)
            check(' 0 -> ' in text and 'verdict' not in text, text)


@test
def a_device_that_is_not_there_is_named_and_the_command_runs():
    with Guest(carried('/bin/touch', '/tmp/ran', verdict='/dev/ttyNONE')
               ) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        check(os.path.exists(guest.path('ran')), 'ran')
        check('verdict=/dev/ttyNONE: ENOENT; going on without it'
              in guest.console(), guest.console())


@test
def unknown_headers_are_named_and_ignored():
    with Guest(carried('/bin/true', headers=('color=red',))) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        check('/foster.test: color=red: unknown; ignored' in guest.console(),
              guest.console())
        equal(guest.verdict(), ['exit 0'], 'verdict')


@test
def too_many_words_are_cut_and_said():
    with Guest(carried('/bin/sh', '-c', 'echo $# >/tmp/out', 'sh',
                       *['x'] * 200)) as guest:
        guest.open_gate()
        equal(guest.wait_end(), POWERED_OFF, 'end')
        equal(guest.read('out'), '124\n', 'words')
        check('more than 128 arguments; cut' in guest.console(), 'said')


@test
def a_file_without_a_command_is_a_failure():
    for file, verdict in ((b'', ''), (b'\0', ''),
                          (carried(), 'failed command 22\n')):
        with Guest(file, '::sysinit:touch /tmp/up\n'
                   '::shutdown:touch /tmp/down\n') as guest:
            guest.open_gate()
            equal(guest.wait_end(), POWERED_OFF, file)
            equal(guest.read('verdict'), verdict, file)
            check({'up', 'down'} <= set(os.listdir(guest.shared)), file)
            check('/foster.test: no command: EINVAL; powering off\n'
                  in guest.console(), guest.console())


@test
def a_file_that_can_not_be_read_is_a_failure():
    with Machine('::respawn:sleep 1000\n', init=GUEST,
                 files={'/foster.test/folder': ''}) as guest:
        equal(guest.wait_end(), POWERED_OFF, 'end')
        check('/foster.test: no command: EISDIR; powering off\n'
              in guest.console(), guest.console())


@test
def without_the_file_it_is_a_boot_as_any():
    with Machine('::once:touch /tmp/up\n', init=GUEST) as guest:
        guest.wait_file('up')
        guest.signal(signal.SIGTERM)
        equal(guest.wait_end(), REBOOTED, 'end')
        check('foster.test' not in guest.console(), guest.console())


@test
def a_shutdown_meanwhile_ends_it_and_its_verdict_is_given():
    with Guest(carried('/bin/sh', '-c', 'touch /tmp/here; exec sleep 1000')
               ) as guest:
        guest.open_gate()
        guest.wait_file('here')
        guest.signal(signal.SIGTERM)
        equal(guest.wait_end(), REBOOTED, 'end')
        equal(guest.verdict(), ['signal 15'], 'verdict')


@test
def a_reload_does_not_touch_it():
    with Guest(carried('/bin/sh', '-c', 'echo here >>/tmp/here; until [ -e '
                       '/tmp/go ]; do sleep 0.05; done; exit 7')) as guest:
        guest.open_gate()
        guest.wait_file('here')
        for count in (1, 2):
            guest.signal(signal.SIGHUP)
            guest.wait_console('lines in use', count)
        guest.write('go', '')
        equal(guest.wait_end(), POWERED_OFF, 'end')
        equal(guest.verdict(), ['exit 7'], 'verdict')
        equal(guest.read('here'), 'here\n', 'starts')


main(jobs=2)
