"""Starts a program within limits and watches it."""

import ctypes
import dataclasses
import os
import resource
import select
import signal
import subprocess
import time

WALL_SECONDS = 30
RESIDENT_BYTES = 3 << 30
FILE_BYTES = 256 << 20
_PAGE = os.sysconf('SC_PAGE_SIZE')
_SUBREAPER = 36


@dataclasses.dataclass
class Outcome:
    """How a run ended."""

    status: int  # exit status, or minus the signal
    out: bytes
    err: bytes
    seconds: float
    peak: int
    stopped: str = ''  # why the watcher ended it
    left: tuple = ()  # processes that outlived it


def adopt_orphans():
    """Makes what children leave behind children of this process, so that it can be seen."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))


def run(arguments, folder, environment, logs, stdin=b'', seconds=WALL_SECONDS, limits=_limits):
    """Runs to the end or to a limit; output goes through files in the folder `logs`."""
    names = [os.path.join(logs, n) for n in ('stdin', 'stdout', 'stderr')]
    with open(names[0], 'wb') as file:
        file.write(stdin)
    started = time.monotonic()
    with open(names[0], 'rb') as feed, open(names[1], 'wb') as out, open(names[2], 'wb') as err:
        child = subprocess.Popen(
            arguments, cwd=folder, env=environment, stdin=feed, stdout=out, stderr=err,
            start_new_session=True, preexec_fn=limits)
    stopped, peak = _watch(child, started + seconds)
    left = orphans()
    with open(names[1], 'rb') as out, open(names[2], 'rb') as err:
        return Outcome(
            child.returncode, out.read(), err.read(), time.monotonic() - started, peak, stopped,
            left)


def _watch(child, deadline):
    """Waits for the end; kills the session when time or memory run out."""
    descriptor = os.pidfd_open(child.pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    peak, stopped = 0, ''
    try:
        while not poll.poll(20):
            peak = max(peak, _resident(child.pid))
            if peak > RESIDENT_BYTES:
                stopped = 'memory'
            elif time.monotonic() > deadline:
                stopped = 'time'
            if stopped:
                os.killpg(child.pid, signal.SIGKILL)
                break
    finally:
        os.close(descriptor)
    child.wait()
    return stopped, peak


def _resident(pid):
    try:
        with open(f'/proc/{pid}/statm', encoding='ascii') as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def orphans():
    """Ends what runs left behind, children of children too, and names it."""
    names = []
    for _ in range(20):
        pids = _children()
        if not pids:
            break
        names += [name for name in map(_ended, pids) if name]
    return tuple(names)


def _children():
    with open(f'/proc/self/task/{os.getpid()}/children', encoding='ascii') as file:
        return [int(p) for p in file.read().split()]


def _ended(pid):
    """Kills and reaps a child; its name, if it was alive."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as file:
            text = file.read()
        alive = text.rsplit(')', 1)[1].split()[0] != 'Z'
        if alive:
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return text[text.index('(') + 1:text.rindex(')')] if alive else ''
    except (OSError, ValueError):
        return ''
