#!/usr/bin/env python3
"""Every system call of PID 1 refused, from its exec through boot, a crash, a
respawn, a reload and the shutdown.

Each run ends by power-off within its deadline, with the descriptors that a run
without faults has, and with all done that was asked for. What a fault may take
away is in LOST, with what has to be said of it.
FAULT_ALL=1: every errno at every occurrence, in place of the first three and
the last.

init.t [CALL...]: only these.
"""
import collections
import os
import re
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'ns')]
import harness
import sweep
from harness import Failure, Machine, POWERED_OFF, strace, wait_until

RUN = 'sh -c "echo {0} >>/tmp/done; exec sleep 1000"\n'
TABLE = '''::sysinit:echo sysinit >>/tmp/done
::wait:echo wait >>/tmp/done
:name=steady:respawn:{steady}console:name=tty:respawn:{tty}\
::once:sh -c "echo once >>/tmp/done; exit 3"
::shutdown:echo shutdown >>/tmp/done
'''.format(steady=RUN.format('steady'), tty=RUN.format('tty'))
# tty is stopped, as a session with a terminal, and starts anew.
MORE = TABLE.replace('=tty:', '=tty,nice=1:') + \
    ':name=added:respawn:' + RUN.format('added')
# What has to be done, and how often, in the end.
WANTED = {'sysinit': 1, 'wait': 1, 'once': 1, 'steady': 2, 'tty': 2, 'added': 1,
          'shutdown': 1}
PATIENCE = 10
GIVEN_UP = 'the built-in table serves|the table in use stays|going on without it'
# (what is refused, what is not done then, what is said). Nothing else is lost.
LOST = (
    # Once read, they run: but a reload starts no sysinit line, and there is
    # nothing to kill and to change before.
    (r'(openat|read) E(NOENT|ACCES|NODEV|NXIO)', {'sysinit', 'steady', 'tty'},
     '/etc/inittab: {error}; the built-in table serves'),
    (r'(openat|read) E', {'added', 'tty'},
     'reload: /etc/inittab: {error}; the table in use stays'),
    # A line that the boot waits for is started without a descriptor: there is
    # no lower tier.
    (r'clone E(NOSYS|PERM|INVAL)', {'sysinit', 'wait'},
     'not started: {error}; going on without it'),
)
# What takes something away for good without a line being lost.
SAID = (
    (r'mount E(?!BUSY)', '{error}; going on without it'),
)
# (what is refused, which descriptors may differ, why)
DIFFER = (
    (r'clone E(NOSYS|PERM|INVAL)', r'\[pidfd\]',
     'by pid in place of by descriptor'),
    (r'(dup3|openat) E', r'/dev/(console|pts|null)',
     "what it had before, the kernel's console"),
)
LEFT_OUT = {
    'reboot': 'refused it leaves PID 1 nothing to do but to stay:'
              ' test/ns/shutdown.t',
    'poll': "the gate's, before its exec",
}
# A console that takes nothing at first: then it is waited for.
SLOW = 'write', 'EAGAIN', 4


def descriptors(pid):
    """What they are. A signalfd is there once a console was slow to take what
    PID 1 writes; it stays, and is one."""
    found = collections.Counter(
        re.sub(r'^/dev/pts/\d+', '/dev/pts', name)
        for name in harness.descriptors(pid))
    if found['anon_inode:[signalfd]'] == 1:
        del found['anon_inode:[signalfd]']
    return found


class Boot:
    """One run of all steps, with strace's words for the faults."""

    def __init__(self, *rules, wanted=None, settles=True):
        with Machine(TABLE, gate=True) as machine:
            self.machine, self.late = machine, False
            words = ['-o', machine.path('strace')]
            for rule in rules:
                words += ['-e', rule]
            with strace(machine.wait_gate(), *words):
                machine.open_gate()
                self.steps(wanted, PATIENCE if settles else 1)
                self.status = machine.wait_end(30)
                self.console = machine.console()
                self.done = collections.Counter(machine.lines('done'))
                self.trace = machine.read('strace')

    def tried(self, word):
        """Until it is done as often as is wanted; not for long once foster has
        said that it will not be, or something else was not."""
        def is_done():
            return self.machine.lines('done').count(word) >= self.count[word] \
                or self.machine.process.poll() is not None
        for patience in (0.5, PATIENCE):
            try:
                wait_until(is_done, word, patience)
                return True
            except Failure:
                if self.late or re.search(GIVEN_UP, self.machine.console()):
                    return False
        self.late = True
        return False

    def steps(self, wanted, patience):
        machine, self.count = self.machine, dict(WANTED, steady=1, tty=1)
        machine.init()
        ready = [self.tried(word)
                 for word in ('sysinit', 'wait', 'once', 'steady', 'tty')]
        if ready[-2]:
            self.count['steady'] = 2
            os.kill(self.sleeper('steady'), signal.SIGKILL)
            self.tried('steady')
        if ready[-1]:
            self.count['tty'] = 2
            self.sleeper('tty')
        machine.write_inittab(MORE)
        machine.signal(signal.SIGHUP)
        for word in ('added', 'tty', 'wait', 'once', 'steady'):
            self.tried(word)
        def is_settled():
            # What has ended is reaped.
            now = descriptors(machine.init())
            return len(machine.children()) <= 3 and (
                now == wanted if wanted else now['anon_inode:[pidfd]'] == 3)
        try:
            wait_until(is_settled, 'all is settled', patience)
        except Failure:
            pass
        self.descriptors = descriptors(machine.init())
        machine.signal(signal.SIGUSR2)

    def sleeper(self, name):
        """Its pid, once it has execed: tty has a terminal, steady has none."""
        def find():
            for pid in self.machine.running('sleep'):
                with open(f'/proc/{pid}/stat') as file:
                    terminal = file.read().rsplit(')', 1)[1].split()[4]
                if (terminal != '0') == (name == 'tty'):
                    return pid
            return None
        return wait_until(find, f'the exec of {name}', PATIENCE)


def calls(trace):
    """name -> (occurrences before foster's exec, all)"""
    before, count = {}, collections.Counter()
    for line in trace.splitlines():
        match = re.match(r'([a-z_0-9]+)\(', line)
        if not match:
            continue
        count[match.group(1)] += 1
        if 'execve("/sbin/init"' in line:
            before = dict(count)
    assert before, trace[:500]
    return {name: (before.get(name, 0), count[name]) for name in count}


def places(first, last):
    every = list(range(first + 1, last + 1))
    return every if sweep.EVERY or len(every) <= 4 else every[:3] + every[-1:]


def new_lines(run, plain):
    """What it said and the plain run did not; but for numbers."""
    def lines(text):
        return collections.Counter(re.sub(r'\d+', 'N', line)
                                   for line in text.splitlines())
    return '\n'.join(lines(run.console) - lines(plain.console))


def judge(run, plain, call, error):
    """(fine, refused or what is wrong)"""
    what, said = f'{call} {error}', new_lines(run, plain)
    if run.status != POWERED_OFF:
        return f'ended with {run.status}'
    for pattern, names, _ in DIFFER:
        if re.match(pattern, what):
            break
    else:
        names = '(?!)'
    extra = run.descriptors - plain.descriptors
    lost = {word for word, count in WANTED.items() if run.done[word] < count}
    lacks = {name for name in plain.descriptors - run.descriptors
             if not (lost and 'pidfd' in name)}
    if any(not re.search(names, name) for name in {*extra, *lacks}):
        return f'descriptors {run.descriptors}, not {plain.descriptors}'
    if sum(extra.values()) > sum((plain.descriptors -
                                  run.descriptors).values()):
        return f'more descriptors: {run.descriptors}, not {plain.descriptors}'
    for pattern, text in SAID:
        if re.match(pattern, what) and text.format(error=error) not in said:
            return f'not said: {text.format(error=error)}'
    if lost and not any(re.match(pattern, what) and lost <= words and
                        text.format(error=error) in said
                        for pattern, words, text in LOST):
        return f'lost, or not said of: {lost}; said:\n{said}'
    return 'refused' if lost or re.search(rf'\b{error or "E[A-Z]+"}\b', said) \
        else 'fine'


def try_it(fault):
    """(call, verdict, what is wrong)"""
    plain, rules, call, error = fault
    text = ' '.join(rules)
    try:
        run = Boot(*rules, wanted=plain.descriptors, settles=not any(
            re.match(rule[0], f'{call} {error}') for rule in LOST + DIFFER))
        # How often it opens the console depends on who is faster.
        verdict = judge(run, plain, call, error) \
            if f'{error} (' in run.trace and '(INJECTED)' in run.trace \
            else 'not met'
    except Failure as failure:
        verdict = str(failure)
    if verdict in ('fine', 'refused', 'not met'):
        return call, verdict, ''
    return call, 'wrong', f'{text}: {verdict}'


def slow(first):
    call, error, length = SLOW
    return sweep.expression(call, error, f'{first + 1}..{first + length}')


def faults():
    """What is refused: each call that a run has, at its places; those that only
    a slow console brings; and the first few."""
    known = calls(plain.trace)
    start = slow(known['write'][0])
    more = {call: count for call, count in calls(waited.trace).items()
            if call not in known}
    for base, rules, found in ((plain, (), known), (waited, (start,), more)):
        for call, (first, last) in sorted(found.items()):
            if call in LEFT_OUT or call not in sweep.ERRORS or first == last:
                continue
            for error, place in sweep.pairs(call, places(first, last)):
                yield base, (*rules, sweep.expression(call, error, place)), \
                    call, error
            older = sweep.OLDER.get(call)
            if older:
                yield base, (*rules, sweep.expression(
                    f'{call},{older}', 'ENOSYS', '1+')), call, 'ENOSYS'
    for call, error in (('openat', 'EMFILE'), ('read', 'EINTR'),
                        ('write', 'EIO'), ('write', 'EAGAIN'),
                        ('rt_sigtimedwait', 'EAGAIN'), ('clone', 'ENOMEM'),
                        ('waitid', 'EINTR'), ('kill', 'EPERM'),
                        ('pidfd_send_signal', 'EPERM')):
        first = known[call][0]
        for length in (3, 9):
            yield plain, (sweep.expression(
                call, error, f'{first + 1}..{first + length}'),), call, error


tap = sweep.Tap()
plain = Boot()
again = Boot(wanted=plain.descriptors)
tap.ok(judge(plain, plain, '', '') == judge(again, plain, '', '') == 'fine' and
       again.descriptors == plain.descriptors, 'as it is',
       f'{plain.done} {plain.console}\n{judge(again, plain, "", "")} '
       f'{again.descriptors} {new_lines(again, plain)}')
# On a busy machine children may end so fast that none of its looks at the
# console is a wait for it.
for _ in range(9):
    waited = Boot(slow(calls(plain.trace)['write'][0]),
                  wanted=plain.descriptors)
    if 'ppoll(' in waited.trace:
        break
tap.ok(judge(waited, plain, 'write', 'EAGAIN') == 'fine' and
       'signalfd4(' in waited.trace and 'ppoll(' in waited.trace,
       'a console that takes nothing at first',
       f'{waited.trace[:9000]}\n{judge(waited, plain, "write", "EAGAIN")} ')
missing = sweep.unknown({call: count for call, (first, count) in [
    *calls(plain.trace).items(), *calls(waited.trace).items()]
    if count > first}, LEFT_OUT)
tap.ok(not missing, 'each system call is refused, or named with the reason',
       f'neither: {missing}')
found = collections.defaultdict(collections.Counter)
bad = collections.defaultdict(list)
for call, verdict, why in sweep.at_once(try_it, [
        fault for fault in faults() if fault[2] in (sys.argv[1:] or fault)]):
    found[call][verdict] += 1
    bad[call] += [why] if why else []
for call, verdicts in sorted(found.items()):
    count = verdicts['fine'] + verdicts['refused']
    tap.ok(count and not bad[call], f'{call}: {count} injected, '
           f'{verdicts["fine"]} fine, {verdicts["refused"]} refused and said',
           '\n'.join(bad[call]))
total = sum(found.values(), collections.Counter())
print(f'# {total["fine"] + total["refused"]} injected, {total["fine"]} fine, '
      f'{total["refused"]} refused with a message, {total["not met"]} not met')
tap.done()
