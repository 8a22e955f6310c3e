"""Where foster does on purpose what BusyBox does not: case by case what each
does, and the words by which foster(8) says so and why."""
from collections import namedtuple

Difference = namedtuple('Difference', 'busybox foster manual')

OFF = 'halted or powered off'


def lines(before, busybox, foster, behind, *rest):
    """Lists of lines that differ in a place."""
    return [(OFF, before + own + behind, *rest) for own in (busybox, foster)]


DEFAULTS = ['PWD=/', 'SHLVL=2', 'TERM=xterm', 'splash=1']

DIFFERENCES = {
    'words': Difference(
        *lines(['3 <one> <two> <three>'], [], ['2 <leading> <blanks>'],
               ['1 <a:b:c>',
                '12 <quoted  word> </> <bin> <dev> <etc> <old> <proc> <run> '
                '<sbin> <sys> <tmp> <$x>', '1 <single  quotes>',
                '4 </> <{a,b}> <[a-c]> <=x>',
                '7 <%x> <@x> <+x> <-x> </x> <,x> <.x>', '1 <first>',
                '1 <first>', '1 <one>', '2 <joined> <lines>', '1 <behind>',
                '2 <trailing> <blanks>', '0', 'end'], ''),
        'A command may begin with blanks'),
    'bad_lines': Difference(
        *lines([], [], ['indented', 'indented by a tab'], ['last', 'end']),
        'A line may begin with blanks'),
    'environment_from_the_kernel': Difference(
        (OFF, sorted(DEFAULTS + ['HOME=/', 'SHELL=/bin/sh', 'USER=root',
                                 'PATH=/sbin:/usr/sbin:/bin:/usr/bin'])),
        (OFF, sorted(DEFAULTS + ['HOME=/root', 'SHELL=/bin/ash', 'USER=me',
                                 'PATH=/odd:/bin'])),
        'on the kernel command line win over the defaults'),
    'a_request_during_sysinit': Difference(
        *lines(['sysinit'], ['sysinit done'], [], ['down']),
        'Signals are obeyed while sysinit and wait lines run'),
    'reload_adds_wait_and_once_lines': Difference(
        (['new', None, None], ['new', 'up'], OFF),
        (['new', 'wait', 'once'], ['new', 'once', 'up', 'wait'], OFF),
        'A reload runs added wait and once lines'),
    'runlevel_word': Difference(
        (OFF, ['5']), (OFF, ['none']), 'RUNLEVEL is not set'),
}
