#!/usr/bin/env python3
"""Random inittabs, read by BusyBox' init and by foster: the same programs run
with the same arguments in the same order, and the same lines are refused.

Left out is what differs on purpose, see foster-inittab(5), CAVEATS: blanks in
front of a line or of its command or behind it, carriage returns, lines of
blanks.
"""
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'ns'))
from harness import (BUSYBOX, FOSTER, Machine, check, equal,  # noqa: E402
                     main, test, wait_until)

LINES = 24  # of one table; more than 32 entries do not fit in foster's
RECORDER = '''#!/bin/sh
{ printf %s "$0"; for word; do printf ' <%s>' "$word"; done; echo; } >>/tmp/ran
'''
PLAIN = ('a', 'b', 'c:d', '::', '-x', ',', '%s', '@', '+', '/x', '\xc3\xa9')
SHELL = ('"x y"', "'q r'", '$HOME', '${USER}x',
         '; rec z', '&& rec y', '|| rec n', '| cat', '>/tmp/o', '*.x', '~', '?',
         '{', '}', '(', '[', ']', '!', '^', '`echo e`', '$((1+1))', '=', 'n=v',
         '\\', '\\\\', '"', "'", '#', '#c', 'd#e')
ACTIONS = ('sysinit',) * 12 + ('Sysinit', '', ' sysinit', 'sysinit ', 'boot')
TTYS = ('',) * 12 + ('null', '/dev/null', 'zero')
OPTIONS = ('',) * 4 + ('S', '2345', '12')
PROGRAMS = ('rec', 'rec', '/bin/rec', '-rec', '-/bin/rec', 'missing')
BROKEN = ('nonsense', 'a:b', ':::', '::sysinit', '::sysinit:', ':', '# note',
          '#::sysinit:rec no', '::sysinit:# none', '', ':#::')


def line(dice, number):
    """One line. Its number makes its command another than the others'."""
    kind = dice.random()
    if kind < 0.15:
        return dice.choice(BROKEN)
    words = [f'{dice.choice(PROGRAMS)} {number}']
    words += [dice.choice(SHELL if kind < dice.random() / 2 else PLAIN)
              for _ in range(dice.randrange(6))]
    command = ''.join(word + dice.choice((' ', ' ', '  ', '\t', ''))
                      for word in words)
    # An escaped blank at the end; and an escape that leaves half an && or ||,
    # so two programs that run at once.
    command = re.sub(r'(\\)[ \t]+(?=#|$)', r'\1', command)
    command = re.sub(r'\\+([&|])', r'\1', command)
    text = ':'.join((dice.choice(TTYS), dice.choice(OPTIONS),
                     dice.choice(ACTIONS), command))
    if kind > 0.85:  # joined from two
        cut = dice.randrange(1, len(text) + 1)
        text = text[:cut] + '\\\n' + text[cut:]
    return text


def table(seed):
    dice = random.Random(seed)
    lines = []
    for number in range(LINES):
        lines.append(dice.choice(lines) if number and dice.random() < 0.1
                     else line(dice, number))
    # Ended, whatever a last backslash did to the line before it.
    return '\n'.join(lines) + '\n#\n::wait:touch /tmp/done\n'


def run(init, inittab):
    files = {'/bin/rec': RECORDER, '/etc/inittab': inittab.encode('latin1')}
    with Machine(None, init=init, files=files) as machine:
        wait_until(lambda: machine.console() is not None and
                   os.path.exists(machine.path('done')), 'all lines have run')
        with open(machine.path('ran'), 'rb') as file:
            ran = file.read().decode('latin1').split('\n')
        console = machine.console()
    refused = re.findall(r'Bad inittab entry at line (\d+)', console) or \
        re.findall(r'/etc/inittab:(\d+):\d+: .*line skipped', console)
    check('lines dropped' not in console, console)
    return ran, [int(number) for number in refused]


def last_of(inittab, first):
    """The last physical line of the logical one that begins with first."""
    lines = inittab.split('\n')
    while lines[first - 1].endswith('\\'):
        first += 1
    return first


def compare(seed):
    inittab = table(seed)
    theirs, their_lines = run(BUSYBOX, inittab)
    ours, our_lines = run(FOSTER, inittab)
    if theirs != ours:
        pairs = [f'busybox {a!r}, foster {b!r}'
                 for a, b in zip(theirs, ours) if a != b]
        pairs.append(f'{len(theirs)} and {len(ours)} lines')
        check(False, '\n'.join([pairs[0], pairs[-1], inittab]))
    check(len(theirs) > 3, f'few ran: {theirs}\n{inittab}')
    # BusyBox counts a joined line by its last part.
    equal([last_of(inittab, number) for number in our_lines], their_lines,
          f'refused lines of\n{inittab}')


def add(seed):
    def tried():
        compare(seed)
    tried.__name__ = f'inittab_of_seed_{seed}'
    test(tried)


for number in range(int(os.environ.get('SEED', '1')),
                    int(os.environ.get('SEED', '1')) +
                    int(os.environ.get('TABLES', '8'))):
    add(number)
main()
