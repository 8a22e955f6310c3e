"""One inittab each, run under two inits: what happened is compared.

A case is a function of a factory of machines; it returns what is to be equal.
Everything that it observes is what an image relies on: what ran, in which
order, with which arguments, environment, signals and terminal, and how the
machine ended.
"""
import os
import re
import signal
import time

from harness import Failure, POWERED_OFF, REBOOTED

ENDS = {POWERED_OFF: 'halted or powered off', REBOOTED: 'rebooted',
        -signal.SIGKILL: 'killed'}
PROC = '::sysinit:mount -t proc proc /proc\n'

CASES = []


def case(function):
    CASES.append(function)
    return function


def echo(word):
    return f'sh -c "echo {word} >>/tmp/out"'


def stay(word):
    return f'sh -c "echo {word} >>/tmp/out; exec sleep 1000"'


def end(machine, number=signal.SIGUSR2, patience=20):
    machine.signal(number)
    return ENDS.get(machine.wait_end(patience), machine.process.returncode)


def ended(machine, patience=20):
    return ENDS.get(machine.wait_end(patience), machine.process.returncode)


@case
def order(boot):
    with boot(f'''
::respawn:{stay("respawn")}
::once:sh -c "until grep -qs respawn /tmp/out; do sleep 0.05; done; echo once >>/tmp/out"
::wait:sh -c "echo wait1 >>/tmp/out; sleep 0.2; echo wait1 done >>/tmp/out"
::wait:{echo("wait2")}
::sysinit:sh -c "echo sysinit1; echo sysinit1 >>/tmp/out; sleep 0.2; echo sysinit1 done >>/tmp/out"
::sysinit:{echo("sysinit2")}
::shutdown:sh -c "echo shutdown1 >>/tmp/out; sleep 0.2; echo shutdown1 done >>/tmp/out"
::shutdown:{echo("shutdown2")}
::ctrlaltdel:{echo("ctrlaltdel")}
::restart:{echo("restart")}
''') as machine:
        machine.wait_file('out', 'once')
        return end(machine), machine.lines('out')


@case
def words(boot):
    """How a command becomes an argv."""
    with boot('::wait:/bin/args one  two\tthree\n'
              '::wait:  args leading blanks\n'
              '::wait:args a:b:c\n'
              '::wait:args "quoted  word" $HOME * \\$x\n'
              "::wait:args 'single  quotes'\n"
              '::wait:args ~ {a,b} [a-c] =x\n'
              '::wait:args %x @x +x -x /x ,x .x\n'
              '::wait:args first; args second\n'
              '::wait:args first && args second\n'
              '::wait:args one | cat >>/tmp/piped\n'
              '::wait:args joined \\\nlines\n'
              '::wait:args behind # a comment\n'
              '::wait:args "in # quotes"\n'
              '::wait:args trailing blanks   \n'
              '::wait:VARIABLE=1 args assignment\n'
              '::wait:args\n'
              f'::once:{echo("end")}\n',
              files={'/bin/args': '#!/bin/sh\n{ printf "%s" $#; for a; do '
                     'printf " <%s>" "$a"; done; echo; } >>/tmp/out\n'},
              ) as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out'), machine.read('piped')


@case
def bad_lines(boot):
    with boot(f'''# a comment \\
::wait:{echo("hidden by the comment above")}
nonsense
::
:::
a:b
::wait:
::nosuch:{echo("nosuch")}
::WAIT:{echo("capitals")}
  ::wait:{echo("indented")}
\t::wait:{echo("indented by a tab")}
:: wait:{echo("blank before the action")}
::wait :{echo("blank behind the action")}
::wait:{echo("last")}
::once:{echo("end")}''') as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def runlevels(boot):
    with boot(f'::wait:{echo("none")}\n:S:wait:{echo("S")}\n'
              f':12345:wait:{echo("digits")}\n:sysinit:wait:{echo("name")}\n'
              f'id:3:once:{echo("end")}\nttyNONE:2:wait:{echo("no tty")}\n'
              f'::once:{echo("end")}\n') as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def environment(boot):
    with boot('::once:sh -c "env | grep -v ^_= | sort >/tmp/new; pwd '
              '>>/tmp/new; umask >>/tmp/new; mv /tmp/new /tmp/out"\n'
              ) as machine:
        machine.wait_file('out')
        return end(machine), machine.lines('out')


@case
def environment_from_the_kernel(boot):
    with boot('::once:sh -c "env | grep -v ^_= | sort >/tmp/new; '
              'mv /tmp/new /tmp/out"\n',
              environment='TERM=xterm HOME=/root PATH=/odd:/bin SHELL=/bin/ash '
              'USER=me splash=1') as machine:
        machine.wait_file('out')
        return end(machine), machine.lines('out')


@case
def term_linux_on_a_serial_line(boot):
    with boot('::once:sh -c "echo $TERM >/tmp/out"\n',
              environment='TERM=linux') as machine:
        machine.wait_file('out', '\n')
        return end(machine), machine.lines('out')


def status(text, *fields):
    return [re.search(rf'^{f}:\s*(.*)', text, re.M).group(1) for f in fields]


PROBE = {'/bin/probe': '#!/bin/sh\nset -- $(cat /proc/$$/stat)\n'
         '{ grep -E "^Sig(Blk|Ign|Cgt)" /proc/$$/status\n'
         '[ $5 = $1 ] && echo group leader || echo group member\n'
         '[ $6 = $1 ] && echo session leader || echo session member\n'
         '[ $7 = 0 ] && echo no terminal || echo terminal\n'
         'for n in 0 1 2; do readlink /proc/$$/fd/$n; done\n'
         'cat /proc/$$/oom_score_adj; ulimit -n; echo "$0 $*" | wc -w\n'
         '} >/tmp/new 2>&1; mv /tmp/new /tmp/out\n'}


def probed(machine):
    """Both names of the console are the same device."""
    text = machine.wait_file('out').replace(machine.tty, 'the console')
    return text.replace('/dev/console', 'the console').split('\n')


@case
def state_of_a_child(boot):
    with boot(PROC + '::once:/bin/probe\n', files=PROBE) as machine:
        return probed(machine), end(machine)


@case
def state_of_a_child_on_a_tty(boot):
    results = []
    for tty in ('console', '/dev/console'):
        with boot(PROC + f'{tty}::once:/bin/probe\n', files=PROBE) as machine:
            results.append((probed(machine), end(machine)))
    return results


@case
def state_of_a_login_shell(boot):
    with boot(PROC + '::respawn:-/bin/sh\n', files=PROBE) as machine:
        # What is typed before the shell reads is kept by the terminal.
        machine.type('set -- $(cat /proc/$$/stat); echo $0 $((${6} == ${1})) '
                     '$((${7} != 0)) $- >/tmp/new; mv /tmp/new /tmp/out\n')
        text = machine.wait_file('out')
        return end(machine), text


@case
def login_shell_with_shell_characters(boot):
    with boot(PROC + '::once:-/bin/sh -c "echo $0 >/tmp/out"\n') as machine:
        text = machine.wait_file('out', '\n')
        return end(machine), text


@case
def the_same_command_twice(boot):
    with boot(f'::once:{echo("same")}\n::wait:{echo("other")}\n'
              f'::wait:{echo("same")}\n::wait:{echo("third")}\n'
              f'console::wait:{echo("other")}\n'
              f'::respawn:{stay("end")}\n') as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def missing_programs(boot):
    with boot('::sysinit:/nonexistent\n::wait:/nonexistent\n'
              '::once:/nonexistent\n::wait:nonexistent "word"\n'
              '::wait:/etc\n::respawn:/nonexistent\n'
              f'::respawn:{stay("end")}\n'
              '::shutdown:/nonexistent\n'
              f'::shutdown:{echo("shutdown")}\n') as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def a_missing_tty_and_a_tty_that_never_reads(boot):
    with boot(f'ttyX::sysinit:{echo("a")}\nttyX::wait:{echo("b")}\n'
              f'ttyX::once:{echo("c")}\nnull::sysinit:{echo("d")}\n'
              f'null::wait:{echo("e")}\n/dev/null::wait:{echo("e")}\n'
              f'::respawn:{stay("end")}\n') as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def hundreds_of_words_and_long_ones(boot):
    words = ' '.join(f'w{n}' for n in range(200))
    with boot(f'::wait:rec {words}\n::wait:-rec {words}\n'
              f'::wait:rec {"x" * 1500}\n::wait:rec "{"y " * 700}"\n'
              f'::respawn:{stay("end")}\n', files={
                  '/bin/rec': '#!/bin/sh\necho "$# $*" >>/tmp/out\n'
              }) as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


@case
def scripts_without_an_interpreter(boot):
    # BusyBox's shell runs itself by /proc/self/exe.
    with boot(PROC + '::wait:/bin/script one "two"\n::wait:/bin/script one two\n'
              '::wait:script by path\n'
              f'::once:{echo("end")}\n',
              files={'/bin/script': 'echo "$0 $@" >>/tmp/out\n'}) as machine:
        machine.wait_file('out', 'end')
        return end(machine), machine.lines('out')


def signal_case(number, phase):
    def run(boot):
        lines = {'steady': f'::respawn:{stay("up")}\n',
                 'once': f'::once:{stay("up")}\n'}
        with boot(lines[phase] + f'::shutdown:{echo("down")}\n'
                  f'::ctrlaltdel:{echo("ctrlaltdel")}\n') as machine:
            machine.wait_file('out', 'up')
            return end(machine, number), machine.lines('out')
    run.__name__ = f'signal_{signal.Signals(number).name}_while_{phase}'
    return run


for _number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPWR):
    CASES.append(signal_case(_number, 'steady'))
CASES.append(signal_case(signal.SIGTERM, 'once'))


@case
def a_request_during_sysinit(boot):
    with boot('::sysinit:sh -c "echo sysinit >>/tmp/out; '
              'until [ -e /tmp/go ]; do sleep 0.05; done; '
              'echo sysinit done >>/tmp/out"\n'
              f'::wait:{echo("wait")}\n::respawn:{stay("respawn")}\n'
              f'::shutdown:{echo("down")}\n') as machine:
        machine.wait_file('out', 'sysinit')
        machine.signal(signal.SIGUSR2)
        limit = time.monotonic() + 1
        while machine.process.poll() is None and time.monotonic() < limit:
            time.sleep(0.02)
        machine.write('go', '')
        return ended(machine), machine.lines('out')


@case
def ctrl_alt_del(boot):
    with boot(f'::ctrlaltdel:{echo("ctrlaltdel")}\n'
              f'::respawn:{stay("up")}\n') as machine:
        machine.wait_file('out', 'up')
        machine.signal(signal.SIGINT)
        machine.wait_file('out', 'ctrlaltdel')
        machine.wait_children(1)
        machine.signal(signal.SIGINT)
        machine.wait_file('out', 'ctrlaltdel', 2)
        return end(machine), machine.lines('out')


@case
def restart(boot):
    with boot('::restart:/bin/next one\n'
              f'::respawn:{stay("up")}\n::shutdown:{echo("down")}\n',
              files={'/bin/next': '#!/bin/sh\necho next $$ $* >>/tmp/out\n'
                     'mount -t proc proc /proc\n'
                     'grep -E "Sig(Blk|Ign)" /proc/$$/status >>/tmp/out\n'
                     'exec sleep 1000\n'}) as machine:
        machine.wait_file('out', 'up')
        machine.signal(signal.SIGQUIT)
        machine.wait_file('out', 'SigIgn')
        return machine.lines('out')


@case
def restart_without_its_program(boot):
    with boot(f'::restart:/nonexistent\n::respawn:{stay("up")}\n') as machine:
        machine.wait_file('out', 'up')
        return end(machine, signal.SIGQUIT), machine.lines('out')


@case
def restart_without_a_line(boot):
    with boot(f'::respawn:{stay("up")}\n::once:{stay("on")}\n') as machine:
        machine.wait_file('out', 'up')
        machine.wait_file('out', 'on')
        machine.signal(signal.SIGQUIT)
        limit = time.monotonic() + 1.5
        while machine.process.poll() is None and time.monotonic() < limit:
            time.sleep(0.02)
        went_on = machine.process.poll() is None
        return went_on, went_on and end(machine), sorted(machine.lines('out'))


@case
def hold_and_release(boot):
    with boot('::respawn:sh -c "echo $$ >>/tmp/out; exec sleep 1000"\n'
              ) as machine:
        machine.wait_file('out', '\n')
    
        def kill_it():
            machine.wait_children(1)
            os.kill(machine.children()[0], signal.SIGKILL)
        machine.signal(signal.SIGTSTP)
        time.sleep(1.2)  # BusyBox looks at its signals once a second
        kill_it()
        limit = time.monotonic() + 1.5
        while time.monotonic() < limit:
            time.sleep(0.05)
        held = len(machine.lines('out'))
        machine.signal(signal.SIGCONT)
        machine.wait_file('out', '\n', 2)
        return held, end(machine)


def reloaded(boot, before, after, before_it, behind_it):
    """The lines written until each word of behind_it is there (twice where it
    stands twice); None for one that did not come."""
    with boot(before) as machine:
        for word in before_it:
            machine.wait_file('out', word)
        machine.write_inittab(after)
        machine.signal(signal.SIGHUP)
        seen = []
        for number, word in enumerate(behind_it, 1):
            try:
                machine.wait_file('out', word,
                                  behind_it[:number].count(word), patience=4)
                seen.append(word)
            except Failure:
                seen.append(None)
        return seen, sorted(machine.lines('out')), end(machine)


@case
def reload_adds_a_respawn_line(boot):
    up = f'::respawn:{stay("up")}\n'
    return reloaded(boot, up, up + f'::respawn:{stay("added")}\n', ['up'],
                    ['added'])


@case
def reload_adds_wait_and_once_lines(boot):
    up = f'::respawn:{stay("up")}\n'
    return reloaded(boot, up, up + f'::wait:{echo("wait")}\n::once:'
                    f'{echo("once")}\n::respawn:{stay("new")}\n', ['up'],
                    ['new', 'wait', 'once'])


@case
def reload_adds_a_sysinit_line(boot):
    up = f'::respawn:{stay("up")}\n'
    return reloaded(boot, up, up + f'::sysinit:{echo("sysinit")}\n'
                    f'::respawn:{stay("new")}\n', ['up'], ['new'])


@case
def reload_does_not_run_old_lines_again(boot):
    first = (f'::sysinit:{echo("sysinit")}\n::wait:{echo("wait")}\n'
             f'::once:{echo("once")}\n::respawn:{stay("up")}\n')
    return reloaded(boot, first, first + f'::respawn:{stay("added")}\n',
                    ['up', 'once'], ['added'])


@case
def reload_ends_a_removed_line(boot):
    return reloaded(
        boot, f'::respawn:{stay("up")}\n::respawn:sh -c "trap '
        '\'echo got TERM >>/tmp/out; exit\' TERM; echo old >>/tmp/out; '
        'while :; do sleep 0.1; done"\n', f'::respawn:{stay("up")}\n',
        ['up', 'old'], ['got TERM'])


@case
def reload_changes_the_action(boot):
    return reloaded(
        boot, f'::respawn:{stay("up")}\n::once:{stay("it")}\n',
        f'::respawn:{stay("up")}\n::respawn:{stay("it")}\n'
        f'::respawn:{stay("new")}\n', ['up', 'it'], ['new', 'it', 'it'])


@case
def no_inittab(boot):
    with boot(None, files={'/etc/init.d/rcS':
                           '#!/bin/sh\necho rcS $* >>/tmp/out\n',
                           '/bin/swapoff':
                           '#!/bin/sh\necho swapoff $* >>/tmp/out\n',
                           '/bin/umount':
                           '#!/bin/sh\necho umount $* >>/tmp/out\n',
                           '/bin/reboot':
                           '#!/bin/sh\necho reboot $* >>/tmp/out\n'}
              ) as machine:
        machine.wait_file('out', 'rcS')
        machine.wait_console('Enter')
        machine.type('\necho shell $0 >>/tmp/out\n')
        machine.wait_file('out', 'shell')
        machine.signal(signal.SIGINT)
        machine.wait_file('out', 'reboot')
        return end(machine), machine.lines('out')


@case
def single(boot):
    results = []
    for word in ('single', '-s', '1'):
        with boot(f'::once:{echo("inittab")}\n',
                  argv='/sbin/init ' + word) as machine:
            machine.type('echo shell $0 >>/tmp/out\n')
            machine.wait_file('out', 'shell')
            results.append((machine.lines('out'), end(machine)))
    return results


@case
def runlevel_word(boot):
    with boot('::once:sh -c "echo ${RUNLEVEL-none} >>/tmp/out"\n',
              argv='/sbin/init 5') as machine:
        machine.wait_file('out', '\n')
        return end(machine), machine.lines('out')


@case
def askfirst(boot):
    with boot(f'::askfirst:{stay("asked")}\n::respawn:{stay("other")}\n'
              ) as machine:
        machine.wait_file('out', 'other')
        machine.wait_console('Enter')
        before = machine.lines('out')
        machine.type('some words\n')
        machine.wait_file('out', 'asked')
        return before, end(machine), machine.lines('out')


@case
def console_named_in_the_environment(boot):
    with boot(PROC + '::once:/bin/probe\n', files=PROBE,
              environment='CONSOLE=/dev/null') as machine:
        return probed(machine), end(machine)


@case
def processes_that_are_no_children(boot):
    with boot('::once:sh -c "(trap \'echo orphan got TERM >>/tmp/out; exit\' '
              'TERM; echo orphan >>/tmp/out; while :; do sleep 0.1; done) &"\n'
              f'::shutdown:{echo("down")}\n') as machine:
        machine.wait_file('out', 'orphan')
        return end(machine), machine.lines('out')


@case
def who_ignores_term(boot):
    with boot('::respawn:sh -c "trap \'\' TERM; echo up >>/tmp/out; while :; '
              'do sleep 0.1; done"\n') as machine:
        machine.wait_file('out', 'up')
        return end(machine), machine.lines('out')
