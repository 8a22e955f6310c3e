"""A cgroup for a test, wherever this machine has them: version 1 beside 2, as in
some virtual machines, or version 2 alone, as systemd mounts it."""
import contextlib
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
from outcomes import Skip  # noqa: E402


def _mounted(controller):
    """The root of the mounted hierarchy that has the controller, or None."""
    for line in open('/proc/self/mounts'):
        _, folder, kind, options = line.split()[:4]
        if kind == 'cgroup' and controller in options.split(','):
            return folder
        if kind == 'cgroup2' and controller in open(
                f'{folder}/cgroup.controllers').read().split():
            with open(f'{folder}/cgroup.subtree_control', 'w') as enabled:
                enabled.write(f'+{controller}')
            return folder
    return None


@contextlib.contextmanager
def _root(controller):
    """Version 1 of a controller that version 2 has not taken can be mounted
    beside it, cgroups(7)."""
    try:
        root = _mounted(controller)
    except OSError as error:
        raise Skip(f'cgroups: {controller}: {error}') from error
    if root:
        yield root
        return
    with tempfile.TemporaryDirectory() as folder:
        mount = subprocess.run(['mount', '-t', 'cgroup', '-o', controller,
                                'cgroup', folder], text=True,
                               capture_output=True)
        if mount.returncode:
            raise Skip(f'cgroups: {controller}: {mount.stderr.strip()}')
        try:
            yield folder
        finally:
            subprocess.run(['umount', folder], check=True)


@contextlib.contextmanager
def cgroup(controller):
    """The folder of a new cgroup; it is removed when its processes ended."""
    with _root(controller) as root:
        group = f'{root}/foster-test-{os.getpid()}'
        try:
            os.mkdir(group)
        except OSError as error:
            raise Skip(f'cgroups: {group}: {error.strerror}') from error
        try:
            yield group
        finally:
            end = time.monotonic() + 10
            while True:
                try:
                    os.rmdir(group)
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.05)
