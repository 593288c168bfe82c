"""What all peers in Python share: the reference problem (see problem.h), timing, errors, report."""

import json
import sys
import time
from pathlib import Path

import numpy as np

MOST_REPEATS = 101
TIME_FOR_REPEATS = 0.2


class Problem:
    def __init__(self, folder, classes, class_size, dimension):
        self.folder = Path(folder)
        self.classes, self.class_size, self.dimension = classes, class_size, dimension
        self.samples = classes * class_size
        self.row = self.samples + classes
        self.gamma = 1 / (classes - 1)
        self.sigma = 1 / ((classes - 1) * class_size**0.5)
        self.feature_decay = 0.1 * self.sigma
        self.prototype_decay = 0.2 * self.sigma
        self.end = 5 / self.sigma

    def read(self, name):
        return np.fromfile(self.folder / f"{name}.f64")

    def derivative(self, state, xp=np):
        """The right-hand side with class sums, in NumPy or JAX's NumPy."""
        rows = state.reshape(self.dimension, self.row)
        features, prototypes = rows[:, : self.samples], rows[:, self.samples :]
        by_class = features.reshape(self.dimension, self.classes, self.class_size)
        share = 1 / self.samples
        pull = share * self.mixed(prototypes)
        push = share * self.mixed(by_class.sum(axis=2))
        change = pull[:, :, None] - self.feature_decay * by_class
        change = change.reshape(self.dimension, self.samples)
        return xp.concatenate(
            [change, push - self.prototype_decay * prototypes], axis=1
        ).ravel()

    def mixed(self, columns):
        return (1 + self.gamma) * columns - self.gamma * columns.sum(axis=1, keepdims=True)

    def errors(self, state):
        reference = self.read("reference")
        difference = np.asarray(state).ravel() - reference
        return {
            "error": float(np.abs(difference).max() / np.abs(reference).max()),
            "norm_error": float(np.linalg.norm(difference) / np.linalg.norm(reference)),
        }


def from_arguments():
    """The problem, the method, the tolerance from FOLDER C N p METHOD TOLERANCE THREADS."""
    folder, classes, class_size, dimension, method, tolerance = sys.argv[1:7]
    problem = Problem(folder, int(classes), int(class_size), int(dimension))
    return problem, method, float(tolerance)


def peak_kibibytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measure(package, problem, method, integrate, **more):
    """Times `integrate(end)`, which returns the final state and the calls, and prints JSON."""
    integrate(problem.end / 1000)
    seconds = []
    while len(seconds) < MOST_REPEATS and sum(seconds) < TIME_FOR_REPEATS:
        start = time.perf_counter()
        state, calls = integrate(problem.end)
        seconds.append(time.perf_counter() - start)
    peak = peak_kibibytes()
    report = {"package": package, "method": method, **problem.errors(state), "calls": calls}
    print(json.dumps({**report, "peak_kib": peak, "seconds": seconds, **more}))
