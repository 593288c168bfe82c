"""One run of the benchmark: how often things repeat, and what was found on the way."""

import statistics

from .places import TOP
from .processes import Missing


class Session:
    def __init__(self, quick):
        self.quick = quick
        self.rounds = 2 if quick else 5
        # What the parts before have measured.
        self.results = {}
        self.missing = {}
        self.faults = []

    def say(self, text):
        print(text, flush=True)

    def attempt(self, name, work):
        """The value of `work`, or None where a program is missing; what is missing is named once."""
        if name in self.missing:
            return None
        try:
            return work()
        except Missing as reason:
            self.missing[name] = str(reason).replace(f"{TOP}/", "")
            self.say(f"  missing: {name}: {self.missing[name]}")
            return None

    def expect(self, holds, sentence):
        """Records what must hold and does not: the run then ends with status 1."""
        if not holds:
            self.faults.append(sentence)
            self.say(f"  FAULT: {sentence}")


def median(values):
    return statistics.median(values)


def spread(values):
    """Median, smallest and largest."""
    return {"median": median(values), "low": min(values), "high": max(values)}
