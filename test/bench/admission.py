#!/usr/bin/env python3
"""What admission costs: bytes of the binary, time of a spawn."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, '..', 'qemu'))
from lowmem import O, SOURCE, build

SOURCES = ('admission', 'admission_decide', 'admission_parse',
           'admission_sensors')
none = os.path.getsize(build('none', ADMISSION=False))
program = os.path.join(O, 'lowmem', 'bench')
capped = build('bench-objects', REAP_WAY_SHARE=False, REAP_WAY_FORK=True)
# PID 1's objects keep the stack aligned to 8: libc's vector code must not be
# called from them, so they come with PID 1's own functions on strings.
subprocess.run(
    ['musl-gcc', '-Os', '-static', '-std=gnu11', '-D_GNU_SOURCE=',
     f'-I{SOURCE}/reap', '-include',
     f'{os.path.dirname(capped)}/include/generated/autoconf.h', '-o', program,
     f'{HERE}/admission.c', f'{os.path.dirname(capped)}/reap/libreap.a',
     f'{os.path.dirname(capped)}/libc/string.o'],
    check=True)
plenty, cache, spawn = (int(word) / 1000 for word in subprocess.check_output(
    [program], text=True).split())
print('| admission | bytes |\n| --- | ---: |')
for what, options in (
        ('alone', dict(ADMISSION_CGROUP=False, ADMISSION_ZOMBIES=False)),
        ('and the parent of zombies', dict(ADMISSION_CGROUP=False,
                                           ADMISSION_ZOMBIES=True)),
        ('and standing limits', dict(ADMISSION_CGROUP=True,
                                     ADMISSION_ZOMBIES=True))):
    size = os.path.getsize(build('size', ADMISSION=True, **options))
    print(f'| {what} | {size - none} |')
print('\n| a spawn | µs | |\n| --- | ---: | ---: |')
print(f'| start and end of /bin/true | {spawn:.1f} | |')
for what, time in (('asking, plenty is free', plenty),
                   ('asking, /proc/meminfo read', cache)):
    print(f'| {what} | {time:.1f} | {100 * time / spawn:.1f} % |')
