"""The second campaign: signals, limits, full disks; prints a table."""

import collections
import os
import time

import disks
import kills
import resources
import streams


class Table:
    """Counts by case, what failed, and what could not be tried."""

    def __init__(self):
        self.statuses = collections.defaultdict(collections.Counter)
        self.failures = collections.defaultdict(list)
        self.failed = collections.Counter()
        self.skipped = []

    def add(self, name, outcome, problems, detail=''):
        """A run and what is wrong with it."""
        self.statuses[name][outcome.status] += 1
        if problems:
            print(f'{name} ({detail}): {"; ".join(problems)}'[:300], flush=True)
            self.failed[name] += 1
            self.failures[name] += [(problem, detail) for problem in problems]

    def skip(self, name, reason):
        """A case that this machine does not allow."""
        self.skipped.append((name, reason))

    def show(self):
        """Prints the table."""
        print()
        width = max(map(len, self.statuses), default=0)
        for name, statuses in self.statuses.items():
            count = sum(statuses.values())
            ends = ', '.join(f'{s}: {n}' for s, n in sorted(statuses.items()))
            print(f'{name:{width}}  {count - self.failed[name]:5} passed '
                  f'{self.failed[name]:5} failed   statuses {ends}')
            kinds = collections.defaultdict(list)
            for problem, detail in self.failures[name]:
                kinds[problem].append(detail)
            for problem, details in kinds.items():
                print(f'    {len(details):5} {problem}  [{"; ".join(details[:4])}]'[:400])
        for name, reason in self.skipped:
            print(f'{name:{width}}  skipped: {reason}')


def run(program, folder, count, seed):
    """Runs all cases; returns the number of failures."""
    started = time.monotonic()
    table = Table()
    folder = os.path.join(os.path.abspath(folder), 'limits')
    streams.run(program, folder, table)
    resources.run(program, folder, table)
    disks.run(program, folder, table)
    kills.run(program, folder, count, seed, table)
    table.show()
    print(f'{time.monotonic() - started:.0f} s')
    total = sum(sum(s.values()) for s in table.statuses.values())
    failed = sum(table.failed.values())
    print(f'{total - failed} passed, {failed} failed, {len(table.skipped)} skipped')
    return failed
