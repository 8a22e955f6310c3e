#!/usr/bin/env python3
"""foster's own options, on the command line and as variables."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from harness import (LISTENER, NAMES, Failure, Run, check, children, equal, foster,
                     main, pending, run, state, test, wait_until)

F = foster()
SH = ('--', 'sh', '-c')
PY = ('--', sys.executable, '-S', '-c')

# Writes the signals it gets, and does not end by them.
STUBBORN = ('--', 'sh', '-c', '''trap "echo TERM" TERM; trap "echo QUIT" QUIT
echo up; while :; do sleep 0.02; done''')


TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
with open(os.path.join(TOP, 'init/personality.c')) as source:
    LETTERS = {long: letter for letter, long in re.findall(
        r"X\('(.)', [A-Z0-9_]+, \"([a-z0-9-]+)\"\)",
        source.read().split('#define TINI_OPTIONS')[0])}


def ways(option, value=None):
    """The option in each form: words, environment."""
    long, short = f'--{option}', '-' + LETTERS[option]
    name = 'FOSTER_' + option.upper().replace('-', '_')
    if value is None:
        return [([long], {}), ([short], {}), ([], {name: '1'})]
    return [([f'{long}={value}'], {}), ([long, value], {}),
            ([short + value], {}), ([], {name: value})]


@test
def own_failures_are_125():
    for words, named in (
            ([], 'program'), (['--'], 'program'), (['-Z', 'true'], '-Z'),
            (['--nonsense', 'true'], '--nonsense'),
            (['--grace', 'x', 'true'], '--grace: x'),
            (['--grace=-1', 'true'], '--grace=-1'), (['--grace'], '--grace'),
            (['--forward=nobody', 'true'], '--forward=nobody'),
            (['--map', 'FOO=TERM', 'true'], '--map: FOO=TERM'),
            (['--map=TERM', 'true'], '--map=TERM'),
            (['--map=KILL=TERM', 'true'], 'KILL=TERM'),
            (['--map=TERM=99', 'true'], 'TERM=99'),
            (['--exit-map=300=1', 'true'], '300=1'),
            (['--exit-map=9-1=0', 'true'], '9-1=0'),
            (['--exit-map=1', 'true'], '--exit-map=1'),
            (['--stop-signal=FOO', 'true'], 'FOO'),
            (['--wait-all=1', 'true'], '--wait-all=1'),
            (['--report=', 'true'], '--report='),
            (['--report=/nonexistent/x', 'true'], '/nonexistent/x'),
            (['--report=77', 'true'], '77')):
        status, out, err = run(F, *words)
        equal((status, out), (125, ''), words)
        equal(err.count('\n'), 1, f'one line: {err!r}')
        check(err.startswith('foster: ') and named in err, (named, err))


@test
def numbers_that_are_none():
    bad = {'grace': ('.5', '-0', '+1', ' 1', '1 ', '1e3', '0x10', '1h', 'nan',
                     '', '86401', '1441m', '0.0005', '9' * 30),
           'linger': ('-1', '99999'), 'delay': (str(2 ** 64),),
           'zombies': ('0.0001',),
           'exit-map': ('1=256', '-1=0', '1=-1', '1=', '=1', '1-=2', ',', '',
                        '255-256=0'),
           'map': ('TERM=', '=TERM', '65=1', '0=1', '1=65', '-1=1',
                   'RTMIN+31=1', 'RTMAX-31=1', 'SIGSIGTERM=1', 'STOP=1'),
           'stop-signal': ('0', '65', '', 'TERM ')}
    for option, values in bad.items():
        for value in values:
            status, out, err = run(F, f'--{option}={value}', 'true')
            equal((status, out, err.count('\n')), (125, '', 1),
                  (option, value, err))
            check(f'--{option}={value}: {value}: ' in err, err)
    good = {'grace': ('0', '0.001', '5.', '86400', '1440m', '1ms', '1s'),
            'linger': ('0',), 'exit-map': ('0-255=3', '1=2,,3=3,', '1=2 3=3'),
            'map': ('64=1', 'rtmin=SIGRTMAX', 'RTMAX-30=RTMIN+30', '1=0',
                    'TERM:INT', '32=33', 'CONT=ignore')}
    for option, values in good.items():
        for value in values:
            equal(run(F, f'--{option}={value}', *SH, 'exit 3'), (3, '', ''),
                  (option, value))


@test
def levels():
    for words, env, wanted in (
            ([], {}, 0), (['-q'], {}, 0), (['--quiet'], {}, 0),
            (['-v'], {}, 1), (['--verbose'], {}, 1), (['-vv'], {}, 2),
            (['-v', '--verbose'], {}, 2), ([], {'FOSTER_VERBOSE': '1'}, 1),
            ([], {'FOSTER_VERBOSE': '2'}, 2), ([], {'FOSTER_VERBOSE': '0'}, 0),
            ([], {'FOSTER_VERBOSE': '3'}, 2), ([], {'FOSTER_VERBOSE': '12'}, 2),
            ([], {'FOSTER_VERBOSE': '-1'}, 0), ([], {'FOSTER_VERBOSE': ''}, 0),
            ([], {'FOSTER_VERBOSE': 'off'}, 0),
            (['-v'], {'FOSTER_QUIET': '1'}, 1), (['-qv'], {}, 1),
            (['-q', '-vv'], {}, 2), (['-vq'], {}, 0),
            ([], {'FOSTER_VERBOSE': 'yes'}, 1),
            (['-q'], {'FOSTER_VERBOSE': '2'}, 0),
            ([], {'FOSTER_QUIET': '1', 'FOSTER_VERBOSE': '1'}, 1),
            ([], {'FOSTER_VERBOSE': '1', 'FOSTER_QUIET': '1'}, 1)):
        with Run(F, *words, *STUBBORN, env=env) as it:
            it.expect('up\n')
            it.signal(signal.SIGQUIT)
            it.expect('QUIT\n')
            if wanted > 1:  # it is said once it has been sent
                wait_until(lambda: 'SIGQUIT forwarded' in it.stderr(), 'said')
            it.signal(signal.SIGKILL)
            err = it.stderr()
            equal('started' in err, wanted > 0, (words, env, err))
            equal('SIGQUIT forwarded' in err, wanted > 1, (words, env, err))
    # A warning: nobody has ended in time.
    for words, env, wanted in (([], {}, True), (['-q'], {}, False),
                               (['--quiet'], {}, False),
                               ([], {'FOSTER_QUIET': '1'}, False),
                               ([], {'FOSTER_QUIET': 'no'}, True)):
        with Run(F, '-g0.05', *words, *STUBBORN, env=env) as it:
            it.expect('up\n')
            it.signal(signal.SIGTERM)
            equal(it.end(), 137, 'status')
            equal('KILL' in it.stderr(), wanted, (words, env))
    # An error is said all the same.
    check(run(F, '-q', '--', '/nonexistent')[2], 'said')


@test
def a_switch_is_off_by_any_word_for_it():
    for value in ('', '0', 'no', 'off', 'false', 'No', 'OFF', 'False', '-1'):
        equal(run(F, 'true', env={'FOSTER_REQUIRE_PID1': value}, pid1=False),
              (0, '', ''), value)
    for value in ('1', 'yes', 'on', 'true', '00', 'n', 'nope'):
        equal(run(F, 'true', env={'FOSTER_REQUIRE_PID1': value},
                  pid1=False)[0], 125, value)


@test
def an_empty_variable_is_as_none():
    for name in ('STOP_SIGNAL', 'GRACE', 'DELAY', 'LINGER', 'MAP', 'EXIT_MAP',
                 'FORWARD', 'REPORT', 'REPORT_JSON', 'ZOMBIES', 'WAIT_ALL',
                 'DAEMONIZED', 'SUBREAPER', 'REQUIRE_PID1'):
        equal(run(F, *SH, 'exit 3', env={f'FOSTER_{name}': ''}), (3, '', ''),
              name)


@test
def a_bad_variable_is_named():
    for name, value in (('FOSTER_GRACE', 'soon'), ('FOSTER_MAP', 'x'),
                        ('FOSTER_FORWARD', 'none'),
                        ('FOSTER_EXIT_MAP', '1=999')):
        status, out, err = run(F, 'true', env={name: value})
        equal((status, out, err.count('\n')), (125, '', 1), err)
        check(name in err, err)


@test
def a_hostile_environment():
    for env in ({'FOSTER_': 'x'}, {'FOSTER_NONSENSE': 'x'},
                {'FOSTER_HELP': '1'}, {'FOSTER_VERSION': '1'},
                {'FOSTER_MAPX': 'x'}, {'FOSTER_MA': 'x'},
                {'A' * 60000: 'b' * 60000}, {'FOSTER_WAIT_ALL': '0'},
                {'PATH': ':' * 5000 + '/bin'}):
        equal(run(F, '/bin/sh', '-c', 'exit 3', env=env)[0], 3, list(env)[0])
    equal(run('env', '-i', F, '/bin/sh', '-c', 'exit 3')[0], 3, 'empty')


@test
def what_can_not_be_run():
    with tempfile.TemporaryDirectory() as folder:
        def script(name, text, mode=0o755):
            path = os.path.join(folder, name)
            with open(path, 'w') as file:
                file.write(text)
            os.chmod(path, mode)
            return path
        for path, status, words in (
                ('/nonexistent', 127, 'not there'),
                ('nonexistent', 127, 'not there'),
                ('/etc/passwd/x', 127, 'no folder'),
                (script('plain', 'x', 0o644), 126, 'may not be executed'),
                (folder, 126, 'may not be executed'),
                (script('bad', '#!/nonexistent\n'), 127, 'interpreter'),
                ('', 127, 'not there')):
            got, out, err = run(F, '--', path)
            equal((got, out, err.count('\n')), (status, '', 1), path)
            check(words in err and path in err, err)
        # dumb-init has left the folder by the time it says so.
        for name in NAMES:
            err = run('sh', '-c', 'cd "$0"; exec "$@"', folder, foster(name),
                      '--', './bad')[2]
            check('its interpreter is not there' in err, (name, err))
        for closed in ('2>&-', '<&- >&- 2>&-'):
            equal(run('sh', '-c', f'exec "$@" {closed}', 'sh', F, '--',
                      '/nonexistent')[0], 127, closed)


@test
def the_examples_work():
    """Those of the documents, as docker and Kubernetes would run them."""
    for name in ('README.md', 'doc/container.md'):
        with open(os.path.join(TOP, name)) as file:
            text = file.read()
        words = json.loads(re.search(r'^ENTRYPOINT (.*)', text, re.M)[1])
        equal(words[0], '/sbin/foster', name)
        equal(run(F, *words[1:], 'sh', '-c', 'exit 3'), (3, '', ''), name)
        pod = text[text.index('```yaml'):]
        words = json.loads(re.search(r'command: (.*)', pod)[1])
        env = dict(re.findall(r'name: (FOSTER_\w+), value: "?(\w+)"?', pod))
        check(len(env) >= 2, env)
        equal(run(F, *words[1:-1], 'sh', '-c', 'exit 3', env=env),
              (3, '', ''), name)
        most = int(re.search(r'terminationGracePeriodSeconds: (\d+)', pod)[1])
        used = sum(int(env.get('FOSTER_' + what, 5))
                   for what in ('DELAY', 'GRACE', 'LINGER'))
        check(used < most, (name, used, most))
        engines = re.findall(r'init[-_]path(?:=|"?\s*[:=]\s*")([\w/.-]+)', text)
        check(engines, f'{name}: no engine is told of it')
        for path in engines:
            init = foster(os.path.basename(path))
            equal(run(init, *SH, 'exit 3'), (3, '', ''), path)
            check(run(init, '--version')[1].startswith('tini version '), path)


@test
def the_manual_has_each_option_and_its_examples_work():
    with open(os.path.join(TOP, 'doc/foster.1')) as file:
        text = file.read()
    documented = re.findall(r'^\.It Fl (\w) , Fl -([a-z0-9-]+)', text, re.M)
    equal(sorted(documented), sorted((letter, long) for long, letter in
                                     LETTERS.items()), 'options')
    examples = re.findall(r'^foster (.*) -- ', text, re.M)
    check(len(examples) >= 3, examples)
    for words in examples:
        equal(run(F, *words.split(), *SH, 'exit 3'), (3, '', ''), words)


@test
def help_fits_a_screen():
    status, out, err = run(F, '--help')
    equal((status, err), (0, ''), 'status')
    lines = out.expandtabs().split('\n')
    check(len(lines) <= 24, len(lines))
    check(max(map(len, lines)) < 80, 'columns')
    options = list(LETTERS)
    check(len(options) >= 18, options)
    for option in options:
        check('--' + option in out, option)
    equal(run(F, '-h'), (0, out, ''), 'in short')
    for word in ('-V', '--version'):
        check(run(F, word)[1].startswith('foster version '), word)


# ---- stopping

@test
def stop_signal_takes_the_place_of_TERM():
    for words, env in ways('stop-signal', 'SIGQUIT') + [(['-sQUIT'], {}),
                                                        (['-s', '3'], {})]:
        with Run(F, *words, *STUBBORN, env=env) as it:
            it.expect('up\n')
            it.signal(signal.SIGTERM)
            equal(it.expect('QUIT\n'), '', 'first')


@test
def grace_ends_with_KILL():
    for words, env in ways('grace', '1'):
        with Run(F, *words, *STUBBORN, env=env) as it:
            it.expect('up\n')
            begin = time.monotonic()
            it.signal(signal.SIGTERM)
            it.expect('TERM\n')
            equal(it.end(), 137, 'status')
            check(0.9 < time.monotonic() - begin < 3, 'time')
            check('KILL' in it.stderr(), it.stderr())


@test
def no_grace_at_all():
    with Run(F, '--grace=0', *STUBBORN) as it:
        it.expect('up\n')
        begin = time.monotonic()
        it.signal(signal.SIGTERM)
        equal(it.end(), 137, 'status')
        check(time.monotonic() - begin < 2, 'at once')


@test
def a_second_TERM_shortens_the_grace():
    with Run(F, '--grace=12', *STUBBORN) as it:
        it.expect('up\n')
        begin = time.monotonic()
        # Each halves what is left: the last leaves no time to be heard in.
        for is_heard in (True, True, True, True, False):
            it.signal(signal.SIGTERM)
            if is_heard:
                it.expect('TERM\n')
        equal(it.end(), 137, 'status')
        check(time.monotonic() - begin < 3, 'time')


@test
def a_second_TERM_halves_what_is_left():
    with Run(F, '--grace=3', *STUBBORN) as it:
        it.expect('up\n')
        begin = time.monotonic()
        for _ in range(2):
            it.signal(signal.SIGTERM)
            it.expect('TERM\n')
        equal(it.end(), 137, 'status')
        check(1.4 < time.monotonic() - begin < 2.8, 'half')
    with leaves(['-v', '--linger=3'], 'stubborn', '4') as it:
        wait_until(lambda: 'what is left' in it.stderr(), 'it lingers')
        begin = time.monotonic()
        it.signal(signal.SIGTERM)
        equal(it.end(), 4, 'status')
        check(time.monotonic() - begin < 2.8, 'half of the linger')


@test
def delay_comes_before_the_first_signal():
    for words, env in ways('delay', '0.4'):
        with Run(F, *words, *STUBBORN, env=env) as it:
            it.expect('up\n')
            begin = time.monotonic()
            it.signal(signal.SIGTERM)
            it.expect('TERM\n')
            check(0.3 < time.monotonic() - begin < 3, 'time')


@test
def a_second_TERM_ends_the_delay():
    with Run(F, '--delay=60', *STUBBORN) as it:
        it.expect('up\n')
        it.signal(signal.SIGTERM)
        check(it.silent(0.1), 'not yet')
        # Two that wait at once are one.
        wait_until(lambda: not pending(it.pid), 'the first one is taken')
        it.signal(signal.SIGTERM)
        it.expect('TERM\n')


LEAVES_ONE = '''
import os, signal, sys, time
how = sys.argv[1]
if os.fork():
    sys.stdin.readline()
    os._exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
os.setsid()
if how == "stubborn":
    signal.signal(15, signal.SIG_IGN)
elif how == "heard":
    def heard(number, frame):
        os.write(1, b"<%d>" % number)
        if number == 10:
            os._exit(7)
    signal.signal(15, heard)
    signal.signal(10, heard)
print("up", flush=True)
while how != "short":
    time.sleep(1)
time.sleep(0.4)
os.write(1, b"done")
os._exit(5)
'''


def leaves(words, how, *status, env=None, pid1=True, init=F):
    read_end, write_end = os.pipe()
    it = Run(init, *words, *PY, LEAVES_ONE, how, *status, stdin=read_end,
             env=env, pid1=pid1)
    os.close(read_end)
    it.expect('up\n')
    it.main = it.program
    it.since = time.monotonic()
    os.write(write_end, b'\n')
    os.close(write_end)
    return it


def left_behind(how, *words, **more):
    """The same, once the init has reaped the program: what comes now is for
    the one that it has left."""
    it = leaves(words, how, '0', **more)
    wait_until(lambda: it.main not in children(it.pid), 'the program has ended')
    return it


@test
def linger_ends_with_KILL():
    for words, env in ways('linger', '0.3'):
        with leaves(words, 'stubborn', '4', env=env) as it:
            equal(it.end(), 4, 'status')
            check(0.3 <= time.monotonic() - it.since < 4, 'time')
    with leaves(['--linger=0'], 'stubborn', '4') as it:
        equal(it.end(), 4, 'status')
        check(time.monotonic() - it.since < 2, 'none')


@test
def linger_ends_with_KILL_elsewhere_than_PID_1_too():
    """Where the namespace's end would not do it: PID 1 is a shell."""
    with leaves(['-c', '"$@"; echo status $?; kill -s 0 -- -1 && echo left; '
                 'echo over', 'sh', F, '--linger=0.3'], 'stubborn', '4',
                init='sh') as it:
        equal(it.expect('over\n'), 'status 4\n', 'what the shell saw')


@test
def linger_ends_with_the_last_process():
    with leaves(['--linger=60'], 'plain', '4') as it:
        equal(it.end(), 4, 'status')
        check(time.monotonic() - it.since < 3, 'at once')


@test
def elsewhere_than_PID_1_others_live_on_unless_asked():
    with leaves([], 'short', '4', pid1=False) as it:
        wait_until(lambda: it.process.poll() is not None, 'end')
        equal(it.process.returncode, 4, 'status')
        it.gather('done')
    with leaves(['--linger=5'], 'plain', '4', pid1=False) as it:
        equal(it.end(), 4, 'status')
        check(b'done' not in it.out, 'got TERM')


@test
def wait_all_stays_until_the_last_has_ended():
    for words, env in ways('wait-all') + [(['-a'], {})]:
        for pid1 in (True, False):
            with leaves(words, 'short', '4', env=env, pid1=pid1) as it:
                equal(it.end(), 4, 'the main program\'s status')
                equal(it.out, b'done', 'written')


@test
def daemonized_follows_a_program_to_the_background():
    for words, env in ways('daemonized') + [(['-D'], {})]:
        with left_behind('heard', *words, env=env) as it:
            time.sleep(0.1)
            check(it.process.poll() is None, 'stays')
            it.signal(signal.SIGTERM)
            it.expect('<15>')
            it.signal(signal.SIGUSR1)
            it.expect('<10>')
            equal(it.end(), 7, 'the status of the last one')
    with leaves(['-D', '-l0'], 'stubborn', '4') as it:
        equal(it.end(), 4, 'one that failed is not followed')
        check(time.monotonic() - it.since < 2, 'at once')


@test
def the_ladder_is_the_same_for_what_went_to_the_background():
    with left_behind('heard', '-D', '--stop-signal=USR1', '--grace=5',
                     '--delay=0.4') as it:
        begin = time.monotonic()
        it.signal(signal.SIGTERM)
        equal(it.expect('<10>'), '', 'before it')
        check(0.3 < time.monotonic() - begin < 3, 'delay')
        equal(it.end(), 7, 'status')
    with left_behind('stubborn', '-D', '--grace=0.4') as it:
        begin = time.monotonic()
        it.signal(signal.SIGTERM)
        equal(it.end(), 137, 'status')
        check(0.3 < time.monotonic() - begin < 3, 'grace')
        check('or what it left has not ended' in it.stderr(), it.stderr())
    # TERM while the program itself runs, its delay over only afterwards.
    with Run(F, '-a', '--delay=0.6', *SH, '''
(trap 'echo heard; exit' TERM; echo up; while :; do sleep 0.02; done) &
sleep 0.3; exit 4''') as it:
        it.expect('up\n')
        it.signal(signal.SIGTERM)
        it.expect('heard\n')
        equal(it.end(), 4, 'status')


@test
def a_signal_that_becomes_the_stop_signal_begins_the_ladder():
    for words, number, heard in (
            (['-mINT=TERM'], signal.SIGINT, 'TERM'),
            (['-mINT=TERM,TERM=ignore'], signal.SIGINT, 'TERM'),
            (['-mTERM=QUIT'], signal.SIGTERM, 'QUIT'),
            (['-sQUIT', '-mINT=QUIT'], signal.SIGINT, 'QUIT')):
        with Run(F, '-g1', '-d0.3', *words, *STUBBORN) as it:
            it.expect('up\n')
            begin = time.monotonic()
            it.signal(number)
            it.expect(heard + '\n')
            check(time.monotonic() - begin >= 0.3, (words, 'delay'))
            equal(it.end(), 137, words)
            check('KILL' in it.stderr(), words)


@test
def what_is_stopped_is_woken_for_what_TERM_becomes():
    for words in ([F, '-mTERM=USR1'], [F, '-sUSR1'], [F, '-mUSR2=TERM'],
                  [foster('dumb-init'), '-r15:10'],
                  [foster('dumb-init'), '-c', '-r15:10']):
        with Run(*words, '--', *LISTENER) as it:
            it.expect('ready\n')
            program = it.program
            os.kill(program, signal.SIGSTOP)
            wait_until(lambda: state(program) == 'T', 'stopped')
            it.signal(signal.SIGUSR2 if 'USR2' in words[1] else signal.SIGTERM)
            it.expect('<15>' if 'USR2' in words[1] else '<10>')


# ---- forwarding

@test
def all_without_a_proc_is_the_program():
    with Run('unshare', '--mount', 'sh', '-ec',
             'mount -t tmpfs tmpfs /proc; exec "$@"', 'sh', F, '-fall', '--',
             *LISTENER, pid1=False) as it:
        it.expect('ready\n')
        it.signal(signal.SIGUSR1)
        it.expect('<10>')
        check('no /proc' in it.stderr(), it.stderr())


FAMILY = ('--', 'sh', '-c', '''
trap 'echo main' USR1
sh -c 'trap "echo same" USR1; echo r1; while :; do sleep 0.02; done' &
setsid sh -c 'trap "echo other" USR1; echo r2; while :; do sleep 0.02; done' &
echo r3
while :; do wait; done''')


@test
def forward_to_child_group_or_all():
    for whom, heard in (('child', {'main'}), ('group', {'main', 'same'}),
                        ('all', {'main', 'same', 'other'})):
        for words, env in ways('forward', whom):
            for pid1 in (True, False):
                with Run(F, *words, *FAMILY, env=env, pid1=pid1) as it:
                    it.gather('r1', 'r2', 'r3')
                    it.out = b''
                    it.signal(signal.SIGUSR1)
                    it.gather(*heard)
                    time.sleep(0.1)
                    it.silent(0.05)
                    try:
                        got = set(it.out.decode().split())
                        equal(got, heard, (whom, pid1))
                    finally:
                        if not pid1:
                            subprocess.run(['sh', '-c', '''
                                for p in $(/bin/busybox ps -o pid,ppid |
                                    awk -v r=$1 '{c[$1]=$2} END {for (p in c)
                                    {for (q = p; q > 1 && q in c; q = c[q])
                                    if (c[q] == r) {print p; break}}}')
                                do kill -9 $p 2>/dev/null; done''', 'sh', str(it.pid)])


@test
def mapped_signals():
    for words, env in ways('map', 'HUP=QUIT,SIGUSR2=ignore,34=SIGRTMIN+3') + [
            (['-mHUP=QUIT', '-m', 'USR2=0', '--map', 'RTMIN=37'], {})]:
        with Run(F, *words, '--', *LISTENER, env=env) as it:
            it.expect('ready\n')
            it.signal(signal.SIGUSR2)
            it.signal(signal.SIGHUP)
            equal(it.expect('<3>'), '', 'HUP')
            it.signal(34)
            equal(it.expect('<37>'), '', 'RTMIN')


@test
def signals_that_come_together():
    """All while the init is stopped; each comes once. CONT takes TSTP and its
    like back (signal(7))."""
    numbers = [n for n in range(1, 65) if n not in
               (9, 17, 18, 19, 20, 21, 22, 32, 33)]
    with Run(F, '--', *LISTENER) as it:
        it.expect('ready\n')
        os.kill(it.pid, signal.SIGSTOP)
        for number in numbers:
            it.signal(number)
        os.kill(it.pid, signal.SIGCONT)
        it.gather(*(f'<{number}>' for number in numbers))
        time.sleep(0.1)
        it.silent(0.05)
        got = sorted(int(n) for n in re.findall(rb'<(\d+)>', it.out))
        equal([n for n in got if n != 18], numbers, 'signals')


# Leaves a thousand orphans, which end together. What it waits for says itself
# that it is there: a shell's new child still has the shell's traps.
ORPHANS = '''
trap 'kill $!; wait $!; printf TERM; exit 6' TERM
exec 3<&0
for parent in 0 1 2 3 4 5 6 7 8 9; do
    (
        child=0
        while [ $((child += 1)) -le 100 ]; do
            read -r nothing <&3 &
        done
    )
done
sh -c 'printf up; exec sleep 1000' 3<&- &
wait
'''


@test
def TERM_before_the_end_holds_for_those_that_are_left():
    # With -D the status is that of the last of them.
    for word, status in ('-a', 0), ('-D', 137):
        with Run(F, word, '-g', '1', *SH, '''
(trap "" TERM; echo left; exec sleep 1000) &
trap "exit 0" TERM
sleep 1000 &
echo up
wait''') as it:
            it.gather('left', 'up')
            it.signal(signal.SIGTERM)
            equal(it.end(), status, word)


@test
def TERM_in_a_storm_of_orphans():
    for pid1 in (True, False):
        read_end, write_end = os.pipe()
        told, tell = os.pipe()
        with Run(F, '-a', f'-j{tell}', 'sh', '-c', ORPHANS, stdin=read_end,
                 pass_fds=[tell], pid1=pid1) as it:
            os.close(read_end)
            os.close(tell)
            it.expect('up', patience=240)
            os.close(write_end)  # that ends them all
            it.signal(signal.SIGTERM)
            it.expect('TERM', patience=120)
            equal(it.end(120), 6, 'status')
        with os.fdopen(told) as file:
            equal(json.loads(file.read())['orphans'], 1000, 'reaped')


@test
def real_time_signals_keep_their_count_and_order():
    with Run(F, '--', sys.executable, '-S', '-c', '''
import os, signal
numbers = range(34, 65)
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
print("ready", flush=True)
for _ in range(60):
    os.write(1, b"<%d>" % signal.sigwait(numbers))
''') as it:
        it.expect('ready\n')
        os.kill(it.pid, signal.SIGSTOP)
        for _ in range(20):
            for number in (34, 40, 64):
                it.signal(number)
        os.kill(it.pid, signal.SIGCONT)
        equal(it.end(), 0, 'status')
        numbers = re.findall(rb'<(\d+)>', it.out)
        equal([numbers.count(n) for n in (b'34', b'40', b'64')], [20] * 3,
              'count')


@test
def exit_map():
    for words, env in ways('exit-map', '3=0,143=0,10-12=9') + [
            (['-e3=0', '-e', '143=0', '-e10-12=9'], {})]:
        for script, status in (('exit 3', 0), ('kill $$', 0), ('exit 4', 4),
                               ('exit 10', 9), ('exit 12', 9), ('exit 13', 13)):
            equal(run(F, *words, *SH, script, env=env)[0], status, script)


@test
def the_command_line_wins_over_the_environment():
    equal(run(F, '-e3=5', *SH, 'exit 3', env={'FOSTER_EXIT_MAP': '3=4'})[0], 5,
          'status')


# ---- reaping

@test
def a_subreaper_by_itself_or_a_failure():
    equal(run(F, 'true', pid1=False), (0, '', ''), 'silent')
    for words, env in ways('require-pid1') + [(['-1'], {})]:
        status, out, err = run(F, *words, 'true', pid1=False, env=env)
        check(status == 125 and 'PID 1' in err, err)
        equal(run(F, *words, 'true', env=env)[0], 0, 'as PID 1')
    for words, env in ways('subreaper') + [(['-S'], {})]:
        equal(run(F, *words, 'true', pid1=False, env=env)[0], 0, 'works')


@test
def where_prctl_fails():
    with tempfile.TemporaryDirectory() as folder:
        def injected(*words):
            return run('strace', '-o', f'{folder}/trace', '-e', 'trace=prctl',
                       '-e', 'inject=prctl:error=EINVAL', *words, pid1=False)
        status, out, err = injected(F, *SH, 'exit 3')
        check(status == 3 and "zombie reaping won't work" in err, err)
        for words in ([F, '-S'], [foster('tini'), '-s'],
                      [foster('catatonit')]):
            status, out, err = injected(*words, 'true')
            equal(status, 125 if words[0] == F else 1, words)
            check('EINVAL' in err, err)


ZOMBIES = '''
import os, sys, time
print("ready", flush=True)
os.read(0, 1)
for _ in range(9):
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print("up", flush=True)
time.sleep(30)
'''


@test
def few_calls_until_the_program_is_there():
    """foster's until it has a child, and that child's until its exec."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        # -D: foster and not strace is PID 1.
        equal(run('strace', '-D', '-f', '-o', trace, F, '--', '/bin/true')[0],
              0, 'status')
        with open(trace) as file:
            lines = [line for line in file if re.match(r'\d+ +\w+\(', line)]
    init = lines[0].split()[0]
    own = [line for line in lines if line.split()[0] == init]
    until = [i for i, line in enumerate(own) if 'clone(' in line][0] + 1
    childs = [line for line in lines if line.split()[0] != init]
    run_at = [i for i, line in enumerate(childs) if 'execve(' in line][0] + 1
    equal((until, run_at), (8, 3), ''.join(own[:until] + childs[:run_at]))


@test
def a_storm_of_orphans_leaves_time_for_signals():
    """All end while the init is stopped; then it takes 64 a turn, and goes on
    when a signal has come between two turns."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, 'trace')
        status, left, _ = run(
            'strace', '-o', trace, '-e', 'trace=waitid,rt_sigtimedwait', F,
            *SH, 'kill -STOP $PPID; i=0; '
            'while [ $i -lt 300 ]; do (true &); i=$((i+1)); done; '
            'kill -WINCH $PPID; kill -CONT $PPID; '
            'turns=200; while left=$(wc -w </proc/$PPID/task/$PPID/children) && '
            '[ $left -ne 1 ] && [ $((turns -= 1)) -ge 0 ]; do sleep 0.05; '
            'done; echo $left; exit 3',
            pid1=False)
        equal((status, left.split()), (3, ['1']), 'status, and children left')
        most, ends = 0, set()
        with open(trace) as file:
            for line in file:
                if 'waitid(' in line:
                    ends.update(re.findall(r'si_pid=(\d+)', line))
                else:
                    ends = set()
                most = max(most, len(ends))
        equal(most, 64, 'ends in a turn')


@test
def a_storm_of_signals_leaves_time_for_ends():
    """SIGUSR1 again and again, in place of SIGCHLD, which is behind it; it
    ends the program too, so that is never before the storm."""
    flood = 'inject=rt_sigtimedwait:retval=10:poke_exit=@arg2=' + \
        '0a'.ljust(32, '0')
    status = run('strace', '-o', '/dev/null', '-e', 'trace=rt_sigtimedwait',
                 '-e', flood, F, '--', 'sleep', '60', pid1=False)[0]
    equal(status, 128 + signal.SIGUSR1, 'status')


@test
def zombies_of_others_are_told_once():
    for words, env in ways('zombies', '0.1'):
        read_end, write_end = os.pipe()
        with Run(F, *words, *PY, ZOMBIES, env=env, stdin=read_end) as it:
            os.close(read_end)
            it.expect('ready')
            os.kill(it.pid, signal.SIGSTOP)  # sees none but all nine
            os.close(write_end)
            it.expect('up')
            os.kill(it.pid, signal.SIGCONT)
            wait_until(lambda: it.stderr(), 'a warning')
            time.sleep(0.4)
            err = it.stderr()
            equal(err.count('\n'), 1, err)
            check('9 zombies' in err and 'python3' in err and
                  '(pid 2)' in err, err)


# ---- the report

def json_report(*words, **how):
    read_end, write_end = os.pipe()
    status = run(F, f'--report-json={write_end}', *words,
                 pass_fds=[write_end], **how)[0]
    os.close(write_end)
    with os.fdopen(read_end) as file:
        return status, json.loads(file.read())


@test
def the_report_tells_how_it_ended():
    status, it = json_report(*SH, 'exit 3')
    equal((status, it['program'], it['end'], it['code'], it['status'],
           it['signal'], it['orphans']), (3, 'sh', 'exited', 3, 3, '', 0), it)
    check(it['maxrss_kib'] > 100 and it['run_ms'] < 3000, it)
    status, it = json_report('-e', '143=0', *SH, 'kill $$')
    equal((status, it['end'], it['code'], it['status'], it['signal']),
          (0, 'killed', 15, 0, 'SIGTERM'), it)
    status, it = json_report('--', '/non"exi\\st\nent')
    equal((status, it['program'], it['end'], it['code']),
          (127, '/non"exi\\st\nent', 'not started', 2), it)
    status, it = json_report('--', 'x' * 3000)
    check(it['program'] == 'x' * len(it['program']) and status == 127, 'cut')
    status, it = json_report('-a', *SH, '(sleep 0.3 & exit) & sleep 0.2 & :')
    check(it['orphans'] >= 2, it)


@test
def the_report_goes_where_it_is_told():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'report')
        for words, env in ways('report', path) + [(['-r' + path], {})]:
            equal(run(F, *words, *SH, 'exit 3', env=env),
                  (3, '', ''), 'silent')
        lines = open(path).read().split('\n')[:-1]
        equal(len(lines), 5, 'appended')
        check(all('end="exited"' in line and 'status=3' in line
                  for line in lines), lines)
    for words, env in ways('report-json', '-'):
        err = run(F, *words, *SH, 'exit 3', env=env)[2]
        equal(json.loads(err)['status'], 3, (words, env))
    err = run(F, '--report=-', *SH, 'exit 3')[2]
    check('status=3' in err, err)


@test
def a_report_to_a_closed_standard_error_is_refused():
    for target in ('-', '2'):
        equal(run('sh', '-c', 'exec "$@" 2>&-', 'sh', F, '-r', target, *SH,
                  'echo ran'), (125, '', ''), target)


@test
def names_that_are_no_text():
    """Bytes that are no UTF-8, and lines within a name."""
    status, it = json_report('--', '/n\udcff\u00e9\x7f')
    equal((status, it['program']), (127, '/n\xff\xe9\x7f'), it)
    whole = '\u00a0\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff'
    equal(json_report('--', '/' + whole)[1]['program'], '/' + whole, 'UTF-8')
    # Not the shortest form, a surrogate, too great, cut, a control character.
    for name in (b'\xc0\xaf', b'\xc1\xbf', b'\xe0\x9f\xbf', b'\xed\xa0\x80',
                 b'\xf0\x8f\xbf\xbf', b'\xf4\x90\x80\x80', b'\xf5\x80',
                 b'\xe2\x82', b'\xf0\x9f\x98', b'\xc2\x9b', b'\x80'):
        equal(json_report('--', os.fsdecode(b'/' + name))[1]['program'],
              '/' + name.decode('latin-1'), name)
    for name in NAMES:
        err = run(foster(name), '--', '/n\nfoster: forged\r\x1b[2J')[2]
        equal(err.count('\n'), 1, err)
        check('/n?foster: forged??[2J' in err, err)
    err = run(F, '--no\nsuch')[2]
    equal(err.count('\n'), 1, err)
    err = run(F, '-r-', '--', '/n\nforged')[2]
    equal(err.count('\n'), 2, err)


def full_pipe():
    """Both ends, blocking, of one that takes nothing more."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    try:
        while True:
            os.write(write_end, b'x' * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(write_end, True)
    return read_end, write_end


@test
def a_report_that_can_not_be_written_holds_nothing_up():
    read_end, full = full_pipe()
    equal(run(F, f'-r{full}', *SH, 'exit 3', pass_fds=[full]),
          (3, '', f'foster: report to {full}: EAGAIN; not written\n'), 'full')
    equal(run(F, '-r-', *SH, 'exit 3', stderr=full)[0], 3, 'and stderr too')
    os.close(read_end)
    equal(run(F, f'-r{full}', *SH, 'exit 3', pass_fds=[full]),
          (3, '', f'foster: report to {full}: EPIPE; not written\n'), 'closed')
    os.close(full)
    equal(run(F, '-r/dev/full', *SH, 'exit 3'),
          (3, '', 'foster: report to /dev/full: ENOSPC; not written\n'),
          'no room')
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(f'{folder}/fifo')
        for where, error in ((f'{folder}/fifo', 'ENXIO'), (folder, 'EISDIR')):
            equal(run(F, '-r', where, *SH, 'exit 3'),
                  (125, '', f'foster: {where}: {error}; nothing is started\n'),
                  'before the start')


@test
def the_report_alone_is_in_its_file():
    for closed in ('2>&-', '<&- >&- 2>&-'):
        with tempfile.TemporaryDirectory() as folder:
            status = run('sh', '-c', f'exec "$@" {closed}', 'sh', F, '-vv',
                         '-r', f'{folder}/report', '--', '/bin/true')[0]
            equal(status, 0, closed)
            lines = open(f'{folder}/report').read().splitlines()
            equal(len(lines), 1, (closed, lines))


@test
def the_report_tells_a_core_dump():
    with tempfile.TemporaryDirectory() as folder:
        status, it = json_report(*SH, f'cd {folder}; ulimit -c 100000; '
                                 'kill -SEGV $$')
        pattern = open('/proc/sys/kernel/core_pattern').read()
        equal((status, it['signal']), (139, 'SIGSEGV'), it)
        check(it['end'] == 'dumped' or '|' in pattern or '/' in pattern, it)


@test
def the_report_tells_an_out_of_memory_kill():
    """memory.events in place of the cgroup's, in a mount namespace."""
    with tempfile.TemporaryDirectory() as folder:
        events = os.path.join(folder, 'memory.events')
        for after, end in ((3, 'out of memory'), (2, 'killed')):
            with open(events, 'w') as file:
                file.write('low 0\noom 9\noom_kill 2\noom_group_kill 7\n')
            out = os.path.join(folder, 'out')
            status = run('unshare', '-m', 'sh', '-ec', f'''
                mount --bind {folder} /sys/fs/cgroup
                exec "$@"''', 'sh', F, '-j', out, '--', 'sh', '-c',
                f'echo "oom_kill {after}" >{events}; kill -9 $$',
                pid1=False)[0]
            with open(out) as file:
                it = json.loads(file.read().split('\n')[-2])
            equal((status, it['end']), (137, end), it)


# ---- what a container lacks

@test
def a_fork_that_is_refused_names_the_limit():
    for words, status in (([F], 125), ([foster('tini')], 1),
                          ([foster('dumb-init')], 1),
                          ([foster('catatonit')], 1)):
        for error, text in (('EAGAIN', 'pids.max'), ('ENOMEM', 'memory'),
                            ('EPERM', 'EPERM: forbidden'),
                            ('ENOSYS', 'ENOSYS: forbidden')):
            with tempfile.TemporaryDirectory() as folder:
                got, out, err = run(
                    'strace', '-o', f'{folder}/trace', '-e', 'trace=clone',
                    '-e', f'inject=clone:error={error}', *words, 'true',
                    pid1=False)
                equal(got, status, words)
                check(error in err and text in err and 'true' in err, err)
                # Root has no RLIMIT_NPROC.
                check('RLIMIT' not in err, err)


@test
def a_fork_that_is_refused_is_reported():
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'out')
        status = run('strace', '-o', f'{folder}/trace', '-e', 'trace=clone',
                     '-e', 'inject=clone:error=EAGAIN', 'prlimit',
                     '--nproc=999', F, '-j', out, 'true', pid1=False)[0]
        with open(out) as file:
            it = json.loads(file.read())
        equal((status, it['end'], it['code'], it['status'], it['pid']),
              (125, 'not started', 11, 125, 0), it)


@test
def two_processes_are_enough():
    for most, status in ((2, 3), (1, 125)):
        got, out, err = run('setpriv', '--reuid', '54321', '--clear-groups',
                            'prlimit', f'--nproc={most}', F, '--', '/bin/sh',
                            '-c', 'exit 3', pid1=False)
        equal((got, out), (status, ''), err)
        check(most == 2 or 'RLIMIT_NPROC, 1,' in err, err)


# Makes a cgroup with $1 as pids.max, of version 2 or else 1, shows it where a
# container has its own, and runs the rest in it, in a new pid namespace.
IN_A_CGROUP = '''
most=$1; shift
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/cgroup
mount -t cgroup2 cgroup2 /mnt/cgroup
if grep -q pids /mnt/cgroup/cgroup.controllers; then
    echo +pids >/mnt/cgroup/cgroup.subtree_control
else
    umount /mnt/cgroup
    mount -t cgroup -o pids cgroup /mnt/cgroup
fi
own=/mnt/cgroup/foster-test-$$
mkdir $own
trap "rmdir $own" EXIT
echo $most >$own/pids.max
mount --bind $own /sys/fs/cgroup
unshare --fork --pid --kill-child sh -ec 'echo 0 >$0/cgroup.procs
exec "$@"' $own "$@"
'''


@test
def a_fifo_in_place_of_the_terminal_holds_nothing_up():
    with tempfile.TemporaryDirectory() as folder:
        got, _, err = run('unshare', '--mount', 'sh', '-ec',
                          'mkfifo $0/tty; mount --bind $0/tty /dev/tty; '
                          'exec "$@"', folder, F, '--', 'sh', '-c', 'exit 3')
    equal(got, 3, err)


@test
def what_is_no_terminal_is_not_held():
    with Run('unshare', '--mount', 'sh', '-ec', 'mount --bind /dev/null '
             '/dev/tty; exec "$@"', 'sh', F, '--', *LISTENER, pid1=False) as it:
        it.expect('ready\n')
        held = [os.readlink(f'/proc/{it.pid}/fd/{number}')
                for number in os.listdir(f'/proc/{it.pid}/fd')]
        check('/dev/tty' not in held, held)
        check(not [path for path in held if path == '/dev/null'][1:], held)


@test
def a_cgroup_of_two_is_enough():
    for words, refused in (([F], 125), ([foster('tini')], 1),
                           ([foster('dumb-init')], 1),
                           ([foster('catatonit')], 1)):
        for most, status in ((2, 3), (1, refused)):
            got, out, err = run('unshare', '--mount', 'sh', '-ec', IN_A_CGROUP,
                                'sh', str(most), *words, '--', '/bin/sh', '-c',
                                'exit 3', pid1=False)
            equal((got, out), (status, ''), err)
            equal(err.split(': ', 1)[1:],
                  [] if most == 2 else
                  ["/bin/sh: fork: EAGAIN: the cgroup's pids.max, 1, is "
                   'reached; not started\n'], 'words')


@test
def from_scratch_no_proc_no_dev_read_only_another_user():
    """A root file system that holds foster and a static shell, nothing else."""
    for name in NAMES:
        status, out, err = run('unshare', '-m', 'sh', '-ec', '''
            mount -t tmpfs tmpfs /mnt
            cp -L "$1" /bin/busybox /mnt
            mv /mnt/busybox /mnt/sh
            chmod 777 /mnt
            mount -o remount,ro,bind /mnt
            shift
            exec setpriv --no-new-privs --inh-caps -all --bounding-set -all \\
                --reuid 12345 --regid 12345 --clear-groups "$@"''',
            'sh', foster(name), 'unshare', '--user', '--root=/mnt',
            f'/{name}', '--', '/sh', '-c',
            '[ ! -e /proc ] && [ ! -e /dev ] && ! (: >/x) 2>&- && exit 3',
            namespace=())
        equal((status, out, err), (3, '', ''), name)


@test
def descriptors_reach_the_program_as_they_were():
    """And the report's, which foster has opened, does not."""
    read_end, write_end = os.pipe()
    with tempfile.NamedTemporaryFile() as report:
        # bash: to dash a number of two digits is none.
        with Run(F, '-r', report.name, '--', 'bash', '-c', 'echo passed '
                 f'>&{write_end}; ls /proc/self/fd | wc -l',
                 pass_fds=[write_end]) as it:
            os.close(write_end)
            equal(it.end(), 0, 'status')
            equal(it.out.strip(), b'5',
                  '0, 1, 2, the pipe, and ls\'s own')
        check(report.read(), 'reported')
    equal(os.read(read_end, 99), b'passed\n', 'written')
    os.close(read_end)


@test
def a_stopped_standard_error_holds_nothing_up():
    """A pipe that is full: a message is dropped, signals still pass."""
    read_end, write_end = full_pipe()
    with Run(F, '-vv', '--', *LISTENER, stderr=write_end) as it:
        it.expect('ready\n')
        for number in (1, 10, 12):
            it.signal(number)
            it.expect(f'<{number}>')
        it.signal(signal.SIGKILL)
    os.close(read_end)
    os.close(write_end)


main()
