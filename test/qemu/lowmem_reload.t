#!/usr/bin/env python3
"""A reload that changes memory= or tasks= gives a service its new limits, also
when its cgroup stays because something is left in it. One that gives it a name
or takes it away leaves no cgroup of the old name, nor what ran in it. What a
sysinit line has left in its cgroup keeps that until it ends."""
import sys

sys.dont_write_bytecode = True
from lowmem import Checks, Run, capped

TABLE = '''
:name=runs,tasks={tasks},memory={memory}:respawn:/bin/guest hold x 100 1000000
:name=crashes,tasks={tasks},memory={memory},backoff=60-60:respawn:/etc/leave
'''
# It has a child that outlives its TERM.
# With tasks= it has a cgroup of its own.
NAMED = (':name=boot,tasks=9:sysinit:/etc/boot\n::respawn:/etc/renamed\n'
         ':name=gone:respawn:/etc/leaves more\n')
RENAMED = ':name=new:respawn:/etc/renamed\n'
CHANGE = '''sleep 3
tell()
{
        cd /sys/fs/cgroup/services
        for name in boot renamed new gone; do
                set -- $1 $name.*
                [ ! -d $2 ] || echo "@ $name $1 cgroup $(grep -c . $2/cgroup.procs)"
        done
        for name in runs crashes; do
                echo "@ $name $1 tasks $(cat $name.*/pids.max)"
                echo "@ $name $1 bytes $(cat $name.*/memory.max)"
                echo "@ $name $1 processes $(grep -c . $name.*/cgroup.procs)"
        done
}
tell 1
cat /etc/inittab.new >/etc/inittab
kill -HUP 1
sleep 3
tell 2
reboot
'''
# What it leaves is stopped by nobody: it crashes by itself.
BOOT = '#!/bin/sh\nsleep 4 &\n'
LEAVE = '''#!/bin/sh
sleep 1000 &
exit 1
'''
OUTLIVES = '''#!/bin/sh
i=0
while [ $i -lt 5 ]; do
        sh -c 'trap "" TERM; while :; do sleep 1; done' &
        i=$((i + 1))
done
exec sleep 1000
'''
check = Checks()
run = Run(TABLE.format(tasks=10, memory='4M') + NAMED +
          ':class=critical:once:/bin/sh /etc/change\n', init=capped(), mib=64,
          files=[('etc/change', CHANGE), ('etc/leave', LEAVE),
                 ('etc/boot', BOOT),
                 ('etc/renamed', OUTLIVES), ('etc/leaves', OUTLIVES),
                 ('etc/inittab.new', TABLE.format(tasks=12, memory='6M') +
                  RENAMED +
                  ':class=critical:once:/bin/sh /etc/change\n')])
check('the guest ended by itself', run.ended, run)
for name in 'runs', 'crashes':
    tasks, size = run.values(name, 'tasks'), run.values(name, 'bytes')
    print(f'# {name}: tasks {tasks}, memory {size}, processes '
          f'{run.values(name, "processes")}')
    check(f'{name}: the limits of the first table',
          tasks[:1] == [10] and size[:1] == [4 << 20], run)
    check(f'{name}: the limits of the second', tasks[1:] == [12] and
          size[1:] == [6 << 20], run, [tasks, size])
check('what it left is still there, and another of it',
      run.values('crashes', 'processes') == [1, 2], run)
for name, before, after in ('boot', 1, 0), ('renamed', 1, 0), ('new', 0, 1), \
        ('gone', 1, 0):
    numbers = [int(number) for who, number, what, _ in run.said
               if (who, what) == (name, 'cgroup')]
    check(f'{name}: its cgroup is there when its line is',
          numbers == [1] * before + [2] * after, run, numbers)
check.end()
