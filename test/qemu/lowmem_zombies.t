#!/usr/bin/env python3
"""A careless parent's zombies use up the device's tasks: foster says who it
is, spawns wait, and come when it has ended."""
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, uncapped

INITTAB = '''
:name=crit,class=critical:respawn:/bin/guest ends crit 1000
:name=steady:respawn:/bin/guest ends steady 1000
:name=careless:once:/bin/guest zombies 1000 8000
:class=critical:once:/bin/guest after 14000 reboot
'''
check = Checks()
run = Run(INITTAB, init=uncapped())
made = run.last('zombies', 'made')
print(f'# {made} zombies; {run.figures()[2:]}')
end = run.times('zombies', 'end')[0]
check('the guest ended by itself', run.ended, run)
check('spawns wait for tasks', run.count(r'waits: (\d+ tasks left|EAGAIN)') >= 1,
      run)
check('foster names the parent and counts its zombies',
      run.count(r'foster: guest \(pid \d+\) has \d+ zombies') >= 1, run)
check('both run again when it has ended',
      all(len([t for t in run.times(name, 'start') if t > end]) >= 2
          for name in ('crit', 'steady')), run)
check.end()
