"""What a test asks for, and how long it waits for it."""
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
