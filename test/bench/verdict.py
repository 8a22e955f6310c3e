#!/usr/bin/env python3
"""From the runner's start to its end, for each board and kernel: with a bare
init, with BusyBox's and with foster, in turn, in one run. The CPU's time hardly
sees what else the machine does; the wall clock does."""
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(SOURCE, 'test', 'qemu'))
from board import Board, boards, build_folder  # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', '5'))
ICOUNT = ['-v', '--qemu-args=-icount shift=1,sleep=off']


def cross(board, what):
    return subprocess.check_output(
        [os.path.join(SOURCE, 'scripts', 'cross'), board, what],
        text=True).strip()


def bare(board, folder):
    """A static program for the board's processor."""
    path = os.path.join(folder, f'bare-{board}')
    source = os.path.join(HERE, 'verdict', 'bare.c')
    subprocess.check_call([os.path.join(SOURCE, 'test', 'qemu', 'compile'),
                           board, path, source])
    return path


def run(board, kernel, init, more=()):
    """(wall, CPU seconds, standard error)"""
    def cpu():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    used, begin = cpu(), time.monotonic()
    error = subprocess.run(
        [os.path.join(SOURCE, 'test', 'qemu', 'run'), '-b', board, '-k',
         kernel, '-t', '300', *init, *more, '--', '/bin/true'], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    return time.monotonic() - begin, cpu() - used, error


def guest_time(error):
    """The kernel's clock when it switches off, by instructions counted."""
    return float(re.findall(rb'\[ *(\d+\.\d+)\] reboot: ', error)[-1])


def rows(board, kernel, folder):
    inits = (('a bare init', ['--copy', bare(board, folder) + ':/init']),
             ('BusyBox init', ['--init', cross(board, 'busybox')]),
             ('foster', []))
    for _, init in inits:
        run(board, kernel, init)  # what is built is built now
    figures = {name: [] for name, _ in inits}
    for _ in range(ROUNDS):
        for name, init in inits:
            figures[name].append(run(board, kernel, init)[:2])
    floor = None
    for name, init in inits:
        walls, used = zip(*figures[name])
        counted = '' if board != 'qemu-x86_64' else '%.0f ms' % (
            1000 * guest_time(run(board, kernel, init, ICOUNT)[2]))
        floor = floor or statistics.median(used)
        print(f'| {board}, {kernel} | {name} | {min(walls):.2f} '
              f'| {statistics.median(walls):.2f} '
              f'| {statistics.median(used):.2f} '
              f'| {statistics.median(used) / floor:.2f} | {counted} |',
              flush=True)


def memory(name):
    """Of foster as process 1 while a command runs. What is not its own is the
    file, which a guest has in memory anyway."""
    file = os.path.join(build_folder(Board(name)), 'guest', 'foster')
    text = subprocess.check_output(
        [os.path.join(SOURCE, 'test', 'qemu', 'run'), '-b', name, '-k', 'tiny',
         '--', 'cat', '/proc/1/smaps_rollup'], text=True)
    found = dict(re.findall(r'^(\w+): +(\d+) kB$', text, re.M))
    print(f'| {name} | {os.path.getsize(file)} | {found["Rss"]} '
          f'| {found["Anonymous"]} |', flush=True)


print('| board, kernel | process 1 | wall, best, s | median, s | CPU, s '
      '| ratio | guest time |')
print('| --- | --- | ---: | ---: | ---: | ---: | ---: |')
with tempfile.TemporaryDirectory(prefix='foster-bench-') as scratch:
    for name in sys.argv[1:] or boards():
        for kind in ('tiny', 'stock'):
            if kind == 'tiny' or Board(name).number('stock-least'):
                rows(name, kind, scratch)
print('\n| board, tiny kernel | foster, bytes | RSS, KiB | of it its own |')
print('| --- | ---: | ---: | ---: |')
for name in sys.argv[1:] or boards():
    memory(name)
