"""Standard streams that are full or closed."""

import os
import subprocess
import time

from process import Outcome
from trial import Trial

_CONTRACT = {0, 1, 64, 65, 66, 73}
_CSV = (
    'solver,time,zeta_h,zeta_w,loss,relative_error\n'
    'closed_form,0,0,0,-1,0\nclosed_form,1,1,1,-2,0\n')

# Every command that prints; what it prints must not be lost without a word.
_PRINTING = [
    ['--help'], ['-h'], ['--version'], ['help'], [], ['help', 'simulate'], ['simulate', '--help'],
    ['plot', '--help'], ['verify', '--help'], ['validate', '-h'], ['geometry', '--help'],
    ['schema', '--help'], ['spectrum', '--help'], ['schema', '--version'], ['schema'],
    ['validate', 'run.json'], ['verify', 'run.json', '--set', 'sweep={}'],
    ['geometry', 'ce.json'], ['geometry', 'ce.json', '--format', 'json'], ['spectrum', 'ce.json'],
    ['spectrum', 'ce.json', '--format', 'json'], ['plot', 't.csv', '--terminal'],
    ['simulate', 'run.json', '-o', 'out/run.csv'],
    ['simulate', 'run.json', '-o', '-'], ['simulate', 'run.json', '-o', '/dev/stdout'],
    ['--generate-completion-script', 'bash']]


def run(program, folder, table):
    """All commands on /dev/full, and closed streams."""
    trial = Trial(program, os.path.join(folder, 'streams'))
    _write(trial, 'ce.json', '{"model": {"loss": {"kind": "cross_entropy"}, "classes": 3, '
           '"samples_per_class": [3, 2, 1], "feature_dimension": 4}, "solvers": '
           '[{"kind": "gradient_descent"}], "time": {"end": 3, "outputs": 2}}')
    _write(trial, 't.csv', _CSV)
    for words in _PRINTING:
        outcome = _spawn(trial, words, stdout='/dev/full')
        table.add('standard output is /dev/full', outcome, trial.judge(outcome, {73}),
                  'dyn ' + ' '.join(words))
        trial.restore()
    for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
        outcome = _spawn(trial, trial.command()[1:], closed=closed)
        # A failure needs no sentence where there is nowhere to print it.
        found = [f for f in trial.judge(outcome, _CONTRACT)
                 if 2 not in closed or 'sentence' not in f]
        table.add('closed standard streams', outcome, found, f'{closed}')
        trial.restore()
    for words in (['schema'], ['simulate', '-'], ['validate', '-'], ['plot', '-', '--terminal']):
        outcome = _spawn(trial, words, closed=(0,))
        table.add('closed standard streams', outcome,
                  trial.judge(outcome, _CONTRACT, writes_all=False),
                  'dyn ' + ' '.join(words) + ' <&-')
        trial.restore()


def _write(trial, name, text):
    with open(trial.path(name), 'w', encoding='ascii') as file:
        file.write(text)


def _spawn(trial, words, stdout=None, closed=()):
    """A run with another standard output or without some streams."""
    started = time.monotonic()
    redirections = ''.join(f' {n}>&-' if n else ' <&-' for n in closed)
    names = [trial.path('logs', n) for n in ('stdout', 'stderr')]
    with open(stdout or names[0], 'wb') as out, open(names[1], 'wb') as err:
        script = f'exec "$@"{redirections}' if closed else 'exec "$@"'
        child = subprocess.Popen(
            ['/bin/sh', '-c', script, 'sh', trial.program] + words, cwd=trial.root,
            env=trial.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True)
    stopped = ''
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        stopped = 'time'
        child.kill()
        child.wait()
    with open(names[1], 'rb') as err:
        return Outcome(child.returncode, b'', err.read(), time.monotonic() - started, 0, stopped)
