"""Full disks, folders that are not writable, temporary folders that are not there."""

import os
import subprocess

import resources
from trial import NAMES, Trial

_CONTRACT = {1, 73}


def run(program, folder, table):
    """All troubles of folders."""
    trial = Trial(program, os.path.join(folder, 'disks'))
    _full_disk(trial, table)
    _temporary_folder(trial, table)
    _without_rights(trial, table)


class _Mounted:
    """A small file system at a folder of the trial."""

    def __init__(self, path, options):
        self.path, self.options = path, options

    def __enter__(self):
        done = subprocess.run(
            ['mount', '-t', 'tmpfs', '-o', self.options, 'tmpfs', self.path],
            capture_output=True, text=True, check=False)
        return '' if done.returncode == 0 else done.stderr.strip() or 'mount fails'

    def __exit__(self, *_):
        if os.path.ismount(self.path):
            subprocess.run(['umount', self.path], check=True)


def _fill(folder, free):
    """Leaves so many bytes of a file system."""
    status = os.statvfs(folder)
    size = max(status.f_bavail * status.f_frsize - free, 0)
    with open(os.path.join(folder, 'filler'), 'wb') as file:
        file.write(bytes(size))


def _full_disk(trial, table):
    name = 'full disk'
    sizes = [len(trial.new[n] or b'') or os.path.getsize(trial.path('out', n)) for n in NAMES]
    for free in (0, 4096, sizes[0] // 2, sizes[0] + 8192, sum(sizes[:2]) + 16384):
        with _Mounted(trial.path('out'), 'size=4m') as reason:
            if reason:
                table.skip(name, f'no file system can be mounted: {reason}')
                return
            trial.restore()
            _fill(trial.path('out'), free)
            outcome = trial.run()
            fits = free > sum(sizes[:2]) + sizes[2]
            table.add(name, outcome, trial.judge(outcome, _CONTRACT | ({0} if fits else set())),
                      f'{free} bytes free')
    trial.restore()


def _temporary_folder(trial, table):
    """The figure may fail; what was computed is kept."""
    name = 'temporary folder'
    file = trial.path('run.json')
    for value, what in ((trial.path('missing'), 'missing'), (file, 'a file'), ('', 'empty word'),
                        ('relative', 'relative, missing'), ("/tmp/a'b$(touch x)", 'odd name')):
        outcome = trial.run(TMPDIR=value)
        table.add(name, outcome, _kept(trial, outcome), what)
        trial.restore()
    with _Mounted(trial.path('tmp'), 'size=64k') as reason:
        if reason:
            table.skip('full temporary folder', f'no file system can be mounted: {reason}')
            return
        _fill(trial.path('tmp'), 0)
        outcome = trial.run()
        table.add('full temporary folder', outcome, _kept(trial, outcome))
    trial.restore()


def _kept(trial, outcome):
    found = trial.judge(outcome, {0} | _CONTRACT)
    states = trial.states()
    return found + [f'{n} was thrown away' for n in NAMES[:2] if states[n] == 'old']


def _without_rights(trial, table):
    reason = resources.reachable_by_nobody(trial)
    if reason:
        table.skip('folder without rights', reason)
        return
    resources.open_to_all(trial)
    os.chmod(trial.path('out'), 0o555)
    outcome = trial.run(limits=resources.as_nobody)
    table.add('folder without rights', outcome, trial.judge(outcome, {73}), 'of the outputs')
    resources.open_to_all(trial)
    os.chmod(trial.path('tmp'), 0o555)
    outcome = trial.run(limits=resources.as_nobody)
    table.add('folder without rights', outcome, _kept(trial, outcome), 'TMPDIR')
    resources.open_to_all(trial)
    for name in NAMES:
        os.chmod(trial.path('out', name), 0o444)
    outcome = trial.run(limits=resources.as_nobody)
    table.add('folder without rights', outcome, trial.judge(outcome, {73}), 'of the older files')
    trial.restore()
