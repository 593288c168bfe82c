"""Gradient descent of figure 1 in NumPy, with class sums instead of the label matrix.

Arguments: FOLDER STEPS INTERVAL GAMMA. Reads H.npy (p x CN, samples by class) and W.npy (p x C)
of FOLDER, or draws and writes them (C = 100, N = 10, p = 512); iterates STEPS steps of size 0.1 and measures loss and norm every INTERVAL steps. The
time of a step and of an output is the median of many."""

import json
import os
import statistics
import sys
import time

import numpy as np

folder, steps, interval, gamma = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
if not os.path.exists(f"{folder}/W.npy"):
    normals = np.random.default_rng(1)
    np.save(f"{folder}/H.npy", normals.standard_normal((512, 1000)))
    np.save(f"{folder}/W.npy", normals.standard_normal((512, 100)))
features, prototypes = np.load(f"{folder}/H.npy"), np.load(f"{folder}/W.npy")
dimension, classes = prototypes.shape
samples = features.shape[1]
by_class = features.reshape(dimension, classes, samples // classes)
rate = 0.1 / samples


def mixed(columns):
    return (1 + gamma) * columns - gamma * columns.sum(axis=1, keepdims=True)


def observe():
    """Loss and norms, from the class sums: O(p (n + C))."""
    loss = -np.vdot(mixed(prototypes), by_class.sum(axis=2)) / samples
    norm = np.sqrt(np.vdot(features, features) + np.vdot(prototypes, prototypes))
    return [float(loss), float(norm), float(np.log(norm))]


rows, step_seconds, output_seconds = [], [], []
for step in range(steps + 1):
    if step % interval == 0:
        start = time.perf_counter()
        values = observe()
        output_seconds.append(time.perf_counter() - start)
        rows.append([step, *values])
    start = time.perf_counter()
    push = rate * mixed(by_class.sum(axis=2))
    by_class += (rate * mixed(prototypes))[:, :, None]
    prototypes += push
    step_seconds.append(time.perf_counter() - start)

print(
    json.dumps(
        {
            "package": "NumPy",
            "rows": rows,
            "step_seconds": statistics.median(step_seconds),
            "output_seconds": statistics.median(output_seconds),
        }
    )
)
