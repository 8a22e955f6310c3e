"""What a test asks for, and how long it waits for it."""
import os
import time


class Failure(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failure(what)


def equal(is_, should, what):
    if is_ != should:
        raise Failure(f'{what}: {is_!r} in place of {should!r}')


def wait_until(condition, what, patience=30):
    """Waits for condition() to be true, and returns what it returned; after
    patience seconds it counts as failed."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f'not within {patience} s: {what}')
        time.sleep(0.005)


def state(pid):
    """Its letter in proc(5); None where there is none."""
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rsplit(')', 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def pending(pid):
    """The signals sent to it as a whole that it has not taken, as a mask; 0
    where there is none."""
    try:
        with open(f'/proc/{pid}/status') as file:
            return int(file.read().split('ShdPnd:')[1].split()[0], 16)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def wait_channel(pid):
    """Where in the kernel it sleeps: proc(5)."""
    with open(f'/proc/{pid}/wchan') as file:
        return file.read()


def descriptors(pid):
    """What each open descriptor of a process that goes on is. One that it
    closes meanwhile is not open."""
    folder = f'/proc/{pid}/fd'
    links = []
    for number in os.listdir(folder):
        try:
            links.append(os.readlink(f'{folder}/{number}'))
        except FileNotFoundError:
            pass
    return links


def command_line(pid):
    """The command line of a process; none where it has ended."""
    try:
        with open(f'/proc/{pid}/cmdline', 'rb') as file:
            return os.fsdecode(file.read()).split('\0')[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []
