#!/usr/bin/env python3
"""32 MiB and a fork bomb in a service: with the standing limits a shell
command answers within 2 s, a critical service that ends after 1 s restarts at
least 5 times in 20 s, no bystander is killed. Then without the limits, to
show what they are for."""
import sys

sys.dont_write_bytecode = True
from lowmem import BOMB_MEETS_MEMORY, Checks, Run, capped, uncapped

INITTAB = '''
:name=steady:respawn:/bin/guest ends steady 1000
:name=crit,class=critical:respawn:/bin/guest ends crit 1000
:name=keeper:respawn:/bin/guest ends keeper 100000000
:name=probe:respawn:/bin/guest probe
%s
:class=critical:once:/bin/guest after 20000 reboot
'''
BOMBS = (
    ('normal', ':name=bomb:respawn:/bin/guest bomb'),
    ('sheddable', ':name=bomb,class=sheddable:respawn:/bin/guest bomb'),
    ('that ends and restarts', ':name=bomb:respawn:/bin/guest leave'),
)
if BOMB_MEETS_MEMORY:
    print(f'1..0 # SKIP {BOMB_MEETS_MEMORY}, and 20 s of that take many minutes')
    sys.exit()
check = Checks()
for name, line in BOMBS:
    run = Run(INITTAB % line, init=capped())
    print(f'# bomb, {name}: {run.figures()[2:]}')
    check(f'{name}: the guest ended by itself', run.ended, run)
    check(f'{name}: a shell command answers within 2 s',
          (run.last('probe', 'worst') or 9999) < 2000 and
          run.last('probe', 'failed') == 0, run, run.last('probe', 'worst'))
    check(f'{name}: critical restarts at least 5 times',
          len(run.times('crit', 'start')) > 5, run)
    check(f'{name}: others restart too',
          len(run.times('steady', 'start')) > 5, run)
    check(f'{name}: no bystander is killed',
          len(run.times('keeper', 'start')) == 1 and
          run.last('init', 'oom_kills') == 0, run)
# It does not come to its end in any useful time.
run = Run(INITTAB % BOMBS[0][1], init=uncapped(), seconds=60)
kills = run.count('Out of memory: Killed process')
print(f'# bomb, without limits: {kills} OOM kills until it was stopped; '
      f'{run.figures()[2:]}')
check('without limits the kernel kills one process after the other',
      kills >= 5, run)
check.end()
