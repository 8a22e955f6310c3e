#!/usr/bin/env python3
"""64 MiB: random kills, hogs and bombs from a fixed seed, for SOAK_SECONDS
(60). At the end every service runs, and PID 1 has what it had."""
import os
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, capped

SECONDS = int(os.environ.get('SOAK_SECONDS', '60'))
SEED = int(os.environ.get('SOAK_SEED', '1'))
CLASSES = ('critical', 'normal', 'sheddable')
INITTAB = ''.join(
    f':name=s{i},class={CLASSES[i % 3]}:respawn:'
    f'/bin/guest ends s{i} 100000000\n' for i in range(9)) + f'''
:name=trouble,class=critical:once:/bin/guest trouble {SEED} {SECONDS}
:name=hog,class=sheddable:respawn:/bin/guest pulse hog
:name=bomb:respawn:/bin/guest pulse bomb
:class=critical:once:/bin/guest after {SECONDS * 1000 + 15000} reboot
'''
check = Checks()
run = Run(INITTAB, init=capped(), mib=64, seconds=10 * SECONDS + 240)
kills = run.last('trouble', 'kills')
starts = sum(len(run.times(f's{i}', 'start')) for i in range(9))
rss = run.values('init', 'rss_kib')
own = run.values('init', 'anonymous_kib')
descriptors = run.values('init', 'descriptors')
print(f'# seed {SEED}, {SECONDS} s: {kills} kills, {starts} starts, '
      f'{len(run.times("hog", "start"))} hogs, '
      f'{len(run.times("bomb", "start"))} bombs; '
      f'PID 1: RSS {rss} KiB, of it its own {own} KiB, '
      f'descriptors {descriptors}')
check('the guest ended by itself', run.ended, run)
check('services were killed', (kills or 0) >= SECONDS // 2, run)
check('there were hogs and bombs', len(run.times('hog', 'start')) >= 2 and
      len(run.times('bomb', 'start')) >= 2, run)
check('at the end every service runs',
      run.last('alive', 'services') == 9, run, run.last('alive', 'services'))
# How many pages of its file, which is in memory in any case, are mapped too is
# the kernel's choice: a fault maps those around it that nobody has locked. Its
# own are all static: two may be touched first when all else is short.
check('the memory of PID 1 is what it was', own and own[-1] <= own[0] + 8, run,
      (own, rss))
check('and so are its descriptors',
      descriptors and descriptors[-1] == descriptors[0], run, descriptors)
check.end()
