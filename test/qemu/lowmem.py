"""Low-memory guests: boots an inittab with little memory, reads the console.

The services are words of lowmem_guest.c; what they say is in lines that begin
with "@ NAME", the rest is the kernel's and foster's.
"""
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile

from board import Board

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BOARD = Board(os.environ.get('BOARD', 'qemu-x86_64'))
if BOARD.text('icount') == 'no':
    print(f'1..0 # SKIP {BOARD.name}: QEMU cannot count its instructions')
    sys.exit()
O = os.environ.get('O', os.path.join(SOURCE, 'build'))
COMMAND_LINE = (f'console={BOARD.text("console")} {BOARD.text("append")} quiet '
                'loglevel=4 panic=-1 nokaslr')


def got(script, *what):
    """What a script of scripts/ says of the board."""
    return subprocess.check_output(
        [os.path.join(SOURCE, 'scripts', script), BOARD.name, *what],
        text=True).split()[-1]


def kernel():
    return os.environ.get('LOWMEM_KERNEL') or got('kernel', 'tiny')


def build(name, **options):
    """foster with options (True, False or a number), built in a folder of its
    own; prints nothing."""
    folder = os.path.join(O, 'lowmem', name)
    environment = {key: value for key, value in os.environ.items()
                   if key not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'BOARD')}

    def make(target):
        subprocess.run(['make', '-s', f'O={folder}', target], check=True,
                       cwd=SOURCE, env=environment, stdout=subprocess.PIPE)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, '.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(f'{BOARD.name}_defconfig')
        config = os.path.join(folder, '.config')
        with open(config) as file:
            lines = file.read().splitlines()
        for key, value in options.items():
            lines = [line for line in lines
                     if not re.match(f'(# )?CONFIG_{key}[ =]', line)]
            lines.append(f'# CONFIG_{key} is not set' if value is False else
                         f'CONFIG_{key}={"y" if value is True else value}')
        with open(config, 'w') as file:
            file.write('\n'.join(lines) + '\n')
        make('olddefconfig')
        make('all')
    return os.path.join(folder, 'foster')


def capped():
    return build('capped', ADMISSION=True, ADMISSION_CGROUP=True)


def uncapped():
    return build('uncapped', ADMISSION=True, ADMISSION_CGROUP=False,
                 ADMISSION_ZOMBIES=True)


def guest_program():
    path = os.path.join(O, 'lowmem_guest')
    source = os.path.join(HERE, 'lowmem_guest.c')
    if not os.path.exists(path) or \
            os.path.getmtime(path) < os.path.getmtime(source):
        new = f'{path}.{os.getpid()}'
        subprocess.check_call([os.path.join(HERE, 'compile'), BOARD.name, new,
                               source])
        os.rename(new, path)
    return path


def entry(name, mode, data=b'', device=(0, 0)):
    """One entry of a cpio archive in the format newc."""
    entry.inode += 1
    head = '070701' + ''.join(f'{value:08X}' for value in (
        entry.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
        len(name) + 1, 0))
    text = head.encode() + name.encode() + b'\0'
    text += b'\0' * (-len(text) % 4)
    return text + data + b'\0' * (-len(data) % 4)


entry.inode = 0


def image(inittab, init, files=()):
    parts = [entry(folder, 0o40755) for folder in
             ('dev', 'proc', 'sys', 'run', 'tmp', 'etc', 'bin', 'sbin',
              'root')]
    parts.append(entry('dev/console', 0o20600, device=(5, 1)))
    parts.append(entry('dev/null', 0o20666, device=(1, 3)))
    parts.append(entry('etc/inittab', 0o100644, inittab.encode()))
    parts += [entry(name, 0o100755, text.encode()) for name, text in files]
    with open(got('cross', 'busybox'), 'rb') as file:
        parts.append(entry('bin/busybox', 0o100755, file.read()))
    for applet in ('sh', 'true', 'sleep', 'cat', 'mount', 'tail', 'kill',
                   'echo', 'poweroff', 'reboot', 'ls', 'ps', 'grep', 'init'):
        parts.append(entry(f'bin/{applet}', 0o120777, b'busybox'))
    with open(guest_program(), 'rb') as file:
        parts.append(entry('bin/guest', 0o100755, file.read()))
    if init == 'busybox':
        parts.append(entry('init', 0o120777, b'/bin/init'))
    else:
        with open(init, 'rb') as file:
            parts.append(entry('init', 0o100755, file.read()))
    parts.append(entry('TRAILER!!!', 0))
    return b''.join(parts)


def _ports():
    """The further lines, which the console's number counts on."""
    device = BOARD.text('port-device')
    return [word for i in range(1, 4) if device for word in (
        '-chardev', f'null,id=port{i}', '-device', f'{device},chardev=port{i}')]


class Run:
    """A boot to its end: console, and what the services said."""

    def __init__(self, inittab, mib=32, seconds=900, words='', init=None,
                 files=()):
        folder = tempfile.mkdtemp(prefix='foster-lowmem-')
        try:
            initrd = os.path.join(folder, 'initrd')
            with open(initrd, 'wb') as file:
                file.write(image(inittab, init or os.path.join(O, 'foster'),
                                 files))
            self.text, self.ended = self._boot(initrd, mib, seconds, words)
        finally:
            shutil.rmtree(folder)
        self.said = [line.split()[1:] for line in self.text.splitlines()
                     if re.fullmatch(r'@ \S+ \d+ \S+ \d+', line.strip())]
        if os.environ.get('LOWMEM_SHOW'):
            print(self.text, file=sys.stderr)

    @staticmethod
    def _boot(initrd, mib, seconds, words):
        # A PC's; elsewhere as much as leaves the same to programs.
        mib -= 32 - (BOARD.number('memory-as-32') or 32)
        command = ['setpriv', '--pdeathsig', 'KILL',  # none is left behind
                   BOARD.text('emulator'), *BOARD.words('qemu'), '-m',
                   f'{mib}M', '-no-reboot', '-nodefaults', '-display', 'none',
                   # Guest time is counted in instructions, 62 million a
                   # second: how busy the host is changes nothing.
                   '-icount', 'shift=4,sleep=off',
                   '-serial', 'stdio', *_ports(), '-monitor', 'none',
                   '-kernel', kernel(), '-initrd', initrd, '-append',
                   f'{COMMAND_LINE} {words}']
        guest = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
        try:
            output, _ = guest.communicate(timeout=seconds)
            ended = True
        except subprocess.TimeoutExpired:
            guest.kill()
            output, _ = guest.communicate()
            ended = False
        return output.decode(errors='replace').replace('\r', ''), ended

    def times(self, name, what):
        """When service NAME said WHAT, in milliseconds since boot."""
        return [int(time) for who, time, said, _ in self.said
                if (who, said) == (name, what)]

    def values(self, name, what):
        return [int(value) for who, _, said, value in self.said
                if (who, said) == (name, what)]

    def longest_gap(self, name):
        """Between two starts of NAME, in milliseconds."""
        starts = self.times(name, 'start')
        return max((b - a for a, b in zip(starts, starts[1:])), default=0)

    def last(self, name, what):
        """The last value that NAME gave for WHAT; None: it never did."""
        values = self.values(name, what)
        return values[-1] if values else None

    def figures(self):
        """What each test prints of a run, as one line."""
        return ('# ' + ', '.join(
            f'{name} {len(self.times(name, "start"))} starts'
            f' (longest gap {self.longest_gap(name)} ms)'
            for name in ('crit', 'steady') if self.times(name, 'start')) +
            f'; shell command: worst {self.last("probe", "worst")} ms, '
            f'{self.last("probe", "failed")} of '
            f'{self.last("probe", "done")} failed; '
            f'{self.last("init", "oom_kills")} OOM kills')

    def count(self, pattern):
        return len(re.findall(pattern, self.text))


# Of 11 MB that a bomb of 25 tasks is charged for on arm64, stacks and page
# tables are 0.6 and slabs 1.0: the rest waits to be freed by a kernel that
# refuses forks all the time. So it ends some of the bomb's cgroup.
BOMB_MEETS_MEMORY = '' if BOARD.text('architecture') == 'x86_64' else (
    f'{BOARD.name}: a bomb meets its limit of memory too')


class Checks:
    """TAP: one line a check; the console is shown when one fails."""

    def __init__(self):
        self.count = self.failed = 0

    def __call__(self, name, right, run=None, detail=''):
        self.count += 1
        print(f'{"ok" if right else "not ok"} {self.count} - {name}',
              flush=True)
        if right:
            return
        self.failed += 1
        if detail:
            print(f'# {detail}', file=sys.stderr)
        if run:
            for line in run.text.splitlines()[-60:]:
                print(f'#   {line}', file=sys.stderr)

    def skip(self, name, reason):
        self.count += 1
        print(f'ok {self.count} - {name} # SKIP {reason}', flush=True)

    def end(self):
        print(f'1..{self.count}')
        sys.exit(self.failed > 0)
