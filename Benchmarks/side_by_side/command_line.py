"""The command itself: start-up, memory, and a problem of ImageNet's size."""

import json
import os
import tempfile

from .integration import SIZES
from .places import WORK, Build
from .processes import run
from .session import spread

# The smallest reference size by all three kinds of solvers.
SMALL_SCENARIO = {
    "model": {"classes": 4, "samples_per_class": 5, "feature_dimension": 8},
    "time": {"end": 100},
    "solvers": [{"kind": "closed_form"}, {"kind": "ode"}, {"kind": "gradient_descent"}],
}
LARGE_OBSERVABLES = [
    "loss", "norm_h", "norm_w", "norm_z", "direction_distance", "aligned_distance", "nc1_quot",
    "nc2_etf_err_features", "nc2_etf_err_prototypes", "nc3_dual_err", "nc3_align",
]  # fmt: skip


def start_up(session):
    session.say("start-up")
    small = WORK / "small.json"
    small.write_text(json.dumps(SMALL_SCENARIO))
    commands = {
        "start alone": f"{Build.dyn} --help",
        "small scenario": f"{Build.dyn} simulate {small} --quiet -o -",
    }
    return session.attempt("hyperfine", lambda: _hyperfine(session, commands))


def _hyperfine(session, commands):
    handle, path = tempfile.mkstemp(suffix=".json")
    os.close(handle)
    try:
        runs = 11 if session.quick else 51
        options = ["-N", "--warmup", 3, "--runs", runs, "--style", "none", "--export-json", path]
        run(["hyperfine", *options, *commands.values()])
        with open(path) as file:
            results = json.load(file)["results"]
    finally:
        os.unlink(path)
    return {name: spread(result["times"]) for name, result in zip(commands, results)}


def memory(session):
    """Peak memory of runs on the full state, less 64 MiB, in units of the state."""
    session.say("peak memory")
    size = SIZES[-1]
    state = 8 * size[2] * size[0] * (size[1] + 1)
    solvers = {
        "ode": {"kind": "ode", "relative_tolerance": 1e-6, "absolute_tolerance": 1e-6},
        "iterated": {"kind": "gradient_descent", "step": 1, "form": "iterated"},
    }
    found = {}
    for name, solver in solvers.items():
        path = _scenario(f"memory-{name}", size, {"end": 20, "outputs": 3}, solver, ["loss", "norm_z"])
        outcome = session.attempt(f"dyn {name}", lambda: _simulate(path))
        if outcome:
            peak = outcome.peak_kib * 1024
            found[name] = {"peak_mib": peak / 2**20, "states": (peak - 2**26) / state}
    return {"state_mib": state / 2**20, "runs": found}


def large(session):
    """C = 1000, N = 1300, p = 2048 in the reduced representation."""
    session.say("reduced representation at the size of ImageNet")
    size = (1000, 1300, 2048)
    end = 5 * (size[0] - 1) * size[1] ** 0.5
    path = _scenario(
        "large", size, {"end": end, "outputs": 501}, {"kind": "closed_form"}, LARGE_OBSERVABLES,
        representation="reduced",
    )  # fmt: skip
    outcomes = [
        session.attempt("dyn reduced representation", lambda: _simulate(path))
        for _ in range(session.rounds)
    ]
    if None in outcomes:
        return None
    return {
        "size": size,
        "seconds": spread([outcome.seconds for outcome in outcomes]),
        "peak_mib": spread([outcome.peak_kib / 1024 for outcome in outcomes]),
    }


def _simulate(path):
    return run([Build.dyn, "simulate", path, "--quiet", "-o", WORK / "discarded.csv"])


def _scenario(name, size, time, solver, observables, **model):
    classes, class_size, dimension = size
    sizes = {"classes": classes, "samples_per_class": class_size, "feature_dimension": dimension}
    scenario = {
        "model": {"case": "unconstrained", **sizes, **model},
        "time": time,
        "solvers": [solver],
        "observables": observables,
    }
    path = WORK / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(scenario))
    return path
