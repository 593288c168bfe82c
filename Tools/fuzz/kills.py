"""Signals at random moments of a run."""

import os
import random
import re
import select
import signal
import subprocess
import time

from process import Outcome, orphans
from trial import Trial

# gnuplot waits so long before it draws, so that moments fall into its time.
_DELAY = 0.15
# After its parent's death a child may need a moment to go.
_GRACE = 0.1
_STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def run(program, folder, count, seed, table):
    """Kills `count` runs with each signal."""
    trial = Trial(program, os.path.join(folder, 'kills'), _DELAY)
    for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        rng = random.Random(f'{seed}/{number}')
        for _ in range(count):
            moment = rng.random() * trial.seconds * 1.1
            outcome = _kill(trial, number, moment)
            table.add(f'{signal.Signals(number).name} at a random moment', outcome,
                      _judge(trial, number, outcome), f'after {moment:.3f} s')
            trial.restore()


def _kill(trial, number, moment):
    """A run that gets a signal; standard output and error go through files."""
    names = [trial.path('logs', n) for n in ('stdout', 'stderr')]
    started = time.monotonic()
    with open(names[0], 'wb') as out, open(names[1], 'wb') as err:
        child = subprocess.Popen(
            trial.command(), cwd=trial.root, env=trial.environment(), stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, start_new_session=True)
    time.sleep(max(0, started + moment - time.monotonic()))
    ended = child.poll() is not None
    if not ended:
        child.send_signal(number)
    stopped = _wait(child)
    if child.returncode:
        time.sleep(_GRACE)
    left = orphans()
    with open(names[0], 'rb') as out, open(names[1], 'rb') as err:
        return Outcome(child.returncode, out.read(), err.read(), time.monotonic() - started, 0,
                       stopped, left)


def _wait(child):
    """Waits for the end after a signal; five seconds are enough to clear up."""
    descriptor = os.pidfd_open(child.pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    stopped = '' if poll.poll(5000) else 'time'
    os.close(descriptor)
    if stopped:
        child.kill()
    child.wait()
    return stopped


def _judge(trial, number, outcome):
    if number == signal.SIGKILL:
        found = trial.judge(outcome, {0, -signal.SIGKILL}, allows_temporaries=True)
        if trial.temporaries():
            trial.run()
            if trial.temporaries():
                found.append('temporary files remain after the next run')
        return found
    # Before dyn has installed its handlers the signal ends it as it ends any program.
    found = trial.judge(outcome, {0, _STATUS[number], -number})
    if outcome.status == -number and set(trial.states().values()) != {'old'}:
        found.append('died of the signal after it had begun to write')
    if outcome.status == _STATUS[number] and not re.search(rb'(?i)writ|wrote', outcome.err):
        found.append('does not say what was written')
    return found
