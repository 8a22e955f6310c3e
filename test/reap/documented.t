#!/usr/bin/env python3
"""reap.h says of each function what it has to, reap(3) has it too, and each
errno that is named is provoked by a test of that function: by a line such as
CHECK_IS(reap_kill(...), -EBADF), or, where the function is not in the same
statement, below a comment such as "reap_kill: -EBADF" in the same test."""
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def read(*names):
    return ''.join(open(os.path.join(ROOT, name), encoding='utf-8').read()
                   for name in names)


HEADER = read('reap/reap.h')
MANUAL = read('doc/reap.3')
TESTS = read('test/reap/errors.c', 'test/reap/library.c')
# Of what the kernel as a whole is short of: by injection.
INJECTED = {('reap_spawn', 'ENFILE'): read('test/fault/sweep.py')}
# The function and its errnos, and what follows in the same C function.
TAGGED = re.compile(r'/\* (reap_\w+):((?:,? -E\w+)+) \*/(?=(.*?)\n}\n)',
                    re.S)
FUNCTIONS = re.findall(
    r'/\*((?:(?!\*/).)*)\*/\n((?:[a-z_]+ )+\*?)(reap_\w+)\(([^;]*)\);\n',
    HEADER, re.S)
DECLARED = set(re.findall(r'^[a-z].*\b(reap_\w+)\(', HEADER, re.M))


def parameters(text):
    text = re.sub(r'\(\*(\w+)\)\([^)]*\)', r'\1', text)
    return [re.search(r'(\w+)$', word.strip()).group(1)
            for word in text.split(',') if word.strip() != 'void']


def provoked():
    """(function, errno) pairs."""
    pairs = [(name, error) for name, words in re.findall(
        r'CHECK_IS\((reap_\w+)\(([^;]*)\);', TESTS)
             for error in re.findall(r'-(E\w+)', words)]
    for name, errors, below in TAGGED.findall(TESTS):
        pairs += [(name, error) for error in re.findall(r'E\w+', errors)
                  if re.search(rf'\b{error}\b', below)]
    pairs += [pair for pair, where in INJECTED.items() if pair[1] in where]
    return set(pairs)


PROVOKED = provoked()


def complaints(comment, name, words):
    for word in ('Threads: yes', 'Signal-safe: ', 'From: '):
        if word not in comment:
            yield f'no "{word.strip()}"'
    for word in words:
        if name != 'reap_collect_end' and not re.search(
                rf'^ \* (\w+, )*{word}(, \w+)*:', comment, re.M):
            yield f'nothing about {word}'
    if f'.Fn {name} ' not in MANUAL.split('.Sh DESCRIPTION')[0]:
        yield 'not in reap(3)'
    for error in set(re.findall(r'-(E[A-Z0-9]+)\b', comment)):
        if error not in MANUAL:
            yield f'{error} is not in reap(3)'
        if (name, error) not in PROVOKED:
            yield f'no test provokes {error}'


print('1..2')
missing = DECLARED - {name for _, _, name, _ in FUNCTIONS}
failed = bool(missing) or len(FUNCTIONS) < 16
print('not ok' if failed else 'ok', f'1 - {len(FUNCTIONS)} functions, each with '
      'a comment')
for name in missing:
    print('#', name, file=sys.stderr)
wrong = [f'{name}: {complaint}' for comment, _, name, words in FUNCTIONS
         for complaint in complaints(comment, name, parameters(words))]
print('not ok' if wrong else 'ok', '2 - parameters, errnos, threads, signals, '
      'source; reap(3); tests')
for line in wrong:
    print('#', line, file=sys.stderr)
sys.exit(failed or bool(wrong))
