"""The closed form in NumPy: full states at many times into one buffer, as one would write it.

Arguments: FOLDER C N p COUNT."""

import json
import sys
import time

import numpy as np

from reference import Problem

problem = Problem(sys.argv[1], *map(int, sys.argv[2:5]))
count = int(sys.argv[5])


def propagator(singular_value, t):
    """exp(t K), K = [[-lambda_H, s], [s, -lambda_W]]."""
    mean = -(problem.feature_decay + problem.prototype_decay) / 2
    half = (problem.prototype_decay - problem.feature_decay) / 2
    d = np.hypot(half, singular_value)
    c, q = np.cosh(d * t), np.sinh(d * t) / d
    return np.exp(mean * t) * np.array(
        [[c + q * half, q * singular_value], [q * singular_value, c - q * half]]
    )


rows = problem.read("initial").reshape(problem.dimension, problem.row)
shape = (problem.dimension, problem.classes, problem.class_size)
features = rows[:, : problem.samples].reshape(shape)
means = features.mean(axis=2)
scatter = features - means[:, :, None]
root = problem.class_size**0.5
parts = np.stack([root * means, rows[:, problem.samples :]])
common = parts.mean(axis=2, keepdims=True)
differences = parts - common
gap = 1 + problem.gamma
singular_values = np.array([gap, gap - problem.gamma * problem.classes]) / (problem.classes * root)


def write_state(t, target):
    """The state at a time."""
    moved = np.tensordot(propagator(singular_values[0], t), differences, 1)
    moved += np.tensordot(propagator(singular_values[1], t), common, 1)
    by_class = target[:, : problem.samples].reshape(shape)
    np.multiply(scatter, np.exp(-problem.feature_decay * t), out=by_class)
    by_class += (moved[0] / root)[:, :, None]
    target[:, problem.samples :] = moved[1]


state = np.empty_like(rows)
write_state(problem.end, state)
seconds = []
for t in np.linspace(0, problem.end, count):
    start = time.perf_counter()
    write_state(t, state)
    seconds.append(time.perf_counter() - start)
print(
    json.dumps(
        {"package": "NumPy", "method": "closed_form", **problem.errors(state), "seconds": seconds}
    )
)
