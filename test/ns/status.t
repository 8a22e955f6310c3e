#!/usr/bin/env python3
"""foster status: PID 1 logs what waits, short of what and since when."""
import re
import signal

from harness import Machine, POWERED_OFF, check, equal, main, test, wait_until


def total_kib():
    with open('/proc/meminfo') as file:
        return int(re.search(r'MemTotal:\s+(\d+)', file.read()).group(1))


PROC = '::sysinit:mount -t proc proc /proc\n'
# The same program, elsewhere than PID 1.
STATUS = '::once:sh -c "until [ -e /tmp/go ]; do sleep 0.05; done; ' \
         '/sbin/init status; echo $? >/tmp/said"\n'


@test
def nothing_waits():
    with Machine(PROC + STATUS + '::respawn:sleep 1000\n') as machine:
        machine.write('go', '')
        machine.wait_console('foster: nothing waits\n')
        machine.wait_file('said', '0\n')
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def who_waits_and_why():
    # With the floor, of 64 MiB at most, less than the device has; more than is
    # ever left.
    big = total_kib() - (1 << 17)
    with Machine(PROC + STATUS +
                 f':name=big,memory={big}K:respawn:sleep 1000\n'
                 ':name=next:respawn:sleep 2000\n') as machine:
        machine.wait_console('big: waits: ')
        machine.wait_console('next: waits: others come first')
        check(' for ' not in machine.console(), 'a wait that begins')
        machine.write('go', '')
        first = wait_until(lambda: re.search(
            r'foster: big: waits for (\d+\.\d) s: (\d+) KiB left, (\d+) '
            r'needed; next look in (\d+) ms\n', machine.console()),
            'the first one is told')
        wait_until(lambda: re.search(
            r'foster: next: waits for \d+\.\d s: others come first; next look '
            r'in \d+ ms\n', machine.console()), 'the second one is told')
        check(int(first[3]) > big > int(first[2]), first[0])
        check(int(first[4]) <= 2000, first[0])
        check('nothing waits' not in machine.console(), 'both')


main(jobs=2)
