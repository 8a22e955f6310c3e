#!/usr/bin/env python3
"""32 MiB, and what the boot's script has started in the background runs amok:
a fork bomb, then a hog. It has its limits, as a service has: services and a
shell command go on, and of what else the script has started nothing dies. Then
with class=critical, which takes the limits away, to show what they are for."""
import sys

sys.dont_write_bytecode = True
from lowmem import BOMB_MEETS_MEMORY, Checks, Run, capped

INITTAB = '''
:name=boot%s:sysinit:/etc/rcS
:name=steady:respawn:/bin/guest ends steady 1000
:name=crit,class=critical:respawn:/bin/guest ends crit 1000
:name=probe:respawn:/bin/guest probe
:class=critical:once:/bin/guest after 8000 reboot
'''
SCRIPT = '''#!/bin/sh
/bin/guest hold daemon 100 6000 &
/bin/guest %s &
sleep 0.1
'''
check = Checks()
for what in 'bomb', 'hog':
    run = Run(INITTAB % '', init=capped(),
              files=[('etc/rcS', SCRIPT % what)])
    print(f'# {what} of a sysinit line: {run.figures()[2:]}')
    check(f'{what}: the guest ended by itself', run.ended, run)
    check(f'{what}: a shell command answers within 2 s',
          (run.last('probe', 'worst') or 9999) < 2000 and
          run.last('probe', 'failed') == 0, run, run.last('probe', 'worst'))
    for name in 'crit', 'steady':
        check(f'{what}: {name} restarts at least 3 times',
              len(run.times(name, 'start')) > 3, run)
    if what == 'bomb' and BOMB_MEETS_MEMORY:
        check.skip('bomb: nothing is killed', BOMB_MEETS_MEMORY)
        continue
    check(f'{what}: only the hog is killed',
          run.last('init', 'oom_kills') == (what == 'hog') and
          run.count('foster: .*out of memory') == 0, run,
          run.last('init', 'oom_kills'))
    check(f'{what}: the daemon beside it comes to its end',
          len(run.times('daemon', 'end')) == 1, run)
run = Run(INITTAB % ',class=critical', init=capped(), seconds=20,
          files=[('etc/rcS', SCRIPT % 'bomb')])
kills = run.count('Out of memory: Killed process')
print(f'# bomb of a critical sysinit line: {kills} OOM kills until it was '
      f'stopped; {run.figures()[2:]}')
check('without limits the kernel kills one process after the other',
      kills >= 2, run)
check.end()
