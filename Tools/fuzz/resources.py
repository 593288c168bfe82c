"""Runs under limits of the process: size of files, descriptors, memory, processes."""

import os
import resource

from trial import Trial

CONTRACT = {0, 1, 64, 65, 66, 73}
# The loader's own status, when not even the libraries fit.
_LOADER = 127
_NOBODY = 65534
_MIB = 1 << 20
# An undisturbed run takes half a second.
_SECONDS = 4


def _limit(kind, amount, user=None):
    def apply():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        resource.setrlimit(kind, (amount, amount))
    return apply


def run(program, folder, table):
    """All limits of a process."""
    trial = Trial(program, os.path.join(folder, 'resources'))
    # Below that, not even the sentence on standard error, which is a file here, can be written.
    for size in (500, 1000, 100_000):
        _try(trial, table, f'RLIMIT_FSIZE {size}', _limit(resource.RLIMIT_FSIZE, size), {73})
    for count in range(3, 13):
        _try(trial, table, 'RLIMIT_NOFILE 3...12', _limit(resource.RLIMIT_NOFILE, count),
             CONTRACT | {_LOADER}, f'{count}')
    for size in range(60, 601, 20):
        _try(trial, table, 'RLIMIT_AS 60...600 MiB', _limit(resource.RLIMIT_AS, size * _MIB),
             CONTRACT | {_LOADER}, f'{size} MiB')
    for size in (30, 60, 120, 240):
        _try(trial, table, 'RLIMIT_DATA 30...240 MiB', _limit(resource.RLIMIT_DATA, size * _MIB),
             CONTRACT | {_LOADER}, f'{size} MiB')
    for size in (256, 1024):
        _try(trial, table, 'RLIMIT_STACK 256...1024 KiB',
             _limit(resource.RLIMIT_STACK, size << 10), CONTRACT | {_LOADER}, f'{size} KiB')
    _processes(trial, table)


def _try(trial, table, name, limits, statuses, detail=''):
    outcome = trial.run(limits=limits, seconds=_SECONDS)
    table.add(name, outcome, trial.judge(outcome, statuses), detail)
    trial.restore()


def reachable_by_nobody(trial):
    """Why a user without rights cannot run the trial, or nothing."""
    if os.geteuid() != 0:
        return 'needs root, to become a user without processes and rights'
    outcome = trial.run(['--version'], limits=as_nobody)
    return '' if outcome.status == 0 else f'the folder {trial.root} is not open to other users'


def as_nobody():
    """Gives up the rights of root; for a child before it starts."""
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)


def open_to_all(trial):
    """Lets any user write the trial's outputs."""
    for name in ('out', 'tmp'):
        os.chmod(trial.path(name), 0o777)
    for name in os.listdir(trial.path('out')):
        os.chmod(trial.path('out', name), 0o666)


def _processes(trial, table):
    name = 'RLIMIT_NPROC 1...6'
    try:
        reason = reachable_by_nobody(trial)
    except OSError as error:
        reason = str(error)
    if reason:
        table.skip(name, reason)
        return
    for count in range(1, 7):
        open_to_all(trial)
        _try(trial, table, name, _limit(resource.RLIMIT_NPROC, count, _NOBODY), CONTRACT,
             f'{count}')
