#!/usr/bin/env python3
"""What a caller of tini, dumb-init or catatonit relies on: each test is run
against Debian's own and against foster under that name."""
import fcntl
import os
import select
import shutil
import signal
import sys
import tempfile
import time

from harness import (LISTENER, Failure, Run, both, check, children,
                     descriptors, equal, foster, main, pending, run, state,
                     test, wait_until)

TINI, DUMB, CATA = 'tini', 'dumb-init', 'catatonit'
ALL = (TINI, DUMB, CATA)
SH = ('--', 'sh', '-c')


def kind(init):
    return os.path.basename(init)


def said(init, err, word):
    """Something; by foster in one line that has the word in it."""
    check(err, 'said')
    if init == foster(kind(init)):
        check(err.count('\n') == 1 and word in err, f'{word!r}: {err!r}')


# ---- status

@both(*ALL)
def the_status_is_the_programs(init):
    for status in (0, 1, 7, 125, 126, 127, 200, 255):
        equal(run(init, *SH, f'exit {status}')[0], status, 'status')


@both(*ALL)
def a_signal_is_128_and_its_number(init):
    for number in (1, 2, 6, 9, 15, 34, 64):
        equal(run(init, *SH, f'kill -{number} $$')[0], 128 + number, number)


@both(TINI)
def e_turns_a_status_into_0(init):
    equal(run(init, '-e', '3', *SH, 'exit 3')[0], 0, 'named')
    equal(run(init, '-e', '3', *SH, 'exit 4')[0], 4, 'another')
    equal(run(init, '-e3', '-e', '143', *SH, 'kill $$')[0], 0, 'repeated')
    equal(run(init, '-e3', '-e', '143', *SH, 'exit 3')[0], 0, 'the first too')
    equal(run(init, '-e', '127', '--', '/nonexistent')[0], 0, 'no program')
    equal(run(init, '-e', '127', '--', '/etc')[0], 126, 'another')


@both(*ALL)
def what_can_not_be_executed(init):
    wanted = {TINI: (127, 126, 126, 1), DUMB: (2,) * 4, CATA: (1,) * 4}
    with tempfile.TemporaryDirectory() as folder:
        busy = shutil.copy('/bin/busybox', folder)
        words = ('/nonexistent', '/etc/passwd', '/etc', busy)
        with open(busy, 'r+b'):  # ETXTBSY
            for word, status in zip(words, wanted[kind(init)]):
                got, out, err = run(init, '--', word)
                equal(got, status, word)
                check(err and not out, 'said on stderr alone')


@both(*ALL)
def a_program_is_found_by_PATH(init):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'found-by-path')
        with open(path, 'w') as file:
            file.write('exit 9\n')
        os.chmod(path, 0o755)
        # Without "#!" too: execvp(3) gives it to the shell.
        equal(run(init, '--', 'found-by-path', env={
            'PATH': f'/nonexistent:{folder}:{os.environ["PATH"]}'})[0], 9,
            'status')


@both(*ALL)
def a_script_without_an_interpreter_takes_any_number_of_words(init):
    with tempfile.NamedTemporaryFile('w', delete=False) as file:
        file.write('echo $# $1; shift 999; echo $1\n')
        os.chmod(file.name, 0o755)
    for words in (1000, 20000):
        equal(run(init, '--', file.name, *(f'w{i}' for i in range(words)))[:2],
              (0, f'{words} w0\nw999\n'), words)
    os.unlink(file.name)


@both(*ALL)
def usage_errors_are_1(init):
    for words in ([], ['-Z', 'true'], ['--']):
        status, out, err = run(init, *words)
        equal((status, out), (1, ''), words)
        said(init, err, words[0] if words[1:] else 'program')


@both(TINI)
def values_that_tini_refuses(init):
    for words in (['-e', '300'], ['-e', 'x'], ['-e', '-1'], ['-p', 'FOO'],
                  ['--verbose'], ['-v', '--version'], ['--ver']):
        status, out, err = run(init, *words, 'true')
        equal((status, out), (1, ''), words)
        said(init, err, words[-1])


@both(TINI)
def numbers_as_tini_reads_them(init):
    """By strtol(3): a template may leave a blank, or nothing."""
    for word in ('3', ' 3', '+3', '03'):
        equal(run(init, '-e', word, *SH, 'exit 3')[0], 0, repr(word))
    equal(run(init, '-e', '', *SH, 'exit 3')[0], 3, 'an empty word')


@both(DUMB)
def numbers_as_dumb_init_reads_them(init):
    """By scanf(3), which ends where there is no more digit."""
    for word in ('1:10', ' 1: 10', '+1:+10', '1:10x', '1:10:3', '1:10,2:3',
                 '01:010'):
        with Run(init, '-r', word, '--', *LISTENER) as it:
            it.expect('ready\n')
            it.signal(signal.SIGHUP)
            equal(it.expect('<10>'), '', word)


@both(DUMB)
def values_that_dumb_init_refuses(init):
    for word in ('0:1', '15:32', '40:1', 'foo', '15', ':', '15:', '', '15=2',
                 '15 :2', '-1:1', '15:-1', 'TERM:2', '15::2'):
        status, out, err = run(init, '-r', word, 'true')
        equal((status, out), (1, ''), word)
        said(init, err, word)


@both(*ALL)
def what_only_tells_something_does_so_at_once(init):
    """Whatever follows, and not before a mistake that stands first."""
    for words in (['-h', '-Z'], ['-hZ'], ['-h', '--nonsense']):
        equal(run(init, *words)[0], 0, words)
        equal(run(init, *words[::-1], 'true')[0],
              0 if words == ['-hZ'] else 1, words)
    equal(run(init, '-Zh')[0], 1, 'in one word')
    if kind(init) != TINI:
        equal(run(init, '-V', '-Z')[0], 0, 'version')
    if kind(init) == CATA:
        equal(run(init, '-P', '-Z')[0], 1, 'a pause tells nothing')


# ---- options

@both(TINI)
def short_options_in_one_word(init):
    equal(run(init, '-gwse', '5', *SH, 'exit 5')[0], 0, 'the last with value')
    equal(run(init, '-gwse5', *SH, 'exit 5')[0], 0, 'and attached')


@both(DUMB)
def long_options_of_dumb_init(init):
    for words in (['--single-child'], ['--rewrite', '15:2'],
                  ['--rewrite=15:2'], ['--rewr=15:2'], ['--verbose'],
                  ['-c', '-r', '15:2', '-v'], ['-cvr15:2']):
        equal(run(init, *words, 'true')[0], 0, words)


@both(*ALL)
def options_end_at_two_dashes(init):
    equal(run(init, '--', 'echo', '-h')[:2], (0, '-h\n'), 'behind')


@both(DUMB)
def options_end_at_the_program(init):
    equal(run(init, 'echo', '-h', '--', '-V')[:2], (0, '-h -- -V\n'), 'behind')


@both(*ALL)
def help_and_version(init):
    help_to, version_to = {TINI: (1, 1), DUMB: (2, 2), CATA: (2, 1)}[kind(init)]
    versions = {TINI: ['--version'], DUMB: ['--version', '-V'],
                CATA: ['--version', '-V']}[kind(init)]
    starts = {TINI: 'tini version 0.19.0', DUMB: 'dumb-init v1.2.5',
              CATA: 'tini version '}[kind(init)]
    done = run(init, '-h')
    equal(done[0], 0, 'help')
    check(done[help_to] and not done[3 - help_to], 'where help is written')
    for word in versions:
        done = run(init, word)
        equal(done[0], 0, word)
        check(done[version_to].startswith(starts), done)
        check(not done[3 - version_to], 'where the version is written')
        check(done[version_to].count('\n') == 1, 'one line')
    if kind(init) == CATA:
        check(done[1].endswith('_catatonit\n'), done)


@both(DUMB)
def long_help(init):
    status, out, err = run(init, '--help')
    check(status == 0 and not out and '--rewrite' in err, err)


@both(TINI)
def the_licence_of_tini(init):
    check('MIT' in run(init, '-l')[1], 'said')


@both(CATA)
def the_licence_of_catatonit(init):
    status, out, err = run(init, '-L')
    check(status == 0 and 'WARRANTY' in out.upper() and not err, out)


@both(DUMB)
def works_in_the_root_itself(init):
    out = run(init, 'sh', '-c', 'readlink /proc/$PPID/cwd /proc/$$/cwd',
              pid1=False)[1].split()
    equal(out, ['/', os.getcwd()], 'folders')


@both(TINI)
def a_subreaper_by_inheritance_is_not_warned(init):
    err = run('python3', '-c', 'import ctypes, os, sys; '
              'ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); '
              'os.execvp(sys.argv[1], sys.argv[1:])', init, 'true',
              pid1=False)[2]
    check("won't work" not in err, err)
    check("won't work" in run(init, 'true', pid1=False)[2], 'else it is')


FILES = (sys.executable, '-S', '-c', '''
import os
for number in sorted(int(name) for name in os.listdir("/proc/self/fd")):
    try:
        print(number, os.fstat(number).st_ino)
    except OSError:
        pass  # the folder's own
''')


@both('foster', *ALL)
def the_program_gets_the_callers_descriptors_alone(init):
    """All that were passed, as they were, and none of the init's own."""
    with tempfile.TemporaryFile() as one, tempfile.TemporaryFile() as other:
        passed = [fcntl.fcntl(one, fcntl.F_DUPFD, 20),
                  fcntl.fcntl(other, fcntl.F_DUPFD, 77), other.fileno()]
        wanted = sorted((number, os.fstat(number).st_ino)
                        for number in passed)
        got = run(init, '--', *FILES, pass_fds=passed)[1]
        for number in passed[:2]:
            os.close(number)
    lines = [line.split() for line in got.splitlines()]
    equal([int(line[0]) for line in lines[:3]], [0, 1, 2], 'the standard ones')
    equal([(int(line[0]), int(line[1])) for line in lines[3:]], wanted, 'all')


def is_closed_for_all(init):
    """Whether a reader sees that the program has closed a pipe."""
    read_end, write_end = os.pipe()
    passed = fcntl.fcntl(write_end, fcntl.F_DUPFD, 20)
    os.close(write_end)
    with Run(init, '--', sys.executable, '-S', '-c', 'import os, time\n'
             f'os.close({passed}); os.write(1, b"closed"); time.sleep(60)',
             pid1=False, pass_fds=[passed]) as it:
        os.close(passed)
        it.expect('closed')
        # Once the program has been started, the init has done its part.
        wait_until(lambda: state(it.pid) == 'S', 'it waits')
        closed = bool(select.select([read_end], [], [], 0.2)[0])
    os.close(read_end)
    return closed


@both(CATA)
def catatonit_keeps_no_descriptor(init):
    check(is_closed_for_all(init), 'the pipe')


@both(TINI, DUMB)
def the_others_keep_what_they_were_given(init):
    """A lock that was passed holds as long as the container."""
    check(not is_closed_for_all(init), 'the pipe')


@both(CATA)
def a_pause_keeps_no_descriptor(init):
    read_end, write_end = os.pipe()
    with Run(init, '-P', pass_fds=[write_end]) as it:
        os.close(write_end)
        # unshare is no part of it, and keeps its own.
        passed = f'pipe:[{os.fstat(read_end).st_ino}]'
        wait_until(lambda: passed not in descriptors(it.pid), 'closed')
        os.close(read_end)
        it.signal(signal.SIGTERM)
        equal(it.end(), 0, 'status')


@both(*ALL)
def a_program_with_the_name_of_a_request_runs(init):
    with tempfile.TemporaryDirectory() as folder:
        for name in 'reload', 'halt', 'reboot', 'poweroff', 'status':
            with open(f'{folder}/{name}', 'w') as file:
                file.write('#!/bin/sh\necho ran\nexit 7\n')
            os.chmod(f'{folder}/{name}', 0o755)
            # A shell is PID 1: whoever took it for a request would signal that.
            status, out, _ = run('sh', '-c', f'PATH={folder}:$PATH; {init} {name};'
                                 ' exit $?')
            equal((status, out), (7, 'ran\n'), name)


# ---- signals

def listen(it, kept):
    """Sends all that can be caught; each must come, alone, but for kept."""
    it.expect('ready\n')
    for number in range(1, 65):
        if number in (9, 19, 32, 33):
            continue
        it.signal(number)
        if number not in kept:
            equal(it.expect(f'<{number}>'), '', f'before {number}')
    it.signal(signal.SIGUSR1)
    equal(it.expect('<10>'), '', 'at the end')


FAULTS = [4, 5, 6, 7, 8, 11, 31]


@both(TINI, CATA)
def signals_that_are_not_forwarded(init):
    kept = {TINI: [17, 21, 22] + FAULTS, CATA: [17, 20, 21, 22] + FAULTS}
    with Run(init, '--', *LISTENER) as it:
        listen(it, kept[kind(init)])


@both(DUMB)
def dumb_init_forwards_all_but_CHLD(init):
    with Run(init, '-c', '--', *LISTENER) as it:
        # As PID 1 it can not stop itself.
        listen(it, [17])


@both(DUMB)
def rewritten_signals(init):
    with Run(init, '-c', '-r', '15:3', '--rewrite=1:0', '-r', '30:12', '--',
             *LISTENER) as it:
        it.expect('ready')
        it.signal(1)
        it.signal(15)
        it.expect('<3>')
        it.signal(30)
        equal(it.expect('<12>'), '', 'nothing else')
        it.signal(2)
        equal(it.expect('<2>'), '', 'nothing else')


TWO = ('--', 'sh', '-c', '''
trap 'echo parent' TERM
sh -c 'trap "echo child" TERM; echo ready1; while :; do sleep 0.02; done' &
echo ready2
while :; do wait; done''')


def group_gets(init, words, wanted, env=None):
    """Whether the program's child hears what is sent to the init, as wanted."""
    with Run(init, *words, *TWO, env=env) as it:
        it.gather('ready1', 'ready2')
        it.signal(signal.SIGTERM)
        it.gather('parent')
        # Whoever gets it writes within a turn of its loop, which on a busy
        # machine takes a while.
        if wanted:
            it.gather('child')
            return
        try:
            it.gather('child', patience=0.3)
        except Failure:
            return
        raise Failure('the child hears it too')


@both(TINI, CATA)
def signals_go_to_the_child_alone(init):
    group_gets(init, [], False)


@both(TINI, CATA)
def with_g_signals_go_to_its_group(init):
    group_gets(init, ['-g'], True)


@both(TINI)
def a_variable_stands_for_g(init):
    group_gets(init, [], True, {'TINI_KILL_PROCESS_GROUP': ''})


@both(DUMB)
def dumb_init_signals_the_session(init):
    group_gets(init, [], True)
    group_gets(init, ['-c'], False)
    group_gets(init, [], False, {'DUMB_INIT_SETSID': '0'})
    group_gets(init, [], True, {'DUMB_INIT_SETSID': '1'})


AT_END = ('--', 'sh', '-c', '''
sh -c 'trap "echo term >$OUT; exit" TERM; trap "echo int >$OUT; exit" INT
       echo up; while :; do sleep 0.02; done' &
read x <"$GATE"; exit 4''')


@both(DUMB)
def at_the_end_the_session_gets_TERM(init):
    for words, what in (([], 'term'), (['-r', '15:2'], 'int'),
                        (['-r', '15:0'], '')):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'out')
            gate = os.path.join(folder, 'gate')
            os.mkfifo(gate)
            open(out, 'w').close()
            # Not PID 1: what is left lives on, to be looked at. A shell's
            # background job ignores INT, so Python sets it again.
            program = ('--', sys.executable, '-S', '-c', f'''
import os, signal, sys, time
if os.fork():
    open({gate!r}).read()
    os._exit(4)
def h(n, f):
    open({out!r}, "w").write({{15: "term", 2: "int"}}[n])
    os._exit(0)
signal.signal(15, h)
signal.signal(2, h)
print("up %d" % os.getpid(), flush=True)
time.sleep(20)
''')
            with Run(init, *words, *program, pid1=False) as it:
                it.expect('up ')
                it.expect('\n') if b'\n' not in it.out else None
                text = it.out.decode() or ''
                child = children(it.program)[0]
                with open(gate, 'w') as file:
                    file.write('go')
                try:
                    equal(it_status(it), 4, 'status')
                    if what:
                        wait_until(lambda: open(out).read() == what,
                                   f'{what} {text}')
                    else:
                        time.sleep(0.2)
                        equal(open(out).read(), '', 'dropped')
                finally:
                    try:
                        os.kill(child, signal.SIGKILL)
                    except ProcessLookupError:
                        pass


def it_status(it):
    """The status without waiting for the pipe's end, which others hold."""
    return wait_until(lambda: it.process.poll() is not None and
                      [it.process.returncode], 'the end')[0]


@both(DUMB)
def TSTP_stops_the_session_and_the_init(init):
    for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        with Run(init, '--', *LISTENER, pid1=False) as it:
            it.expect('ready')
            program = it.program
            it.signal(number)
            wait_until(lambda: state(program) == 'T', 'child stopped')
            wait_until(lambda: state(it.pid) == 'T', 'init stopped')
            it.signal(signal.SIGCONT)
            it.expect('<18>')
            it.signal(signal.SIGUSR1)
            it.expect('<10>')


def child_hears_TSTP_and_init_stops(init, *words):
    with Run(init, *words, '--', *LISTENER, pid1=False) as it:
        it.expect('ready')
        it.signal(signal.SIGTSTP)
        it.expect('<20>')
        wait_until(lambda: state(it.pid) == 'T', 'init stopped')
        it.signal(signal.SIGCONT)
        it.expect('<18>')


@both(DUMB)
def a_stop_signal_rewritten_to_itself_comes_as_it_is(init):
    child_hears_TSTP_and_init_stops(init, '-r', '20:20')


@both(DUMB)
def with_c_the_child_gets_TSTP_itself(init):
    child_hears_TSTP_and_init_stops(init, '-c')


# ---- groups and sessions

def ids(init, *words):
    text = run(init, *words, '--', sys.executable, '-S', '-c', 'import os\n'
               'print(os.getpid(), os.getpgrp(), os.getsid(0), os.getppid())',
               pid1=False)[1]
    return [int(word) for word in text.split()]


@both(TINI, CATA)
def the_child_has_a_group_of_its_own(init):
    pid, group, session, parent = ids(init)
    check(group == pid and session != pid, (pid, group, session, parent))


@both(DUMB)
def the_child_has_a_session_of_its_own(init):
    pid, group, session, parent = ids(init)
    check(group == pid and session == pid, (pid, group, session, parent))
    pid, group, session, parent = ids(init, '-c')
    check(group != pid and session != pid, (pid, group, session, parent))


# ---- reaping

ORPHAN = '''sh -c 'sh -c "echo orphan \\$\\$; read x <%s; exit 5" & exit 0'
echo left; read y <%s'''


def adopts(init, *words, pid1=True, env=None):
    """Whether an orphan becomes the init's child, and does not stay a zombie
    once it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        gates = [os.path.join(folder, name) for name in 'xy']
        for gate in gates:
            os.mkfifo(gate)
        with Run(init, *words, *SH, ORPHAN % tuple(gates), pid1=pid1,
                 env=env) as it:
            # The parent of the orphan has been waited for by now.
            it.gather('orphan ', 'left')
            program = it.program
            adopted = [pid for pid in children(it.pid) if pid != program]
            with open(gates[0], 'w') as file:
                file.write('go\n')
            if adopted:
                wait_until(lambda: state(adopted[0]) is None, 'reaped')
            with open(gates[1], 'w') as file:
                file.write('go\n')
            status = it.end()
            equal(status, 0, 'status')
            return bool(adopted), it.stderr()


@both(*ALL)
def as_PID_1_it_reaps_orphans(init):
    check(adopts(init)[0], 'adopted')


@both(TINI)
def tini_w_tells_of_the_orphan(init):
    check('Reaped zombie process with pid=' in adopts(init, '-w')[1], 'said')
    check('Reaped zombie' not in adopts(init)[1], 'silent')


@both(TINI)
def tini_s_makes_it_a_subreaper(init):
    adopted, err = adopts(init, pid1=False)
    check(not adopted and "zombie reaping won't work" in err.lower(), err)
    for how in ({'env': {'TINI_SUBREAPER': ''}}, {}):
        words = [] if how else ['-s']
        adopted, err = adopts(init, *words, pid1=False, **how)
        check(adopted and not err, err)


@both(DUMB)
def dumb_init_is_never_a_subreaper(init):
    equal(adopts(init, pid1=False), (False, ''), 'adopted')


@both(CATA)
def catatonit_is_a_subreaper_by_itself(init):
    equal(adopts(init, pid1=False), (True, ''), 'adopted')


@both(TINI)
def tini_levels(init):
    for words, env, wanted in (([], {}, True), ([], {'TINI_VERBOSITY': '0'},
                                               False),
                               (['-vvv'], {'TINI_VERBOSITY': '0'}, False)):
        err = run(init, *words, 'true', pid1=False, env=env)[2]
        equal('zombie reaping' in err, wanted, (words, env))
    check(run(init, '-vv', 'true')[2] or run(init, '-vv', 'true')[1], 'more')


@both(DUMB)
def dumb_init_levels(init):
    equal(run(init, 'true')[1:], ('', ''), 'silent')
    for words, env in ((['-v'], {}), ([], {'DUMB_INIT_DEBUG': '1'})):
        check(run(init, *words, 'true', env=env)[2], 'more')
    equal(run(init, 'true', env={'DUMB_INIT_DEBUG': '0'})[1:], ('', ''), '0')


@both(CATA)
def catatonit_levels(init):
    equal(run(init, 'true')[1:], ('', ''), 'silent')
    check(run(init, 'true', env={'CATATONIT_DEBUG': '1'})[2], 'more')


# ---- the parent's death

@both(TINI)
def p_gets_a_signal_when_the_parent_dies(init):
    with Run('sh', '-c', f'"$@" & echo pid $!; read x </dev/zero', 'sh', init,
             '-s', '-p', 'SIGUSR1', '--', *LISTENER, pid1=False) as it:
        it.expect('ready')
        pid = [child for child in children(it.pid)][0]
        it.process.kill()
        try:
            it.expect('<10>')
        finally:
            for one in children(pid) + [pid]:
                os.kill(one, signal.SIGKILL)


# ---- contracts

@both(CATA)
def pause_ends_at_INT_and_TERM_alone(init):
    def ignore():
        for number in (1, 2, 15, 13):
            signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGINT, signal.SIGTERM):
        with Run(init, '-P', start=ignore) as it:
            pid = it.pid
            wait_until(lambda: kind(init) in
                       open(f'/proc/{pid}/comm').read(), 'exec')
            wait_until(lambda: state(pid) == 'S', 'it waits')
            for other in (1, 3, 10, 14):
                it.signal(other)
            wait_until(lambda: state(pid) != 'R' and
                       not pending(pid), 'all of them taken')
            check(state(pid) == 'S', 'stays')
            it.signal(number)
            equal(it.end(), 0, number)


@both(CATA)
def sockets_are_passed_on(init):
    """LISTEN_PID, where it names the init, names the program (sd_listen_fds
    takes sockets only then); any other is left alone."""
    for number, kept in (('1', False), ('77777', True), ('', True)):
        out = run(init, *SH, 'echo "$$ $LISTEN_PID"; env | grep -c LISTEN_PID',
                  env={'LISTEN_PID': number})[1]
        pid, _, got = out.split('\n')[0].partition(' ')
        equal(got, number if kept else pid, f'LISTEN_PID={number}')
        equal(out.split('\n')[1], '1', 'once')


@both(CATA)
def pause_has_no_program(init):
    with Run(init, '-P', '--', 'echo', 'started') as it:
        wait_until(lambda: state(it.pid) == 'S' and kind(init) in
                   open(f'/proc/{it.pid}/comm').read(), 'it waits')
        it.signal(signal.SIGTERM)
        equal((it.end(), it.out), (0, b''), 'status, and output')


@both(TINI, CATA)
def what_moby_asks_for(init):
    is_tini_by_version(init)


def is_tini_by_version(init):
    status, out, err = run(init, '--version', pid1=False)
    check(status == 0 and out.startswith('tini version ') and not err, out)


@test
def the_names_by_which_engines_call_it():
    for name, options in (('docker-init', ['-s', '-e', '3', '-g']),
                          ('podman-init', ['-g'])):
        is_tini_by_version(foster(name))
        equal(run(foster(name), *options, *SH, 'exit 3')[0],
              0 if '-e' in options else 3, name)


main()
