#!/usr/bin/env python3
"""What a child starts with: promise 11, and the options of the second field."""
import os
import re
import time

from harness import Machine, check, equal, main, test, wait_until

PASSWD = ('root:x:0:0:root:/root:/bin/sh\n'
          'ntp:x:123:124::/home/ntp:/bin/ash\n')
GROUP = 'root:x:0:\nntp:x:124:\ntty:x:5:ntp,other\ndisk:x:6:other\nlog:x:7:ntp\n'
FILES = {'/etc/passwd': PASSWD, '/etc/group': GROUP}
PROC = '::sysinit:mount -t proc proc /proc\n'


def run_once(options, command, files=FILES, tty='', action='once', **rest):
    """The output of one command, run by a line with these options."""
    table = PROC + f'{tty}:{options}:{action}:/bin/probe\n'
    files = dict(files, **{
        '/bin/probe': '#!/bin/sh\nexec >>/tmp/out.new 2>&1\nchmod 666 '
                      f'/tmp/out.new\n{command}\nmv /tmp/out.new /tmp/out\n'})
    with Machine(table, files=files, **rest) as machine:
        text = machine.wait_file('out')
        return text, machine.console()


def status_of(text, field):
    return re.search(rf'^{field}:\s*(\S+)', text, re.M).group(1)


@test
def masks_and_dispositions_are_clean():
    text, _ = run_once('', 'cat /proc/self/status')
    for field in ('SigBlk', 'SigIgn', 'SigCgt', 'SigPnd'):
        equal(int(status_of(text, field), 16), 0, field)


@test
def ignored_and_blocked_signals_of_the_starter_do_not_reach_children():
    text, _ = run_once('', 'cat /proc/self/status', argv='/bin/start',
                       files={'/bin/start': "#!/bin/sh\ntrap '' HUP INT QUIT "
                              "USR1 USR2 TERM PIPE CHLD TTOU 40\n"
                              "exec /sbin/init\n"})
    for field in ('SigBlk', 'SigIgn'):
        equal(int(status_of(text, field), 16), 0, field)


@test
def only_descriptors_0_to_2_are_open():
    text, _ = run_once('', 'ls -l /proc/$$/fd', redirect='</dev/null 7</dev/null '
                       '9>/dev/null 11</dev/zero')
    numbers = re.findall(r' (\d+) -> ', text)
    # The shell reads its script from one of its own.
    extra = [n for n in numbers if n not in ('0', '1', '2') and
             '/bin/probe' not in
             re.search(rf' {n} -> (.*)', text).group(1)]
    equal(extra, [], text)


@test
def each_has_a_session_of_its_own():
    text, _ = run_once('', 'cut -d " " -f 1,5,6 /proc/$$/stat; echo $$')
    pid, group, session = text.split('\n')[0].split()
    equal((pid, group), (session, session), 'pid, group, session')


@test
def environment_is_the_kernels_and_the_defaults():
    text, _ = run_once('', 'env', environment='TERM=vt102 splash=yes')
    variables = dict(line.split('=', 1) for line in text.split('\n') if line)
    for name, value in {'PATH': '/sbin:/usr/sbin:/bin:/usr/bin',
                        'SHELL': '/bin/sh', 'USER': 'root', 'HOME': '/',
                        'TERM': 'vt102', 'splash': 'yes'}.items():
        equal(variables.get(name), value, name)


@test
def limits_and_oom_score_are_as_pid_1_found_them():
    text, _ = run_once('', 'cat /proc/$$/oom_score_adj; ulimit -S -n; '
                       'ulimit -H -n', argv='/bin/start', files={
                           '/bin/start': '#!/bin/sh\nmount -t proc proc /proc\n'
                           'echo 123 >/proc/$$/oom_score_adj\n'
                           'umount /proc\nulimit -S -n 77\nulimit -H -n 99\n'
                           'exec /sbin/init\n'})
    equal(text.split(), ['123', '77', '99'], 'oom_score_adj, limits')


@test
def a_line_with_a_tty_has_it_as_its_terminal():
    text, _ = run_once('', 'tty <&0; cut -d " " -f 7 /proc/$$/stat',
                       tty='console')
    check(text.split('\n')[1] != '0', 'no controlling terminal: ' + text)


@test
def dev_in_front_of_the_tty_is_the_same():
    text, _ = run_once('', 'cut -d " " -f 7 /proc/$$/stat', tty='/dev/console')
    check(text.strip() != '0', text)


@test
def a_login_shell_takes_the_console():
    with Machine(PROC + '::respawn:-/bin/sh\n') as machine:
        machine.type('echo $0 $(cut -d " " -f 7 /proc/$$/stat) >/tmp/out\n')
        name, terminal = machine.wait_file('out', '\n').split()
        equal(name, '-/bin/sh', 'argv[0]')
        check(terminal != '0', 'no controlling terminal')


@test
def user_and_group_and_groups():
    text, _ = run_once('user=ntp', 'id -u; id -g; id -G; env')
    lines = text.split('\n')
    equal(lines[:2], ['123', '124'], 'ids')
    equal(sorted(lines[2].split()), ['124', '5', '7'], 'groups')
    for variable in ('HOME=/home/ntp', 'USER=ntp', 'LOGNAME=ntp',
                     'SHELL=/bin/ash'):
        check(variable in lines, f'{variable} in {lines}')
    text, _ = run_once('user=ntp,group=disk', 'id -u; id -g')
    equal(text.split(), ['123', '6'], 'group=')
    text, _ = run_once('user=77,group=88', 'id -u; id -g; id -G')
    equal(text.split(), ['77', '88', '88'], 'numbers')
    text, _ = run_once('group=tty', 'id -u; id -g')
    equal(text.split(), ['0', '5'], 'group alone')


@test
def as_many_groups_as_there_is_room_for_or_none():
    lines = FILES['/etc/group']
    for count in (250, 300):
        groups = ''.join(f'g{i}:x:{1000 + i}:ntp\n' for i in range(count))
        with Machine(':name=x,user=ntp:respawn:sh -c "id -G >/tmp/out; '
                     'sleep 100"\n',
                     files=dict(FILES, **{'/etc/group': lines + groups})
                     ) as machine:
            if count > 256:
                machine.wait_console('x (/etc/inittab:1): not started: group: '
                                     'E2BIG; restart in')
            else:
                equal(len(machine.wait_file('out', '\n').split()), count + 3,
                      'groups')


@test
def variables_for_which_there_is_no_room_are_said():
    words = ' '.join(f'V{i}={i}' for i in range(60))
    with Machine('::once:sh -c "env >/tmp/out; echo end >>/tmp/out"\n',
                 argv=f'/bin/env -i {words} /sbin/init') as machine:
        lines = machine.wait_file('out', 'end\n').split()
        check('V42=42' in lines and 'V43=43' not in lines, lines)
        machine.wait_console('environment: more than 43 variables; the rest '
                             'is left out')


@test
def a_user_that_does_not_exist_is_named_and_tried_again():
    with Machine(':name=x,user=nobody1:respawn:touch /tmp/ran\n',
                 files=FILES) as machine:
        machine.wait_console('x (/etc/inittab:1): not started: user: '
                             'ENOENT; restart in 0.1 s, told once')
        with open(f'/proc/{machine.init()}/root/etc/passwd', 'a') as file:
            file.write('nobody1:x:1:1::/:\n')
        machine.wait_file('ran')


@test
def a_group_that_does_not_exist_starts_nothing():
    with Machine(':name=x,group=nobody1:respawn:touch /tmp/ran\n',
                 files=FILES) as machine:
        machine.wait_console('x (/etc/inittab:1): not started: group: ENOENT')
        time.sleep(0.5)  # the second try
        check(not os.path.exists(machine.path('ran')), 'it ran')


@test
def cwd_nice_umask():
    text, _ = run_once('cwd=/tmp,nice=7,umask=027',
                       'pwd; cut -d " " -f 19 /proc/$$/stat; umask')
    equal(text.split(), ['/tmp', '7', '0027'], 'values')
    text, _ = run_once('nice=-5', 'cut -d " " -f 19 /proc/$$/stat')
    equal(text.split(), ['-5'], 'negative')


@test
def limits():
    text, _ = run_once('nofile=33,nproc=44,as=64M,user=ntp',
                       'cat /proc/$$/limits')
    for name, value in (('Max open files', 33), ('Max processes', 44),
                        ('Max address space', 64 << 20)):
        line = re.search(rf'^{name}\s+(\d+)\s+(\d+)', text, re.M)
        equal((int(line.group(1)), int(line.group(2))), (value, value), name)


@test
def oom():
    # The boot waits for two of these, and starts such lines in its own memory
    # where it may: the kernel would set it for all that share that.
    for action in 'once', 'wait', 'sysinit':
        text, _ = run_once('oom=321', 'cat /proc/$$/oom_score_adj; '
                           'cat /proc/1/oom_score_adj', action=action)
        equal(text.split()[0], '321', f'{action}: child')
        check(text.split()[1] != '321', f'{action}: PID 1 itself')


@test
def without_proc_oom_is_left_out_and_said_once():
    with Machine('::sysinit:umount -l /proc\n'
                 ':name=x,oom=5,backoff=10ms-10ms:respawn:'
                 'sh -c "echo up >>/tmp/x; exit 1"\n') as machine:
        wait_until(lambda: len(machine.lines('x')) > 3, 'it restarts')
        machine.wait_console('x (/etc/inittab:2): not started: oom: ENOENT; started without it')
        equal(machine.console().count('oom:'), 1, 'messages')


@test
def envfile():
    text, _ = run_once('envfile=/etc/x.env,user=ntp', 'env', files=dict(FILES, **{
        '/etc/x.env': '# comment\n\nA=1\nB=two words: and, more\n  HOME=/x\n'
                      'LAST=no newline'}))
    lines = text.split('\n')
    for variable in ('A=1', 'B=two words: and, more', 'HOME=/x',
                     'LAST=no newline', 'USER=ntp'):
        check(variable in lines, f'{variable} in {lines}')


@test
def a_missing_envfile_is_named():
    with Machine(':name=x,envfile=/none:respawn:/bin/true\n') as machine:
        machine.wait_console('x (/etc/inittab:1): not started: envfile: '
                             'ENOENT; restart in')


@test
def a_wrong_line_of_an_envfile_is_named():
    with Machine(':name=x,envfile=/etc/x.env:respawn:/bin/true\n'
                 ':name=y,envfile=/etc/y.env:respawn:/bin/false\n'
                 ':name=z,envfile=/etc/z.env:once:/bin/sh\n', files={
                     '/etc/x.env': '# comment\n\nA=1\nB 2\nC=3\n',
                     '/etc/y.env': 'A=1\n' * 299 + '=nothing',
                     '/etc/z.env': 'A=1\nexport B=2\n'}) as machine:
        machine.wait_console('x (/etc/inittab:1): not started: envfile: EINVAL in'
                             ' line 4; restart in')
        machine.wait_console('y (/etc/inittab:2): not started: envfile: '
                             'EINVAL in line 300; restart in')
        machine.wait_console('z (/etc/inittab:3): not started: envfile: '
                             'EINVAL in line 2; going on')


@test
def an_envfile_that_can_not_be_read_is_named_and_starts_nothing():
    with Machine(':name=x,envfile=/etc:respawn:touch /tmp/ran\n') as machine:
        machine.wait_console('x (/etc/inittab:1): not started: envfile: '
                             'EISDIR; restart in')
        check(not os.path.exists(machine.path('ran')), 'it ran')


@test
def a_missing_folder_and_a_missing_tty_are_named():
    with Machine(':name=x,cwd=/none:respawn:/bin/true\n'
                 'ttyNONE:name=y:respawn:/bin/true\n') as machine:
        machine.wait_console('x (/etc/inittab:1): not started: cwd: ENOENT')
        machine.wait_console('y (/etc/inittab:2): not started: tty: ENOENT')


@test
def what_can_not_be_started_is_told_of_once_while_it_is_tried():
    with Machine('ttyNONE:name=y,backoff=50ms-60ms:respawn:touch /tmp/y\n'
                 '::once:sh -c "sleep 0.5; ln -s null /dev/ttyNONE"\n',
                 ) as machine:
        machine.wait_file('y')
        equal(machine.console().count('tty: ENOENT; restart in 0.1 s, told '
                                      'once'), 1, 'messages')


@test
def a_terminal_is_in_order_for_the_next_program():
    # Lines and respawns of it, and a login shell on the console.
    for field, tty, dash in ('console', '/dev/console', ''), ('', '', '-'):
        with Machine(f'{field}::respawn:{dash}/bin/raw\n', files={
                '/bin/raw': '#!/bin/sh\nstty -a >>/tmp/stty\necho end >>/tmp/stty\n'
                'stty raw -echo intr q\n'}) as machine:
            text = machine.wait_file('stty', 'end\n', 3)
            for run in text.split('end\n')[:3]:
                words = run.replace(';', '').split()
                for word in ('icrnl', 'ixon', 'opost', 'onlcr', 'isig',
                             'icanon', 'echo', 'echoe', 'iexten', 'clocal',
                             'cread', 'hupcl'):
                    check(word in words, f'{word} of {words}')
                check('intr = ^C' in run, run)


@test
def neither_its_starters_folder_nor_its_session_is_its_own():
    with Machine('::once:sh -c "pwd >/tmp/out; echo end >>/tmp/out"\n',
                 argv='/bin/start', files={
                     '/bin/start': '#!/bin/sh\ncd /etc\nexec /sbin/init\n'
                     }) as machine:
        equal(machine.wait_file('out', 'end').split(), ['/', 'end'], 'folder')
        init = machine.init()
        equal(os.readlink(f'/proc/{init}/cwd'),
              os.readlink(f'/proc/{init}/root'), 'of PID 1')
        session = open(f'/proc/{init}/stat').read().rsplit(') ', 1)[1].split()[3]
        equal(int(session), init, 'session of PID 1')


@test
def exec_failure_is_told_apart_from_exit_127():
    with Machine(':name=a:respawn:/nonexistent\n'
                 ':name=b:respawn:sh -c "exit 127"\n'
                 ':name=c:respawn:/etc\n'
                 ':name=d:respawn:/etc/inittab/x\n') as machine:
        machine.wait_console('a (/etc/inittab:1): not started: exec: ENOENT')
        machine.wait_console('exited with 127 after')
        machine.wait_console('c (/etc/inittab:3): not started: exec: EACCES')
        machine.wait_console('d (/etc/inittab:4): not started: exec: ENOTDIR')


@test
def wrong_options_are_reported_and_the_line_still_serves():
    table = (':oom=2000,bogus=1,nice,class=x,grace=,nofile=-1:'
             'once:touch /tmp/ran\n')
    with Machine(table) as machine:
        machine.wait_file('ran')
        for word in ('oom=2000', 'bogus=1', 'nice', 'class=x', 'grace=',
                     'nofile=-1'):
            machine.wait_console(f': {word}; ignored')


@test
def old_runlevels_are_ignored_silently():
    with Machine(':2345:once:touch /tmp/ran\n') as machine:
        machine.wait_file('ran')
        check('ignored' not in machine.console(), machine.console())


@test
def scripts_without_an_interpreter_line_run():
    with Machine('::once:script one two\n', files={
            '/bin/script': 'echo "$@" >/tmp/out\n'}) as machine:
        equal(machine.wait_file('out', '\n'), 'one two\n', 'arguments')


main(jobs=3)
