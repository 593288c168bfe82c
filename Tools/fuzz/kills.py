"""Signals at random moments of a run."""

import concurrent.futures
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
_DELAY = 0.1
# After its parent's death a child may need a moment to go.
_GRACE = 0.1
_STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def run(program, folder, count, seed, table, jobs=2):
    """Kills `count` runs with each signal, in several processes."""
    parts = [
        (program, os.path.join(folder, f'kills-{number:d}-{part}'), number, f'{seed}/{part}',
         len(range(part, count, jobs)))
        for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM) for part in range(jobs)]
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for results in pool.map(_batch, *zip(*parts)):
            for result in results:
                table.add(*result)


def _batch(program, folder, number, seed, count):
    """Runs with one signal: rows of the table."""
    trial = Trial(program, folder, _DELAY)
    rng = random.Random(f'{seed}/{number:d}')
    rows = []
    for _ in range(count):
        moment = rng.random() * trial.seconds * 1.1
        outcome = _kill(trial, number, moment)
        rows.append((f'{number.name} at a random moment', outcome,
                     _judge(trial, number, outcome), f'after {moment:.3f} s'))
        trial.restore()
    trial.remove()
    return rows


def _kill(trial, number, moment):
    """A run that gets a signal; standard output and error go through files."""
    names = [trial.path('logs', n) for n in ('stdout', 'stderr')]
    started = time.monotonic()
    with open(names[0], 'wb') as out, open(names[1], 'wb') as err:
        child = subprocess.Popen(
            trial.command(), cwd=trial.root, env=trial.environment(), stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, start_new_session=True)
    time.sleep(max(0, started + moment - time.monotonic()))
    stopped = ''
    if child.poll() is None:
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
    if outcome.status == -number:
        begun = set(trial.states().values()) != {'old'} or trial.temporaries()
        return ['died of the signal after it had begun to write'] if begun else []
    found = trial.judge(outcome, {0, _STATUS[number]})
    if outcome.status == _STATUS[number] and not re.search(rb'(?i)writ|wrote', outcome.err):
        found.append('does not say what was written')
    return found
