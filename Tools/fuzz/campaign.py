"""Runs many inputs on two processes, keeps those that fail, and reports."""

import collections
import concurrent.futures
import os
import re
import shutil
import time

import generator
import keeping
import minimise
import oracle
import process
import tracing
from sandbox import Sandbox

# One run in so many is watched by strace.
TRACED = 40
# So many failing inputs of a kind are made smaller and saved.
SAVED = 2
_SLICE = 25


class Runner:
    """Runs inputs one after the other in one sandbox."""

    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        self.sandbox = Sandbox(os.path.join(folder, 'root'))
        self.logs = os.path.join(folder, 'logs')
        self.bin = os.path.join(folder, 'bin')
        self.gnuplot = os.path.realpath(shutil.which('gnuplot') or '')
        os.makedirs(self.logs, exist_ok=True)
        self._make_path()
        process.adopt_orphans()

    def _make_path(self):
        """A PATH with gnuplot, and traps that leave a mark."""
        shutil.rmtree(self.bin, ignore_errors=True)
        os.makedirs(self.bin)
        if self.gnuplot:
            os.symlink(self.gnuplot, os.path.join(self.bin, 'gnuplot'))
        for name in ('touch', 'sh', 'bash', 'curl', 'python3', 'rm', 'cmd'):
            path = os.path.join(self.bin, name)
            with open(path, 'w', encoding='ascii') as file:
                file.write(f'#!/bin/sh\n: >"{self.sandbox.root}/MARKER-{name}"\n')
            os.chmod(path, 0o755)

    def problems(self, case, traced=False):
        """Runs one input: (outcome, problems)."""
        sandbox = self.sandbox
        sandbox.prepare(case)
        before = sandbox.snapshot()
        words = [self.program] + [case.filled(w, sandbox.root) for w in case.arguments]
        log = os.path.join(self.logs, 'trace')
        if traced:
            words = tracing.wrapped(words, log)
        outcome = process.run(
            words, sandbox.work, sandbox.environment(self.bin), self.logs,
            case.filled(case.stdin, sandbox.root),
            seconds=process.WALL_SECONDS * (3 if traced else 1))
        found = oracle.problems(case, sandbox, before, sandbox.snapshot(), outcome)
        if traced:
            found += tracing.problems(log, sandbox, self.gnuplot)
        found += self._strays(case)
        return outcome, sorted(set(found))

    def _strays(self, case):
        """Files of this run's name above the sandbox."""
        found = []
        named = {os.path.normpath(n) for _, n in oracle.named_outputs(case, self.sandbox)}
        for folder in ('/', os.path.dirname(self.sandbox.root)):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if re.search(rf'{case.token}(?!\d)', name):
                    if os.fsencode(path) not in named:
                        found.append(('wrote outside', f'a name that leads out ({case.command})'))
                    os.unlink(path)
        return found


def _slice(program, folder, scenarios, seed, indices):
    """Runs some inputs in a worker; the failing ones come back smaller."""
    worker = os.path.join(folder, f'worker-{os.getpid()}')
    os.makedirs(worker, exist_ok=True)
    runner = Runner(program, worker)
    source = generator.Generator(seed, scenarios)
    statuses, failures, seen = collections.Counter(), [], collections.Counter()
    slowest = (0.0, -1)
    for index in indices:
        case = source.case(index)
        traced = index % TRACED == 0 and tracing.is_available()
        outcome, problems = runner.problems(case, traced)
        if outcome.stopped == 'time':  # a busy machine may be to blame
            outcome, problems = runner.problems(case, traced)
        statuses[outcome.status] += 1
        slowest = max(slowest, (outcome.seconds, index))
        if problems:
            kinds = {signature(p) for p in problems}
            if any(seen[k] < 1 for k in kinds):
                case = _minimised(runner, case, kinds, outcome, traced)
            seen.update(kinds)
            failures.append((case, problems))
    runner.sandbox.remove()
    shutil.rmtree(worker, ignore_errors=True)
    return statuses, failures, slowest


def _minimised(runner, case, kinds, outcome, traced):
    if outcome.seconds > 5:
        return case

    def fails(candidate):
        return kinds <= {signature(p) for p in runner.problems(candidate, traced)[1]}

    return minimise.smaller(case, fails)


def signature(problem):
    """What makes two problems the same fault."""
    kind, detail = problem
    return f'{kind}: {re.sub(r"[0-9]+", "N", detail)[:160]}'


def run(program, folder, scenarios, seed, count, jobs, first=0):
    """The whole campaign; returns the number of failures."""
    started = time.monotonic()
    folder = os.path.abspath(folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    slices = [
        range(i, min(i + _SLICE, first + count)) for i in range(first, first + count, _SLICE)]
    statuses, groups, failed = collections.Counter(), {}, 0
    slowest = (0.0, -1)
    with concurrent.futures.ProcessPoolExecutor(jobs, max_tasks_per_child=None) as pool:
        pending = [
            pool.submit(_slice, program, folder, scenarios, seed, part) for part in slices]
        for done, future in enumerate(pending, 1):
            ends, failures, slow = future.result()
            statuses += ends
            slowest = max(slowest, slow)
            failed += len(failures)
            for case, problems in failures:
                for problem in problems:
                    group = groups.setdefault(signature(problem), [])
                    group.append(case.index)
                    if len(group) <= SAVED:
                        target = os.path.join(folder, f'{case.index:06}')
                        keeping.save(case, target, os.path.abspath(program), problems)
            if done % 20 == 0:
                _say(f'{min(done * _SLICE, count)} of {count}, {failed} failed, '
                     f'{time.monotonic() - started:.0f} s')
    _report(statuses, groups, slowest, folder)
    _say(f'{time.monotonic() - started:.0f} s')
    _say(f'{count - failed} passed, {failed} failed')
    return failed


def _report(statuses, groups, slowest, folder):
    _say('exit statuses: ' + ', '.join(f'{s}: {n}' for s, n in sorted(statuses.items())))
    _say(f'slowest: input {slowest[1]}, {slowest[0]:.1f} s')
    for name in sorted(groups, key=lambda n: -len(groups[n])):
        cases = sorted(set(groups[name]))
        _say(f'{len(cases):6} {name}  [{", ".join(f"{c:06}" for c in cases[:3])}]')
    if groups:
        _say(f'the first of each kind are in {folder}: command.txt, problems.txt, work')


def _say(text):
    print(text.encode('ascii', 'backslashreplace').decode(), flush=True)
