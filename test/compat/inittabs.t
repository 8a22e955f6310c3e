#!/usr/bin/env python3
"""The same inittabs under Debian's BusyBox init and under foster.

What differs is listed in differences.py as each of the two does it, and in
foster(8), section COMPATIBILITY, with its reason; or it is a defect.
"""
import os
import re
import sys
from functools import partial

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'ns'))
from harness import (BUSYBOX, FOSTER, Machine, SOURCE, check, equal,  # noqa
                     main, test)
from cases import CASES  # noqa: E402
from differences import DIFFERENCES  # noqa: E402

def named(name):
    return not sys.argv[1:] or name in sys.argv[1:]


def compare(run):
    busybox, foster = (run(partial(Machine, init=init))
                       for init in (BUSYBOX, FOSTER))
    if run.__name__ not in DIFFERENCES:
        equal(foster, busybox, 'foster, where BusyBox differs')
        return
    known = DIFFERENCES[run.__name__]
    equal(busybox, known.busybox, 'BusyBox, other than listed')
    equal(foster, known.foster, 'foster, other than listed')
    check(foster != busybox, 'listed, but there is no difference')


for _run in CASES:
    if not named(_run.__name__):
        continue
    _test = partial(compare, _run)
    _test.__name__ = _run.__name__
    test(_test)


@test
def each_difference_is_in_the_manual():
    manual = open(os.path.join(SOURCE, 'doc', 'foster.8')).read()
    section = re.search(r'^\.Sh COMPATIBILITY\n(.*?)^\.Sh ', manual,
                        re.M | re.S).group(1)
    text = ' '.join(re.sub(r'^\.[A-Z][a-z] ', '', line)
                    for line in section.split('\n'))
    for name, known in DIFFERENCES.items():
        check(known.manual in text, f'{name}: {known.manual!r} is not there')


# They wait for seconds most of the time: BusyBox looks once a second, and waits
# two at its end.
main(jobs=8)
