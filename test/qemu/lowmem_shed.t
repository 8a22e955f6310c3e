#!/usr/bin/env python3
"""A critical service that waits for memory ends sheddable ones: the one that
was started last first, no more than it takes. They come back when it has
ended."""
import re
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, capped

INITTAB = '''
:name=s1,class=sheddable,memory=4M:respawn:/bin/guest hold s1 3000 1000000
:name=s2,class=sheddable,memory=4M:respawn:/bin/guest hold s2 3000 1000000
:name=s3,class=sheddable,memory=4M:respawn:/bin/guest hold s3 3000 1000000
:name=steady:respawn:/bin/guest hold steady 100 1000000
:class=critical:once:/bin/sh /etc/change
'''
CHANGE = '''sleep 4
echo "$LATE" >>/etc/inittab
kill -HUP 1
sleep 12
reboot
'''
check = Checks()
for need, kept, ended in (10, ['s1', 's2'], ['s3']), \
        (13, ['s1'], ['s3', 's2']):
    late = (f':name=late,class=critical,memory={need}M:once:'
            f'/bin/guest hold late {need * 1024 - 1000} 4000')
    run = Run(INITTAB, init=capped(), files=[
        ('etc/change', f"LATE='{late}'\n{CHANGE}")])
    start, end = (run.times('late', what)[:1] for what in ('start', 'end'))
    waited = re.search(r'foster: late: waits: (\d+) KiB left, (\d+) needed',
                       run.text)
    stopped = re.findall(r'foster: (\w+): stopped to make room for late',
                         run.text)
    again = {name: run.times(name, 'start')[1:] for name in ended}
    print(f'# {need} MiB: {waited and waited.group(0)}; stopped {stopped}; '
          f'ran from {start} to {end}; back at {again}')
    check(f'{need} MiB: the guest ended by itself', run.ended, run)
    check('the critical service waits, and runs', waited and start and end,
          run)
    check('sheddable ones are ended, last started first, no more than needed',
          stopped == ended, run, stopped)
    check('the log says that the wait is over',
          run.count(r'foster: late \(pid \d+\): started after waiting') == 1,
          run)
    check('nobody else is ended',
          all(len(run.times(name, 'start')) == 1 for name in
              kept + ['steady']), run)
    check('they wait for the resume mark, and come back',
          end and all(len(times) == 1 and times[0] > end[0] and
                      run.count(rf'foster: {name}: waits:') == 1
                      for name, times in again.items()), run, again)
check.end()
