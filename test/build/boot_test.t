#!/usr/bin/env python3
"""The boot test's options: --help, its man page and its parser name the same
ones, and a status has one number in all three."""

import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "test", "qemu"))

import options
import outcome

RUN = os.path.join(SOURCE, "test", "qemu", "run")
MANUAL = os.path.join(SOURCE, "doc", "foster-boot-test.1")


def parsed():
    """Names of one option each, and whether it takes a value."""
    return sorted((tuple(action.option_strings), action.nargs != 0)
                  for action in options.parser()._actions
                  if action.option_strings)


def in_help(text):
    found = re.findall(r"^  (-[-a-z]+(?:, --[-a-z]+)?)([ =][A-Z]\S*)?", text,
                       re.M)
    return sorted((tuple(names.split(", ")), bool(value))
                  for names, value in found)


def in_manual(text):
    options_of = text[:text.index(".Sh ENVIRONMENT")]
    found = re.findall(r"^\.It Fl (\S+)(?: , (\S+))?( Ns = Ns)?( Ar .*)?$",
                       options_of, re.M)
    return sorted((tuple("-" + name for name in (short, long) if name),
                   bool(value)) for short, long, _, value in found)


def main():
    with open(MANUAL, encoding="utf-8") as file:
        manual = file.read()
    text = subprocess.run([RUN, "--help"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    numbers = sorted({str(number) for number in outcome.STATUSES.values()})
    ends = manual[manual.index(".Sh EXIT STATUS"):]
    told = text[text.index("Statuses:"):]
    failed = False
    for name, wanted, got in (
            ("--help has the parser's options", parsed(), in_help(text)),
            ("the manual too", parsed(), in_manual(manual)),
            ("--help has every status", numbers, sorted(
                number for number in numbers
                if re.search(rf"\b{number} [a-z]", told))),
            ("the manual too", numbers,
             sorted(re.findall(r"^\.It (\d+)$", ends, re.M)))):
        failed |= wanted != got
        print(f"{'ok' if wanted == got else 'not ok'} - {name}")
        for each in set(wanted) ^ set(got) if wanted != got else ():
            print(f"# only in one: {each}", file=sys.stderr)
    print("1..4")
    return failed


sys.exit(main())
