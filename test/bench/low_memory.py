#!/usr/bin/env python3
"""What doc/low-memory.md decides by: how a child comes into its cgroup, and
whether PSI or memory.events tell of room before PID 1 knows of it."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'qemu'))
from lowmem import Run, capped, uncapped

run = Run(':class=critical:once:/bin/guest enter 300\n'
          ':class=critical:once:/bin/guest after 6000 reboot\n',
          init=capped(), mib=64)
print('| a child enters a cgroup | its parent goes on after | it has ended '
      'after |\n| --- | ---: | ---: |')
for name, text in (('clone3', 'by clone3, CLONE_INTO_CGROUP'),
                   ('write', 'by its own write'), ('neither', 'not at all')):
    print(f'| {text} | {run.last(name, "back_us")} µs | '
          f'{run.last(name, "end_us")} µs |')

NEAR_MS = 100
INITTAB = '''
:name=steady:respawn:/bin/guest ends steady 1000
:name=watch,class=critical:respawn:/bin/guest watch 16 3073
:name=hog:respawn:/bin/guest hog
:name=slow:respawn:/bin/guest slow 4000
:class=critical:once:/bin/guest after 20000 reboot
'''


def near(times, events, before, after):
    """How many of the times have an event from before to after them."""
    return sum(any(time - before <= event <= time + after for event in events)
               for time in times)


print(f'\n| hogs on 32 MiB | kills | PSI events | within {NEAR_MS} ms before '
      'a kill | after it | memory.events | room again | with either event '
      'just then |\n|' + ' --- |' + ' ---: |' * 7)
for name, init in (('limits', capped()), ('no limits', uncapped())):
    run = Run(INITTAB, init=init)
    psi, events, kills, room = (run.times('watch', what) for what in (
        'psi', 'events', 'kill', 'room'))
    print(f'| {name} | {len(kills)} | {len(psi)} | '
          f'{near(kills, psi, NEAR_MS, 0)} | {near(kills, psi, 0, NEAR_MS)} | '
          f'{len(events)} | {len(room)} | {near(room, psi + events, 5, 10)} |')
