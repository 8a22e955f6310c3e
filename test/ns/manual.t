#!/usr/bin/env python3
"""foster-inittab(5) says what the program does: its examples are read without
a complaint, and each action, option and message of its is there."""
import glob
import os
import re
import signal
import subprocess

from harness import (Machine, POWERED_OFF, SOURCE, check, equal, main, test)

MANUAL = os.path.join(SOURCE, 'doc', 'foster-inittab.5')
COMMANDS = os.path.join(SOURCE, 'doc', 'foster.8')


def source(name):
    with open(os.path.join(SOURCE, 'init', name)) as file:
        return file.read()


def manual():
    with open(MANUAL) as file:
        return file.read()


@test
def the_manuals_are_good_mdoc():
    subprocess.check_call([os.path.join(SOURCE, 'scripts', 'deps'), 'man'])
    for path in glob.glob(os.path.join(SOURCE, 'doc', '*.[1-8]')):
        lint = subprocess.run(['mandoc', '-T', 'lint', path],
                              stdout=subprocess.PIPE, text=True).stdout
        # What it says about the manuals of this machine is none of ours.
        ours = [line for line in lint.splitlines()
                if path in line and 'referenced manual not found' not in line]
        equal(ours, [], 'mandoc -T lint')


@test
def foster_8_has_the_words_and_times_of_the_program():
    with open(COMMANDS) as file:
        text = file.read()
    words = re.findall(r'^\t\{"([a-z.]+=)"', source('boot_words.c'), re.M)
    check(len(words) >= 3, words)
    for word in words:
        check(f'Cm {word} Ns' in text, f'{word} in foster(8)')
    kconfig = source('Kconfig')
    for option, seconds in re.findall(
            r'^config (SHUTDOWN_\w+_MS|STOP_GRACE_MS)\n.*\n.*\n\tdefault '
            r'(\d+)000$', kconfig, re.M):
        check(f'{seconds} seconds' in text, f'{option}: {seconds} seconds')


@test
def foster_8_has_the_requests_of_the_program():
    with open(COMMANDS) as file:
        text = file.read()
    control = text[text.index('.Sh CONTROL'):text.index('.Sh FILES')]
    words = re.findall(r'^\t\{"([\w-]+)", (true|false), ', source('control.c'),
                       re.M)
    letters = re.findall(r"^\tcase '(\w)':", source('control.c'), re.M)
    check(len(words) == 10 and len(letters) == 4, f'{words} {letters}')
    for word, telinit in words:
        tokens = f'Fl {word[1:]}' if word[0] == '-' else f'Cm {word}'
        if telinit == 'true':
            check(re.search(f'Nm init {tokens}( |$)', control, re.M), word)
        else:
            check(re.search(rf'^\.It Cm .*\b{word}\b', control, re.M), word)
    for letter in letters:
        check(f'.It Fl {letter}\n' in control, f'-{letter}')


@test
def each_option_and_action_is_in_it():
    options = re.findall(r'^\tOPTION\("(\w+)"', source('service_options.c'),
                         re.M)
    actions = re.findall(r'\[ACTION_\w+\] = "(\w+)"', source('inittab.c'))
    check(len(options) == 16 and len(actions) == 8, f'{options} {actions}')
    documented = re.findall(r'^\.It Cm (\w+)=', manual(), re.M)
    equal(sorted(documented), sorted(options), 'options')
    documented = re.findall(r'^\.It Cm (\w+)$', manual(), re.M)
    equal(sorted(documented), sorted(actions), 'actions')


@test
def its_builtin_table_is_the_one_in_the_program():
    text = manual()
    text = text[text.index('.Ss WITHOUT THE FILE'):]
    documented = re.findall(r'^\w*::\w+:.*$', text[:text.index('.Ed')], re.M)
    code = source('inittab.c')
    code = code[code.index('inittab_builtin[] ='):]
    built_in = re.findall(r'"(.*)\\n"', code[:code.index(';\n')])
    check(len(built_in) == 9, f'{built_in}')
    equal(documented, built_in, 'table')


@test
def its_examples_are_read_without_a_complaint():
    text = manual()
    text = text[text.index('.Sh EXAMPLES'):]
    lines = re.findall(r'^[^.\n][^:\n]*:.*:.*:.*$|^:.*:.*:.*$', text, re.M)
    check(len(lines) >= 10, f'few examples: {lines}')
    with Machine('\n'.join(lines) + '\n') as machine:
        machine.wait_console('index-photos')
        machine.signal(signal.SIGHUP)
        machine.wait_console('lines in use')
        check(f'{len(lines)} lines in use' in machine.console(),
              machine.console())
        for word in ('skipped', 'ignored'):
            check(word not in machine.console(), machine.console())
        machine.signal(signal.SIGUSR2)
        equal(machine.wait_end(), POWERED_OFF, 'end')


@test
def its_messages_are_the_programs():
    shown = re.findall(r'^foster: /etc/inittab:(\d+):\d+: (.*)$', manual(),
                       re.M)
    check(len(shown) == 2, f'{shown}')
    with Machine('\n\n\n\n\n\n::respwan:x\n\n:nice=99:once:true\n') as machine:
        for line, message in shown:
            machine.wait_console(f'/etc/inittab:{line}:')
            machine.wait_console(message)


main()
