"""Runs a script's tests and says what became of each, in TAP."""
import fcntl
import multiprocessing
import os
import sys
import termios
from concurrent.futures import ProcessPoolExecutor


class Skip(Exception):
    """This machine lacks what the test needs; in CI that is a failure."""


def _outcome(function):
    """What follows the test's title, and why it failed."""
    try:
        function()
    except Skip as reason:
        if not os.environ.get('CI'):
            return f' # SKIP {reason}', None
        return '', f'skipped: {reason}'
    except (Exception, SystemExit) as error:  # a test that breaks has failed
        return '', f'{type(error).__name__}: {error}'
    return '', None


_functions = []


def _without_terminal():
    """A developer's is no part of what is tested, and nobody's to take."""
    try:
        terminal = os.open('/dev/tty', os.O_RDWR)
    except OSError:
        return
    fcntl.ioctl(terminal, termios.TIOCNOTTY)
    os.close(terminal)


def _numbered(index):
    return _outcome(_functions[index])


def run_tests(tests, jobs):
    """Runs (title, function) pairs, jobs at a time where they wait for most of
    their time. Each job is a process: what a test does to its own, as to its
    signals, does not meet the others. Ends with status 1 when one failed."""
    _functions.extend(function for _, function in tests)
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    with ProcessPoolExecutor(
            jobs, multiprocessing.get_context('fork'),
            _without_terminal) as pool:
        outcomes = pool.map(_numbered, range(len(tests)))
        for number, ((title, _), outcome) in enumerate(
                zip(tests, outcomes), 1):
            directive, failure = outcome
            if failure is None:
                print(f'ok {number} - {title}{directive}', flush=True)
                continue
            failed += 1
            print(f'not ok {number} - {title}', flush=True)
            # Where prove shows it without being asked.
            for line in failure.split('\n'):
                print('# ' + line, file=sys.stderr, flush=True)
    sys.exit(failed > 0)
