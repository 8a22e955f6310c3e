#!/usr/bin/env python3
"""Command lines and environments by chance, the same each time, for Debian's
inits and for foster by their names: which program runs with which words, the
status, what is written, and whom signals reach.

Left out is what foster takes another way on purpose (doc/container.md):
options behind the program, where tini and catatonit eat them, and names of
signals that tini -p lacks.

random.t [SEED...]: others than the one that all tests are run with."""
import os
import random
import re
import sys
import tempfile

from harness import PEERS, equal, foster, main, peer, run, test

SEEDS = [int(word) for word in sys.argv[1:]] or [6]
del sys.argv[1:]
CASES = 110

WORDS = ['a', '', 'b c', 'é', 'x=1', '*', '--', '-', '-g']
OPTIONS = {
    'tini': ('-s -g -w -v -vv -gs -sgw -vwg -e3 -gse3 -e|3 -e|143 -ge|5 -e|0 '
             '-e|255 -p|SIGKILL -pSIGUSR1',
             '-e| -e|+3 -e|\t3 -e|03 -e|0x3 -e|3x -e|256 -e|-1 -e|3|-e|4 -p| '
             '-p|FOO -h -l --version --help -Z -hZ -gh -h|-Z -Z|-h -e -p -V '
             '-q --v --- -g- -lh -gl'),
    'dumb-init': ('-c -v -cv -vc --single-child --verbose -r|15:2 -r15:2 '
                  '--rewrite|1:10 --rewrite=10:0 -cr|12:1 --rew|2:0 --s',
                  '-r|20:20 -r|15:2abc -r|15:\t2 -r|\t15:2 -r|+15:+2 -r|15=2 '
                  '-r|15:2:3 -r|15:2,3:4 -r| -r|0:1 -r|-1:1 -r|15:-1 -r|31:31 '
                  '-r|32:1 -r|1:32 -r|TERM:2 -r|9:15 -r|17:10 -r|015:2 '
                  '-r|15\t:2 -r|15: -r|: -h -V --help --version --h --ve --ver '
                  '--verb --vers -Z -hZ -Zh --yolo --verbose=1 --rewrite -r '
                  '-vV -ch --- --rewrite='),
    'catatonit': ('-g -gg',
                  '-h -L -V --version --v --ver --version=1 --help -Z -gZ -gV '
                  '-Vg -hZ -Zh -gL --- -v -s -g|-h -P|-Z -P|-V'),
}
VARIABLES = {
    'tini': {'TINI_SUBREAPER': ('', '0', '1'),
             'TINI_KILL_PROCESS_GROUP': ('', '0', '1'),
             'TINI_VERBOSITY': ('', '0', '1', '3', 'x', '-1', '10'),
             'TINI_SUBREAPERX': ('1',), 'POSIXLY_CORRECT': ('1',)},
    'dumb-init': {'DUMB_INIT_DEBUG': ('', '0', '1', 'yes'),
                  'DUMB_INIT_SETSID': ('', '0', '1', '00', 'no')},
    'catatonit': {'CATATONIT_DEBUG': ('', '0', '1')},
}
SHOW = 'read pid name state parent group session rest </proc/$$/stat\n' \
       '[ $group = $$ ]; echo $?; [ $session = $$ ]; echo $?\n' \
       'for word; do echo "[$word]"; done'


def options(chance, name):
    usual, odd = OPTIONS[name]
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        pool = usual if chance.random() < 0.7 else odd
        word = chance.choice(pool.split(' ')).replace('\t', ' ')
        yield from word.split('|')


def program(chance, folder):
    kind = chance.random()
    if kind < 0.5:
        return ['sh', '-c', SHOW, 'sh'] + chance.choices(
            WORDS, k=chance.randint(0, 4))
    if kind < 0.7:
        return ['sh', '-c', f'exit {chance.randint(0, 255)}']
    if kind < 0.85:
        number = chance.choice((1, 2, 6, 9, 10, 13, 15, 31, 34, 64))
        return ['sh', '-c', f'kill -{number} $$; sleep 9']
    return chance.choice((['/nonexistent'], ['nonexistent'], [''], [],
                          ['/etc/passwd'], [folder], [f'{folder}/bad'],
                          [f'{folder}/script', '1', '2']))


def case(chance, folder, name):
    words = list(options(chance, name))
    # Only behind it tini and catatonit leave the program's words alone.
    words.append('--')
    env = {key: chance.choice(values)
           for key, values in VARIABLES[name].items() if chance.random() < 0.2}
    return words + program(chance, folder), env, chance.random() < 0.6


def own_words(text):
    """The init's own text: that it is there is all that counts. What tini
    tells on standard output foster tells on the other."""
    text = ''.join(line for line in text.splitlines(True)
                   if not re.match(r'\[(INFO|DEBUG|TRACE) ', line))
    if re.search('version|licen[cs]e|usage|foster|warranty', text, re.I):
        return 'TEXT'
    return text


def behaviour(init, words, env, pid1):
    status, out, err = run(init, *words, env=env, pid1=pid1)
    loud = any('DEBUG' in key or 'VERB' in key for key in env) or any(
        word.startswith('-') and 'v' in word for word in words)
    return status, own_words(out), None if loud else bool(err)


def compare(name):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in (('script', 'echo $#; exit 6\n'),
                           ('bad', '#!/nonexistent\n')):
            with open(f'{folder}/{path}', 'w') as file:
                file.write(text)
            os.chmod(f'{folder}/{path}', 0o755)
        for seed in SEEDS:
            chance = random.Random(f'{name} {seed}')
            for _ in range(CASES):
                words, env, pid1 = case(chance, folder, name)
                equal(behaviour(foster(name), words, env, pid1),
                      behaviour(peer(name), words, env, pid1),
                      (words, env, pid1))


for _name in PEERS:
    def one(name=_name):
        compare(name)
    one.__name__ = f'{CASES}_by_chance_of_{_name}'
    test(one)


main()
