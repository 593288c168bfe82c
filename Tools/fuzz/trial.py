"""A run with three outputs over older ones, and what may be left afterwards."""

import json
import os
import re
import shutil
import sys

import oracle
import outputs
import process

NAMES = ('run.csv', 'run.npz', 'run.svg')
_ARGUMENTS = ['simulate', 'run.json', '-o', 'out/run.csv', '--states', 'out/run.npz', '--plot',
              'out/run.svg']
_OLD = {name: f'an older {name}\n'.encode() for name in NAMES}
_SCENARIO = {
    'name': 'run',
    'model': {'classes': 3, 'samples_per_class': 4, 'feature_dimension': 5},
    'time': {'end': 200, 'outputs': 101},
    'solvers': [
        {'kind': 'closed_form'}, {'kind': 'ode'}, {'kind': 'gradient_descent', 'step': 0.01}],
    'sweep': {'initial_state.seed': [1, 2]},
}
_TEMPORARY = ('.dyn-', 'dyn-figure-')


class Trial:
    """Folders out, tmp, home and bin; `judge` says what is wrong after a run."""

    def __init__(self, program, root, gnuplot_delay=0.0):
        self.root = os.path.abspath(root)
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ('out', 'tmp', 'home', 'bin', 'logs', 'reference'):
            os.makedirs(self.path(name))
        self.program = os.path.abspath(program)
        with open(self.path('run.json'), 'w', encoding='ascii') as file:
            json.dump(_SCENARIO, file)
        self._place_gnuplot(gnuplot_delay)
        process.adopt_orphans()
        self.new = self._references()
        self.restore()

    def path(self, *names):
        """A path in the trial's folder."""
        return os.path.join(self.root, *names)

    def _place_gnuplot(self, delay):
        """The real gnuplot; with a delay a process of the same id that waits first."""
        real = shutil.which('gnuplot') or '/nonexistent'
        path = self.path('bin', 'gnuplot')
        if not delay:
            os.symlink(os.path.realpath(real), path)
            return
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'#!{os.path.realpath(sys.executable)} -SE\nimport os, sys, time\n'
                       f'time.sleep({delay})\nos.execv({real!r}, ["gnuplot"] + sys.argv[1:])\n')
        os.chmod(path, 0o755)

    def environment(self, **changes):
        """What the child sees."""
        return {'PATH': self.path('bin'), 'HOME': self.path('home'), 'TMPDIR': self.path('tmp'),
                'LC_ALL': 'C.UTF-8', 'TERM': 'dumb', **changes}

    def _references(self):
        """What an undisturbed run writes, or nothing for a file that is never the same twice."""
        found = {}
        for _ in range(2):
            outcome = self.run()
            if outcome.status:
                raise SystemExit(f'an undisturbed run fails: {outcome.err.decode()}')
            self.seconds = outcome.seconds
            for name in NAMES:
                data = self.read(name)
                found[name] = data if found.get(name, data) == data else None
        return found

    def restore(self):
        """Puts the older outputs back, and clears what a run left."""
        for name in os.listdir(self.path('out')):
            os.unlink(self.path('out', name))
        for name in os.listdir(self.path('tmp')):
            shutil.rmtree(self.path('tmp', name), ignore_errors=True)
        for name, data in _OLD.items():
            with open(self.path('out', name), 'wb') as file:
                file.write(data)

    def read(self, name):
        """The bytes of an output."""
        with open(self.path('out', name), 'rb') as file:
            return file.read()

    def run(self, arguments=None, seconds=30, limits=None, **environment):
        """A run with all outputs, or with these arguments."""
        return process.run(
            [self.program] + (arguments or _ARGUMENTS), self.root, self.environment(**environment),
            self.path('logs'), seconds=seconds, limits=limits)

    def command(self):
        """The words of a run with all outputs."""
        return [self.program] + _ARGUMENTS

    def remove(self):
        """Leaves nothing behind."""
        shutil.rmtree(self.root, ignore_errors=True)

    def states(self):
        """old, new or torn, for each output."""
        return {name: self._state(name) for name in NAMES}

    def _state(self, name):
        try:
            data = self.read(name)
        except FileNotFoundError:
            return 'gone'
        if data == _OLD[name]:
            return 'old'
        if self.new[name] is None:
            kind = {'csv': 'text', 'npz': 'states', 'svg': 'figure'}[name[-3:]]
            faults = outputs.faults('simulate', kind, name.encode(), data)
            return 'torn' if faults else 'new'
        return 'new' if data == self.new[name] else 'torn'

    def temporaries(self):
        """Temporary files and folders that are still there."""
        return [
            n for folder in ('out', 'tmp', '.') for n in os.listdir(self.path(folder))
            if n.startswith(_TEMPORARY)]

    def judge(self, outcome, statuses, allows_temporaries=False, writes_all=True):
        """What is wrong after a run: sentences."""
        found = []
        if outcome.stopped:
            found.append('hung' if outcome.stopped == 'time' else 'used too much memory')
        elif outcome.status not in statuses:
            words = outcome.err[:100].decode('utf-8', 'replace').strip()
            found.append(f'ended with {outcome.status}' + (words and f' ({words})'))
        if outcome.status > 0 and not re.search(rb'\w+\W+\w+\W+\w+', outcome.err):
            found.append('failed without a sentence')
        if oracle.TRACES.search(outcome.err):
            found.append('wrote a trace: ' + oracle.summary_of_trace(outcome.err))
        states = self.states()
        found += [f'{name} is {s}' for name, s in states.items() if s in ('torn', 'gone')]
        if writes_all and outcome.status == 0 in statuses and 'old' in states.values():
            found.append('says done, and an output is the older one')
        if outcome.left:
            found.append('left a process: ' + ' '.join(outcome.left))
        if not allows_temporaries and self.temporaries():
            found.append('left temporary files')
        return found
