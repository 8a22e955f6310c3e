#!/usr/bin/env python3
"""A real runtime: crun starts, signals, enters and ends containers whose init
is foster, in an image that holds a static shell and nothing else."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import (Failure, check, equal, foster, main, test, wait_channel,
                     wait_until)

BUSYBOX = '/bin/busybox'
# crun needs a cgroup2 on /sys/fs/cgroup, also where it manages none.
INSIDE = '''
mount --make-rprivate /
umount -l /sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec "$@"
'''


class Engine:
    """A mount namespace in which crun runs containers, kept by a sleep."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='foster-oci-')
        self.keeper = subprocess.Popen(
            ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec',
             INSIDE, 'sh', 'sh', '-c', 'echo up; exec sleep 1000'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=os.setsid)
        if self.keeper.stdout.readline() != 'up\n':
            reason = self.keeper.stderr.read().strip()
            self.close()
            raise Failure(reason)
        self.count = 0
        self.names = []

    def crun(self, *words, **how):
        return subprocess.Popen(
            ['nsenter', '-m', '-t', str(self.keeper.pid), 'crun',
             '--cgroup-manager=disabled', '--root', self.folder + '/state',
             *words], text=True, stdin=subprocess.DEVNULL, **how)

    def ask(self, *words):
        process = self.crun(*words, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
        try:
            out, _ = process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f'crun {words} does not end') from None
        return process.returncode, out

    def close(self):
        if self.keeper.stdout:
            for name in getattr(self, 'names', []):
                self.ask('delete', '--force', name)
        self.keeper.kill()
        self.keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def bundle(engine, args, name, **changes):
    folder = os.path.join(engine.folder, name)
    root = os.path.join(folder, 'rootfs')
    for sub in ('bin', 'sbin', 'proc', 'dev', 'tmp', 'run'):
        os.makedirs(os.path.join(root, sub), exist_ok=True)
    for where in ('sbin/foster', 'sbin/docker-init', 'run/podman-init'):
        shutil.copy(os.path.realpath(foster()), os.path.join(root, where))
    shutil.copy(BUSYBOX, os.path.join(root, 'bin/busybox'))
    for applet in ('sh', 'sleep', 'ps', 'grep', 'cat', 'touch', 'kill',
                   'setsid'):
        os.symlink('busybox', os.path.join(root, 'bin', applet))
    process = {'terminal': False, 'user': {'uid': 0, 'gid': 0}, 'args': args,
               'env': ['PATH=/sbin:/bin'], 'cwd': '/',
               'noNewPrivileges': True,
               'capabilities': {k: [] for k in ('bounding', 'effective',
                                                'permitted', 'ambient')}}
    process.update(changes.get('process', {}))
    with open(os.path.join(folder, 'config.json'), 'w') as file:
        json.dump({'ociVersion': '1.0.0', 'process': process,
                   'root': {'path': 'rootfs', 'readonly': True},
                   'hostname': 'container',
                   'mounts': changes.get('mounts', [
                       {'destination': '/proc', 'type': 'proc',
                        'source': 'proc'}]),
                   'linux': {'namespaces': [{'type': kind} for kind in
                                            ('pid', 'mount', 'ipc', 'uts')]}},
                  file)
    return folder


class Container:
    def __init__(self, engine, *args, **changes):
        engine.count += 1
        self.engine = engine
        self.name = f'foster-test-{os.getpid()}-{engine.count}'
        engine.names.append(self.name)
        folder = bundle(engine, list(args), self.name, **changes)
        self.out = open(os.path.join(folder, 'out'), 'w+')
        self.process = engine.crun('run', '--bundle', folder, self.name,
                                   stdout=self.out, stderr=subprocess.STDOUT)

    def text(self):
        self.out.seek(0)
        return self.out.read()

    def expect(self, text):
        wait_until(lambda: text in self.text() or
                   self.process.poll() is not None, text)
        check(text in self.text(), f'{text!r} in {self.text()!r}')

    def kill(self, number):
        status, out = self.engine.ask('kill', self.name, str(int(number)))
        equal(status, 0, out)

    def inside(self, *words):
        return self.engine.ask('exec', self.name, *words)

    def end(self):
        try:
            status = self.process.wait(15)
        except subprocess.TimeoutExpired:
            raise Failure(f'does not end: {self.text()!r}') from None
        return status


ENGINE = None
LOOP = 'while :; do sleep 0.05; done'


@test
def start_and_status():
    for number in (0, 3, 125):
        it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                       f'echo $$ $PPID; exit {number}')
        equal(it.end(), number, it.text())
        equal(it.text(), '2 1\n', 'the program is the child of PID 1')


@test
def what_docker_and_podman_run():
    for init in ('/sbin/docker-init', '/run/podman-init'):
        it = Container(ENGINE, init, '--', 'sh', '-c', 'exit 4')
        equal(it.end(), 4, it.text())
        it = Container(ENGINE, init, '--', 'nonexistent')
        equal(it.end(), 127 if 'docker' in init else 1, it.text())


@test
def signals_by_the_runtime():
    it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                   f'trap "echo usr1" USR1; trap "exit 7" TERM; echo up; {LOOP}')
    it.expect('up')
    it.kill(signal.SIGUSR1)
    it.expect('usr1')
    it.kill(signal.SIGTERM)
    equal(it.end(), 7, it.text())
    it = Container(ENGINE, '/sbin/foster', '-g', '0.3', '--', 'sh', '-c',
                   f'trap "" TERM; echo up; {LOOP}')
    it.expect('up')
    it.kill(signal.SIGTERM)
    equal(it.end(), 137, it.text())


@test
def processes_that_are_entered_leave_no_zombie():
    it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                   f'trap "exit 0" TERM; echo up; {LOOP}')
    it.expect('up')
    for _ in range(3):
        status, out = it.inside('sh', '-c',
                                '(setsid sh -c "sleep 0.1" &) ; echo in')
        equal((status, out.strip()), (0, 'in'), 'exec')

    def none():
        out = it.inside('sh', '-c', 'grep -s "^State:" /proc/*/status')[1]
        return 'Z' not in out and out.count('State') <= 5
    wait_until(none, 'no zombie')
    it.kill(signal.SIGTERM)
    equal(it.end(), 0, it.text())


@test
def orphans_are_heard():
    it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                   'trap "exit 3" TERM; (setsid sh -c \'trap "echo saved; '
                   f'exit" TERM; echo up; {LOOP}\' &); {LOOP}')
    it.expect('up')
    it.kill(signal.SIGTERM)
    equal(it.end(), 3, it.text())
    check('saved' in it.text(), it.text())


@test
def read_only_not_root_no_new_privileges_no_proc():
    it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                   'touch /x 2>/dev/null && exit 9; [ -e /proc/1 ] && exit 8; '
                   'exit 3', mounts=[],
                   process={'user': {'uid': 12345, 'gid': 12345}})
    equal(it.end(), 3, it.text())
    it = Container(ENGINE, '/sbin/foster', '--', 'sh', '-c',
                   'grep -q "NoNewPrivs:.1" /proc/self/status && '
                   'grep -q "Uid:.12345" /proc/1/status && exit 3',
                   process={'user': {'uid': 12345, 'gid': 12345}})
    equal(it.end(), 3, it.text())


@test
def a_pause_for_a_pod():
    it = Container(ENGINE, '/run/podman-init', '-P')

    def pauses():
        # Running is what crun says before the exec: TERM would be dropped then.
        known = ENGINE.ask('state', it.name)[1]
        if '"status": "running"' not in known:
            return False
        return 'sigtimedwait' in wait_channel(json.loads(known)['pid'])
    wait_until(pauses, 'it waits')
    it.kill(signal.SIGTERM)
    equal(it.end(), 0, it.text())


def skip(reason):
    print('1..0 # SKIP ' + reason)
    # Where all has to be tried, that is a failure.
    sys.exit(1 if os.environ.get('CI') else 0)


def start():
    global ENGINE
    if not shutil.which('crun'):
        skip('crun is not there')
    try:
        ENGINE = Engine()
        it = Container(ENGINE, '/bin/busybox', 'true')
        if it.end() or it.text():
            reason = it.text().strip()
            ENGINE.close()
            raise Failure(reason)
    except Failure as failure:
        skip('no runtime can run here: ' + str(failure).replace('\n', '; '))


start()
try:
    main()
finally:
    ENGINE.close()
