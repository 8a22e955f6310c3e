#!/usr/bin/env python3
"""A boot's lines beside Debian's BusyBox init, in guests that count
instructions: PID 1 holds the device up least."""
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
for room in ('bench', 'ns'):
    sys.path.insert(0, os.path.join(HERE, '..', room))
from boot_times import times
from harness import BUSYBOX, FOSTER
from lowmem import Checks

FIRST = 0.6
FURTHER = 0.95
(_, first, further), (_, own_first, own_further) = times(
    (('BusyBox init', BUSYBOX), ('foster', FOSTER)))
check = Checks()
check(f'the first program after {own_first:.0f} us of {first:.0f}: '
      f'{FIRST} of them at most', own_first <= FIRST * first)
check(f'each further one after {own_further:.0f} us of {further:.0f}: '
      f'{FURTHER} of them at most', own_further <= FURTHER * further)
check.end()
