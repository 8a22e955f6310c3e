#!/usr/bin/env python3
"""Every system call that admission makes, refused: those on /proc, on the
cgroups' files and folders, sysinfo(2) and statfs(2).

PID 1 runs beside a tree of plain files that strace makes pass for cgroup v2.
In each run one call on one file fails, the first time or each time. Whatever it
is: all lines run, a killed service comes back, what waits starts when there is
room again, a reload ends and adds what it should, the power-off comes, and no
descriptor stays open. What takes limits or a sensor away is said. Then the same
with files that hold anything but what they should.
FAULT_ALL=1: with each errno, in place of the first two.
"""
import collections
import os
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE] + [os.path.join(HERE, '..', folder)
                         for folder in ('ns', 'qemu')]
import sweep
import lowmem
from harness import (Failure, Machine, POWERED_OFF, descriptors, strace,
                     wait_until)

RUN = 'sh -c "echo {0} >>/tmp/done; exec sleep 1000"'
TABLE = ''':name=boot:sysinit:echo boot >>/tmp/done
:name=steady:respawn:{steady}
:name=crit,class=critical:respawn:{crit}
:name=ends:once:echo ends >>/tmp/done
::shutdown:echo shutdown >>/tmp/done
'''.format(steady=RUN.format('steady'), crit=RUN.format('crit'))
# steady is stopped and starts anew.
CHANGED = TABLE.replace('=steady:', '=steady,nice=1:') + \
    ':name=added:respawn:' + RUN.format('added') + '\n'
# A critical one that never has room: limits are tightened.
TIGHT = CHANGED + ':name=big,class=critical,memory={}K:respawn:sleep 1000\n'

ROOT = '/sys/fs/cgroup'
PARENT = ROOT + '/services'
FOLDERS = 'boot', 'steady.2', 'ends.4', 'added.6'
# A number that is written into it is followed by something.
ANY = ' ' * 30 + '\n'
FILES = {'/cgroup.subtree_control': '',
         '/services/cgroup.subtree_control': '',
         '/services/memory.current': '4096\n',
         '/services/memory.stat': 'inactive_file 9999999999999\n',
         '/services/memory.max': ANY, '/services/pids.max': ANY,
         '/services/pids.current': '5\n'}
for folder in FOLDERS:
    for name in ('memory.max', 'pids.max', 'memory.oom.group', 'cgroup.kill',
                 'cgroup.procs'):
        FILES[f'/services/{folder}/{name}'] = ANY
    FILES[f'/services/{folder}/memory.events'] = 'oom_kill 0\n'
FILES = {'/tree/fs/cgroup' + path: text for path, text in FILES.items()}
START = '''#!/bin/sh
mount -t proc proc /proc
mount -t tmpfs tmpfs /sys
cp -a /tree/. /sys
{}
exec /sbin/init
'''
# CGROUP2_SUPER_MAGIC is what struct statfs begins with.
POKE = 'inject=fstatfs:retval=0:poke_exit=@arg2=7072676300000000'
ERRORS = {
    'openat': ['EMFILE', 'ENOENT', 'ENFILE', 'ENOMEM', 'EACCES', 'ENODEV'],
    'read': ['EIO', 'ENODEV', 'ENOMEM', 'EINTR'],
    'write': ['EINVAL', 'EBUSY', 'ENODEV', 'ENOMEM', 'ENOSPC', 'EOPNOTSUPP',
              'EAGAIN'],
    'mkdirat': ['EACCES', 'EAGAIN', 'EROFS', 'ENOMEM', 'ENODEV'],
    'unlinkat': ['EBUSY', 'ENOENT', 'ENODEV'],
    'fstatfs': ['EIO', 'ENOSYS', 'ENOMEM'],
    'sysinfo': ['ENOSYS', 'EFAULT'],
    'getdents64': ['ENOENT', 'ENOTDIR'],
}
# What takes something away for as long as it stands, and how that is said.
SAID = (
    ((rf'(openat|fstatfs) {ROOT}$|(mkdirat|openat) services$'),
     'no limits by cgroup v2|[0-9]+ KiB, [0-9]+ tasks'),
    (r'openat cgroup.subtree_control$', 'no limits by cgroup v2'),
    (rf'write ({ROOT}|{PARENT})/(cgroup.subtree_control|[a-z]+.max)$',
     ' 0 tasks|at most 0 KiB|no limits by cgroup v2'),
    # The parent's own is refused too: then it has none of that kind.
    (r'openat [a-z]+\.max$', ' 0 tasks|at most 0 KiB|no limits by cgroup v2'),
    (r'(mkdirat|openat) (boot|[a-z]+\.[0-9])$|openat cgroup.procs$|'
     r'write .*/(boot|[a-z]+\.[0-9])/[a-z]+\.max$',
     r'cgroup: {error}; started without it|no limits by cgroup v2'),
    (r'(openat|read) /proc/meminfo$', 'no /proc/meminfo; going on without'),
    (r'(openat|read) /proc/sys/kernel/threads-max$',
     'no threads-max; going on without'),
)
PATIENCE = 10
# With all of admission, whatever the build at hand has.
FOSTER = lowmem.build('faults', ADMISSION=True, ADMISSION_CGROUP=True,
                      ADMISSION_ZOMBIES=True)


def total_kib():
    with open('/proc/meminfo') as file:
        return int(re.search(r'MemTotal:\s+(\d+)', file.read()).group(1))


class Boot:
    """One run of all steps, with strace's words for the fault."""

    def __init__(self, *words, prepare=':', **files):
        self.missing = []
        with Machine(TABLE, init=FOSTER, gate=True, argv='/bin/start', files=dict(
                FILES, **{'/bin/start': START.format(prepare)},
                **{f'/tree/{name}': text for name, text in files.items()}
        )) as machine:
            self.machine = machine
            with strace(machine.wait_gate(), '-y', '-o',
                        machine.path('strace'), '-e', POKE, *words):
                machine.open_gate()
                self.steps()
                self.status = machine.wait_end(30)
                self.tried('shutdown')
                self.console = machine.console()
                self.trace = machine.read('strace')

    def tried(self, word, count=1):
        try:
            wait_until(lambda: self.machine.lines('done').count(word) >= count
                       or self.machine.process.poll() is not None, word,
                       PATIENCE)
        except Failure:
            self.missing.append(f'{word} {count}')

    def reload(self, table, count):
        self.machine.write_inittab(table)
        self.machine.signal(signal.SIGHUP)
        self.machine.wait_console('lines in use', count)

    def put(self, name, text):
        with open(f'/proc/{self.machine.init()}/root{PARENT}/{name}',
                  'w') as file:
            file.write(text)

    def crowd(self, much):
        self.put('pids.current', '10000000\n' if much else '5\n')
        self.put('memory.current', '9999999999999\n' if much else '4096\n')

    def look(self):
        """What PID 1 has open. A signalfd is there once a console was slow."""
        return collections.Counter(
            name for name in descriptors(self.machine.init())
            if 'signalfd' not in name)

    def sleepers(self):
        return self.machine.running('sleep')

    def steps(self):
        for word in 'boot', 'ends', 'steady', 'crit':
            self.tried(word)
        wait_until(lambda: len(self.sleepers()) == 2, 'their exec')
        self.crowd(True)
        for child in self.sleepers():
            os.kill(child, signal.SIGKILL)
        self.tried('crit', 2)
        wait_until(lambda: 'steady: waits' in self.machine.console() or
                   self.machine.lines('done').count('steady') == 2,
                   'steady waits, or starts')
        self.crowd(False)
        self.tried('steady', 2)
        self.reload(CHANGED, 1)
        self.tried('steady', 3)
        self.tried('added')
        wait_until(lambda: len(self.sleepers()) == 3, 'their exec')
        try:  # what is open for one call only is closed soon
            wait_until(lambda: not any(name.startswith(PARENT + '/')
                                       for name in self.look()),
                       'nothing more is open', 3)
        except Failure:
            pass
        self.descriptors = self.look()
        self.reload(TIGHT.format(total_kib() - (1 << 17)), 2)
        wait_until(lambda: 'big: waits' in self.machine.console() or
                   len(self.sleepers()) == 4, 'big waits, or starts')
        self.machine.signal(signal.SIGUSR2)


def calls(trace):
    """(name, folder or open file, path) of each call that may be ours."""
    for line in trace.splitlines():
        match = re.match(
            r'([a-z_0-9]+)\((?:(?:AT_FDCWD|\d+)<([^>]*)>)?(?:, )?'
            r'(?:"([^"]*)")?', line)
        if match and match.group(1) in ERRORS:
            yield match.groups(default='')


def target(call):
    """What strace is to look for; '': not one of admission's."""
    name, folder, path = call
    if name in ('read', 'write', 'fstatfs', 'getdents64'):
        path = folder
    if name == 'sysinfo':
        return name
    if folder.startswith(ROOT) or path.startswith(ROOT) or \
            re.match(r'/proc(/(meminfo|vmstat|sys/.*|[0-9]+/stat))?$', path):
        return re.sub('/proc/[0-9]+/stat', '/proc/1/stat', path)
    return ''


def matches(call, paths):
    """As strace's -P does."""
    name, folder, path = call
    return folder in paths or \
        (path in paths and name not in ('read', 'write'))


def faults(trace):
    """(call and target, strace's words but for the errno, times) of each."""
    seen, every = set(), list(calls(trace))
    for call in every:
        what = target(call)
        if not what or (call[0], what) in seen:
            continue
        seen.add((call[0], what))
        words = []
        alike = [one for one in every if one[0] == call[0]]
        # statfs has to be seen too, and that is on the root.
        if what != 'sysinfo':
            words = ['-P', what, '-P', ROOT]
            alike = [one for one in alike if matches(one, (what, ROOT))]
        if call[0] == 'fstatfs':
            words = []
        first = [target(one) for one in alike].index(what) + 1
        yield f'{call[0]} {what}', words, first


def judge(run, plain, what, error, always):
    if run.status != POWERED_OFF:
        return f'ended with {run.status}'
    if run.missing:
        return f'missing {run.missing}'
    if run.descriptors - plain.descriptors:
        return f'descriptors {run.descriptors - plain.descriptors}'
    if 'out of memory' in run.console:
        return 'a kill taken for one for lack of memory'
    if error and '(INJECTED' not in run.trace.replace('retval)', ''):
        return 'not injected'
    for pattern, text in SAID:
        if always and re.match(pattern, what) and \
                not re.search(text.format(error=error), run.console):
            return 'nothing said of it'
    return ''


def run(fault):
    what, words, first, error, always = fault
    call = what.split()[0]
    inject = f'inject={call}:error={error}:when={first}' + '+' * always
    try:
        boot = Boot(*words, '-e', inject)
        why = judge(boot, plain, what, error, always)
    except Failure as failure:
        boot, why = None, str(failure)
    if not why:
        return ''
    return f'{what}: {inject}: {why}\n' + (boot.console if boot else '')


tap = sweep.Tap()
plain = Boot()
tap.ok(not judge(plain, plain, '', '', False) and
       'steady: waits' in plain.console and 'big: waits' in plain.console and
       'without it' not in plain.console, 'as it is',
       f'{plain.missing} {plain.console}')
bare = Boot(prepare='for f in /sys/fs/cgroup/services/*/cgroup.procs; do '
            'rm $f; ln -s /dev/full $f; done')
tap.ok(not judge(bare, plain, '', '', False) and all(
    f'{name} (/etc/inittab:{line}): not started: cgroup: ENOSPC; started '
    'without it' in bare.console
    for name, line in (('boot', 1), ('steady', 2), ('ends', 4), ('added', 6))),
    'a service that can not enter its cgroup runs without',
    f'{judge(bare, plain, "", "", False)} {bare.console}')
# That all is used may be true, or that one was killed: it is believed.
LIE = '''for f in meminfo vmstat sys/kernel/threads-max sys/kernel/pid_max; do
        mount --bind /tree/lie /proc/$f
done
cd /sys/fs/cgroup/services
for f in memory.stat memory.max $(grep -q 9999 /tree/lie ||
                echo memory.current pids.current */memory.events); do
        cp /tree/lie $f
done
cd /'''
for name, text in (('is empty', b''), ('has a number without end', b'9' * 9999),
                   ('is binary', bytes(range(256)) * 40),
                   ('has huge numbers', b'99999999999999999999999\n'
                    b'MemAvailable: 99999999999999999999999 kB\n'
                    b'oom_kill 99999999999999999999999\n'),
                   ('says less than nothing', b'-1\nMemAvailable: -1 kB\n')):
    lied = Boot(prepare=LIE, lie=text)
    why = judge(lied, plain, '', '', False)
    tap.ok(not why and max(collections.Counter(
        line for line in lied.console.splitlines()
        if 'admission:' in line).values(), default=0) <= 1,
        f'a /proc and cgroups whose every file {name}',
        f'{why}\n{lied.console}')
lied = Boot(prepare='mount --bind /tree/words /proc/cmdline',
            words='quiet foster.floor=1024T foster.resume=nonsense '
            'foster.tasks=1000000\n')
why = judge(lied, plain, '', '', False)
tap.ok(not why and all(lied.console.count(text) == 1 for text in (
    'kernel command line: foster.resume=nonsense: not a size; ignored',
    'admission: marks do not fit')),
    'marks that no device has', f'{why}\n{lied.console}')
wanted = collections.defaultdict(list)
for what, words, first in faults(plain.trace):
    errors = ERRORS[what.split()[0]]
    for error in errors if os.environ.get('FAULT_ALL') else errors[:2]:
        for always in (False, True):
            wanted[what.split()[0]].append((what, words, first, error, always))
with ThreadPoolExecutor(2) as pool:
    for call, some in sorted(wanted.items()):
        bad = [why for why in pool.map(run, some) if why]
        tap.ok(not bad, f'{call}: {len(some)} injected, of '
               f'{len(set(fault[0] for fault in some))} files',
               '\n'.join(bad))
tap.done()
