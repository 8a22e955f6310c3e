"""How long a boot's sysinit lines take, in a guest's own time, by QEMU counting
instructions (2 ns each), so that the host's load does not matter. The floor, a
boot with a PID 1 that does nothing, is taken off the first.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'qemu'))
from lowmem import COMMAND_LINE, entry, kernel  # noqa: E402

BOOTS = 5  # of each, since two differ by up to a hundredth
PROGRAMS = 24  # with "end" within the table of a default foster


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def build_mark(folder):
    path = os.path.join(folder, 'mark')
    subprocess.check_call(['musl-gcc', '-Os', '-static', '-Wall', '-o', path,
                           os.path.join(HERE, 'boot_mark.c')])
    return path


def boot(folder, mark, init):
    """{what: nanoseconds since the guest's start}."""
    inittab = ''.join(f'::sysinit:/mark {i}\n' for i in range(PROGRAMS))
    parts = [entry(name, 0o40755) for name in
             ('dev', 'proc', 'sys', 'run', 'etc', 'bin')]
    parts += [entry('dev/console', 0o20600, device=(5, 1)),
              entry('dev/null', 0o20666, device=(1, 3)),
              entry('etc/inittab', 0o100644,
                    (inittab + '::sysinit:/mark end\n').encode()),
              entry('mark', 0o100755, read(mark)),
              entry('init', 0o100755, read(init)), entry('TRAILER!!!', 0)]
    initrd = os.path.join(folder, 'initrd')
    with open(initrd, 'wb') as file:
        file.write(b''.join(parts))
    text = subprocess.run(
        ['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64',
         '-M', 'pc', '-cpu', 'max', '-m', '128',
         '-icount', 'shift=1,sleep=off', '-no-reboot', '-nodefaults',
         '-display', 'none', '-serial', 'stdio', '-monitor', 'none',
         '-kernel', kernel(), '-initrd', initrd, '-append', COMMAND_LINE],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=600,
        check=True).stdout.decode(errors='replace')
    times = {name: int(ns) for name, ns in
             re.findall(r'@ (\w+) (\d+)', text)}
    if not times:
        raise SystemExit(f'boot_times: {init}: no time on the console:\n{text}')
    return times


def times(inits):
    """[(name, microseconds to the first sysinit program, to each further)] of
    [(name, file)]: the median of BOOTS boots, in turn."""
    with tempfile.TemporaryDirectory(prefix='foster-bench-') as folder:
        mark = build_mark(folder)
        floor = boot(folder, mark, mark)['floor']
        first = {name: [] for name, _ in inits}
        further = {name: [] for name, _ in inits}
        for _ in range(BOOTS):
            for name, init in inits:
                marks = boot(folder, mark, init)
                marks = [marks[str(i)] for i in range(PROGRAMS)]
                first[name].append((marks[0] - floor) / 1000)
                further[name] += [(b - a) / 1000
                                  for a, b in zip(marks, marks[1:])]
        return [(name, statistics.median(first[name]),
                 statistics.median(further[name])) for name, _ in inits]
