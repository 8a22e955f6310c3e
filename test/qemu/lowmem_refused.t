#!/usr/bin/env python3
"""The kernel refuses every fork for 20 s, first with EAGAIN, then with ENOMEM,
while 20 services want to restart: afterwards all of them run, by class, and
PID 1 has used next to no time."""
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, capped

CLASSES = ('critical', 'normal', 'sheddable')
services = ''.join(
    f':name=s{i},class={CLASSES[i % 3]}:respawn:/bin/guest ends s{i} 3000\n'
    for i in range(20))
keepers = ''.join(
    f':name=k{i}:respawn:/bin/guest ends k{i} 100000000\n' for i in range(10))
INITTAB = (services + keepers +
           ':class=critical:once:/bin/guest refuse 2000 10000\n'
           ':class=critical:once:/bin/guest after 29000 reboot\n')
check = Checks()
run = Run(INITTAB, init=capped(), mib=64)
begin, between, end = (run.times('refuse', what)[0]
                       for what in ('eagain', 'enomem', 'end'))
first = {i: min((t for t in run.times(f's{i}', 'start') if t > begin),
                default=None) for i in range(20)}
started = {i: t for i, t in first.items() if t is not None}
late = max(started.values(), default=0) - end
print(f'# refused from {begin} to {end} ms; the last of 20 ran {late} ms '
      'after that')
check('the guest ended by itself', run.ended, run)
check('nothing was started while forks were refused',
      all(t >= end for t in started.values()), run, started)
check('all 20 run afterwards', len(started) == 20, run, started)
check('within 2.5 s', late <= 2500, run)
order = sorted(started, key=lambda i: started[i])
by_class = [max((started[i] for i in started if i % 3 == c), default=0)
            for c in range(3)]
begins = [min((started[i] for i in started if i % 3 == c), default=0)
          for c in range(3)]
check('critical ones first, sheddable ones last',
      by_class[0] <= begins[1] + 20 and by_class[1] <= begins[2] + 20, run,
      order)
check('the log gives both reasons',
      run.count('waits: EAGAIN') >= 1, run)
check('and says it once for each service',
      all(run.count(rf'foster: s{i}: waits') <= 3 for i in range(20)), run)
cpu = [value for value in run.values('refuse', 'cpu_ms')]
print(f'# CPU time of PID 1: {cpu[1] - cpu[0]} ms while EAGAIN (with the ends '
      f'and the messages of 20 services), {cpu[2] - cpu[1]} ms while ENOMEM')
check('PID 1 used less than 1 % of the time', cpu[2] - cpu[1] < 100, run)
check.end()
