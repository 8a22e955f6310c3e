#!/usr/bin/env python3
"""What the peers fall into: each test must fail with the peers it names, and
must hold with foster, by its own name and by theirs."""
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

from harness import (NAMES, Failure, LISTENER, Run, both, check, children,
                     equal, foster, main, peer, run, state, test, time_for,
                     trap, wait_until)

SH = ('--', 'sh', '-c')


def ignore(*numbers):
    def start():
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
    return start


@trap(['tini', 'catatonit'])
def SIGCHLD_inherited_as_ignored(init):
    equal(run(init, *SH, 'exit 3', start=ignore(signal.SIGCHLD),
              patience=time_for(init), pid1=False)[0], 3, 'status')


# The child is held up where it makes its group or session: what the init has
# pending is then sent before there is one.
LATE = ('strace', '-D', '-f', '-o', '/dev/null', '-e', 'trace=setpgid,setsid',
        '-e', 'inject=setpgid,setsid:delay_enter=300000')


def pending_at_exec(init, *words):
    """TERM is blocked and sent before the init is there; whether it is heard
    by the program, which waits for it."""
    def start():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        os.kill(os.getpid(), signal.SIGTERM)
    # The program unblocks it: the mask is the one that was inherited.
    with Run(*LATE, init, *words, '--', sys.executable, '-S', '-c', '''
import os, signal, sys
got = signal.sigtimedwait([15], float(sys.argv[1]))
print("got" if got else "lost", flush=True)
''', time_for(init), start=start, pid1=False) as it:
        check('got' in it.gather('\n'), 'lost')


@trap(['tini', 'catatonit'], ['tini', 'catatonit'])
def a_signal_pending_at_exec_in_group_mode(init):
    pending_at_exec(init, '-g')


@trap(['dumb-init'], ['dumb-init'])
def a_signal_pending_at_exec_in_a_session(init):
    pending_at_exec(init)


@trap([], ['foster'])
def a_signal_pending_at_exec(init):
    pending_at_exec(init)
    pending_at_exec(init, '--forward=group')
    pending_at_exec(init, '--forward=all')


TRACED = '''
import ctypes, os, signal
ctypes.CDLL(None).ptrace(0, 0, 0, 0)  # PTRACE_TRACEME
os.kill(os.getpid(), signal.SIGWINCH)
print("goes on", flush=True)
os.execvp("sh", ["sh", "-c", "exit 3"])
'''


@trap(['tini', 'dumb-init', 'catatonit'])
def a_child_that_wants_to_be_traced(init):
    equal(run(init, '--', sys.executable, '-S', '-c', TRACED,
              patience=time_for(init))[0], 3, 'status')


@trap(['tini'])
def standard_input_is_closed(init):
    for closed in ('<&-', '<&- >&- 2>&-'):
        equal(run('sh', '-c', f'exec "$@" {closed}', 'sh', init, *SH, 'exit 0',
                  pid1=False)[0], 0, closed)


@trap(['tini'])
def a_signal_to_a_program_of_another_user(init):
    # Root without the capability, with a program of somebody else.
    read_end, write_end = os.pipe()
    with Run('unshare', '--fork', '--pid', '--kill-child=KILL', 'setpriv',
             '--bounding-set', '-kill', '--inh-caps', '-kill', init, '--',
             'setpriv', '--reuid', '65534', '--clear-groups', 'sh', '-c',
             'echo up; read x; exit 0', pid1=False, stdin=read_end) as it:
        os.close(read_end)
        it.expect('up')
        pid = children(it.pid)[0]
        for number in (signal.SIGUSR1, signal.SIGTERM):
            os.kill(pid, number)
        os.close(write_end)  # that ends the program
        equal(it.end(), 0, 'status')


MASKS = ('--', 'grep', '-E', 'Sig(Blk|Ign)', '/proc/self/status')


def masks(*words, **how):
    return run(*words, pid1=False, **how)[1]


@trap(['dumb-init', 'catatonit'])
def the_program_has_the_mask_and_the_ignored_signals_of_the_start(init):
    def start():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, 40])
    equal(masks(init, *MASKS, start=start), masks(*MASKS[1:], start=start),
          'inherited')
    equal(masks(init, *MASKS), masks(*MASKS[1:]), 'nothing')


@trap(['tini', 'catatonit'])
def options_behind_the_program(init):
    equal(run(init, 'echo', '-h', '-L', '-l', '--', '-V')[1],
          '-h -L -l -- -V\n', 'words')


@trap(['tini', 'dumb-init', 'catatonit'])
def a_stopped_child_and_TERM(init):
    with Run(init, '--', 'sleep', '60') as it:
        program = it.program
        os.kill(program, signal.SIGSTOP)
        wait_until(lambda: state(program) == 'T', 'stopped')
        it.signal(signal.SIGTERM)
        equal(it.end(time_for(init)), 143, 'status')


@trap(['tini'], ['tini', 'foster'])
def messages_on_standard_output(init):
    equal(run(init, '-vv', '--', 'echo', 'text')[1], 'text\n', 'stdout')


@trap(['tini'], ['tini', 'foster'])
def what_is_not_there_by_ENOTDIR_and_what_loops(init):
    equal(run(init, '--', '/etc/passwd/x')[0], 127, 'ENOTDIR')
    with tempfile.TemporaryDirectory() as folder:
        loop = os.path.join(folder, 'loop')
        os.symlink('loop', loop)
        equal(run(init, '--', loop)[0], 126, 'ELOOP')


def idle_wakeups(init, seconds):
    with Run(init, '--', 'sleep', '60') as it:
        program = it.program
        wait_until(lambda: open(f'/proc/{program}/comm').read() == 'sleep\n',
                   'exec')
        wait_until(lambda: state(it.pid) == 'S', 'it waits')

        def switches():
            text = open(f'/proc/{it.pid}/status').read()
            return sum(int(n) for n in re.findall(r'ctxt_switches:\s+(\d+)',
                                                  text))
        time.sleep(0.2)
        before = switches()
        time.sleep(seconds)
        return switches() - before


@trap(['tini'])
def idle_wake_ups(init):
    equal(idle_wakeups(init, 2.5), 0, 'wake-ups')


def kills_after_reaps(init, folder):
    """Signals sent to the child, or its group, after it has been reaped."""
    trace = os.path.join(folder, 'trace')
    subprocess.run(['strace', '-o', trace, '-e',
                    'trace=kill,tgkill,wait4,waitid,pidfd_send_signal', init,
                    *SH, 'exit 0'], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    lines = [line for line in open(trace).read().split('\n')
             if 'WNOWAIT' not in line]
    reaps = [i for i, line in enumerate(lines)
             if re.search(r'WIFEXITED|CLD_EXITED', line) and
             'SIGCHLD' not in line.split('(')[0]]
    kills = [i for i, line in enumerate(lines) if 'kill(' in line]
    check(reaps, 'no reap seen: ' + '\n'.join(lines))
    return [lines[i] for i in kills if i > reaps[0]]


@trap(['dumb-init'])
def no_kill_after_the_reap(init):
    with tempfile.TemporaryDirectory() as folder:
        equal(kills_after_reaps(init, folder), [], 'kills')


UNHEARD = '''
import os, signal, sys, time
if os.fork():
    sys.stdin.readline()
    os._exit(0)
if os.fork():
    os._exit(0)
def end(number, frame):
    time.sleep(0.5)
    os.write(1, b"saved")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(30)
'''


@trap(['tini', 'dumb-init', 'catatonit'], ['foster'])
def orphans_get_time_to_end(init):
    read_end, write_end = os.pipe()
    with Run(init, '--', sys.executable, '-S', '-c', UNHEARD,
             stdin=read_end) as it:
        os.close(read_end)
        it.expect('up\n')
        os.write(write_end, b'\n')
        os.close(write_end)
        equal(it.end(), 0, 'status')
        equal(it.out, b'saved', 'written')


@both('tini', 'dumb-init', 'catatonit')
def by_a_peers_name_orphans_get_no_more_time_than_there(init):
    """A caller may count on it; dumb-init sends TERM and leaves at once."""
    read_end, write_end = os.pipe()
    with Run(init, '--', sys.executable, '-S', '-c', UNHEARD,
             stdin=read_end) as it:
        os.close(read_end)
        it.expect('up\n')
        begin = time.monotonic()
        os.write(write_end, b'\n')
        os.close(write_end)
        equal(it.end(), 0, 'status')
        equal(it.out, b'', 'written')
    check(time.monotonic() - begin < 2, 'at once')


@trap(['tini'], ['tini'])
def the_parent_is_looked_at_again_behind_prctl(init):
    """strace stops the init behind its first look until the parent has ended;
    the init then has to end by itself. The tracer is no child of ours: it is
    ended by its end."""
    # The peer never looks: then its exec is where the parent may end.
    first = 'getppid' if init == foster('tini') else 'execve'
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pids = os.path.join(folder, 'pid')
        program = os.path.join(folder, 'program')
        gate = os.path.join(folder, 'gate')
        hold = os.path.join(folder, 'hold')
        trace = os.path.join(folder, 'trace')
        os.mkfifo(gate)
        os.mkfifo(hold)
        end = os.open(hold, os.O_RDWR)  # the program's, when it is closed
        shell = subprocess.Popen(
            ['sh', '-c', f'''
            strace -D -o {trace} -e trace=execve,prctl,getppid \\
                -e inject={first}:signal=STOP:when=1 \\
                {init} -s -p SIGTERM -- \\
                sh -c "echo started >{program}; exec cat {hold}" &
            echo $! >{pids}
            read x <{gate}'''], stdin=subprocess.DEVNULL)
        pid = int(wait_until(lambda: os.path.exists(pids) and
                             open(pids).read(), 'the init'))
        wait_until(lambda: os.path.exists(trace) and
                   'stopped by SIGSTOP' in open(trace).read(), 'first look')
        shell.kill()
        shell.wait()
        os.kill(pid, signal.SIGCONT)
        try:
            wait_until(lambda: 'PDEATHSIG' in open(trace).read(), 'set')
            wait_until(lambda: state(pid) in (None, 'Z'),
                       'the init has ended', time_for(init))
        except Failure:
            # It ends with its program.
            for child in wait_until(lambda: children(pid), 'its program'):
                os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.close(end)


main(jobs=3)
