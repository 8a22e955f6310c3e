#!/usr/bin/env python3
"""32 MiB and two services that take all memory, one fast, one slowly: the
critical service restarts in time, the others wait and come back, nothing
storms."""
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, capped, uncapped

INITTAB = '''
:name=steady:respawn:/bin/guest ends steady 1000
:name=crit,class=critical:respawn:/bin/guest ends crit 1000
:name=probe:respawn:/bin/guest probe
:name=hog:respawn:/bin/guest hog
:name=slow:respawn:/bin/guest slow 4000
:class=critical:once:/bin/guest after 20000 reboot
'''
check = Checks()
for name, init in (('with limits', capped()), ('without', uncapped())):
    run = Run(INITTAB, init=init)
    print(f'# {name}: {run.figures()[2:]}; hog '
          f'{len(run.times("hog", "start"))} starts, slow '
          f'{len(run.times("slow", "start"))}')
    check(f'{name}: the guest ended by itself', run.ended, run)
    check(f'{name}: critical restarts within 1.5 s of its end',
          len(run.times('crit', 'start')) >= 8 and
          run.longest_gap('crit') <= 2500, run, run.longest_gap('crit'))
    check(f'{name}: normal ones wait, and come back',
          len(run.times('steady', 'start')) >= 4 and
          run.times('steady', 'start')[-1] >
          run.times('after', 'end')[-1] - 12000, run)
    check(f'{name}: whoever is killed for memory does not storm',
          2 <= len(run.times('hog', 'start')) <= 9, run)
    check(f'{name}: init keeps what it had',
          len(set(run.values('init', 'descriptors'))) == 1 and
          max(run.values('init', 'rss_kib')) <= 128, run,
          run.values('init', 'rss_kib'))
    if name == 'with limits':
        # Without, only a kernel with CONFIG_VM_EVENT_COUNTERS tells.
        check('the log says that it was memory',
              run.count(r'foster: (hog|slow): out of memory') >= 2, run)
        check('no bystander is killed',
              run.count(r'(steady|crit|probe): out of memory') == 0, run)
        check('a shell command takes less than 2 s',
              run.last('probe', 'worst') < 2000 and
              run.last('probe', 'failed') == 0, run)
check.end()
