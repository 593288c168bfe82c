"""Expectations over batches: moments beside runs on batches that are drawn."""

import json

from .places import WORK, Build
from .processes import run
from .session import spread

STEPS = 50_000
# Steps of the run on drawn batches, each of which costs the same.
DRAWN_STEPS = 500
RUNS = 200
BATCH = 16
SIZES = {
    "balanced": 20,
    "general": {"kind": "exponential", "largest": 50, "ratio": 10},
}
OBSERVABLES = ["loss", "squared_norm_h", "squared_norm_w", "noise_share"]


def measure(session):
    """Seconds of the moments beyond those of the start, and of 200 runs over as many steps."""
    session.say("expectations over batches")
    found = {"steps": STEPS, "runs": RUNS}
    for name, sizes in SIZES.items():
        times = [
            session.attempt(f"dyn moments, {name}", lambda: _seconds(name, sizes))
            for _ in range(session.rounds)
        ]
        if None not in times:
            found[name] = {
                "seconds": spread([moments for moments, _ in times]),
                "ratio": spread([runs / moments for moments, runs in times]),
            }
    return found


def _seconds(name, sizes):
    moments = {"kind": "batch_moments", "batch": BATCH}
    drawn = {"kind": "gradient_descent", "batch": BATCH, "sampling": "independent"}
    own = _beyond_start(f"moments-{name}", sizes, moments, STEPS)
    one = _beyond_start(f"drawn-{name}", sizes, drawn, DRAWN_STEPS) * STEPS / DRAWN_STEPS
    return own, RUNS * one


def _beyond_start(name, sizes, solver, steps):
    whole, start = (
        run([Build.dyn, "simulate", _scenario(name, sizes, solver, at), "--quiet", "-o", "-"])
        for at in ([0, steps], [0])
    )
    return max(whole.seconds - start.seconds, 1e-4)


def _scenario(name, sizes, solver, at):
    scenario = {
        "model": {
            "classes": 10,
            "samples_per_class": sizes,
            "feature_dimension": 64,
            "weight_decay": 0.05,
        },
        "time": {"at": at},
        "learning_rate": {"prototypes": {"kind": "constant", "value": 0.01}},
        "solvers": [solver],
        "observables": OBSERVABLES,
        "compare": False,
    }
    path = WORK / f"{name}-{at[-1]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(scenario))
    return path
