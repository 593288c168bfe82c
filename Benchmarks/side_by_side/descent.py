"""Figure 1 of the paper by iterated and by exact descent, against NumPy with class sums."""

import csv
import json
import math

from .places import PEERS, PYTHON, TOP, WORK, Build
from .processes import run
from .session import median, spread

SCENARIO = TOP / "Scenarios" / "paper" / "figure-1.json"
OBSERVABLES = ["loss", "aligned_distance", "norm_z", "log_norm_z"]
SWEEP_MEMBERS = 5
GAMMA = 0.005
# Steps that NumPy iterates; the rest is extrapolated from the median step.
PEER_STEPS = 400
INTERVAL = 100


def measure(session):
    steps = 2000 if session.quick else 50000
    session.say(f"figure 1: {SWEEP_MEMBERS} sweeps of {steps} steps")
    outputs = steps // INTERVAL + 1
    folder = WORK / "figure-1"
    folder.mkdir(parents=True, exist_ok=True)
    rounds = {"numpy": [], "iterated": [], "exact": []}
    for _ in range(session.rounds):
        peer = session.attempt("NumPy descent", lambda: _numpy(folder))
        if peer is None:
            return None
        total = steps * peer["step_seconds"] + outputs * peer["output_seconds"]
        rounds["numpy"].append(SWEEP_MEMBERS * total)
        for form in ("iterated", "exact"):
            table = folder / f"{form}.csv"
            outcome = session.attempt(f"dyn {form}", lambda: _dyn(folder, form, steps, table))
            if outcome is None:
                return None
            rounds[form].append(outcome.seconds)
            _compare(session, form, peer["rows"], table)
    return {
        "steps": steps,
        "outputs": outputs,
        "peer_steps": PEER_STEPS,
        "numpy_step_seconds": peer["step_seconds"],
        "seconds": {name: spread(values) for name, values in rounds.items()},
        "ratios": {
            form: median(n / own for n, own in zip(rounds["numpy"], rounds[form]))
            for form in ("iterated", "exact")
        },
    }


def _numpy(folder):
    return run([PYTHON, PEERS / "descent_peer.py", folder, PEER_STEPS, INTERVAL, GAMMA]).report


def _dyn(folder, form, steps, table):
    settings = {
        "solvers": [{"kind": "gradient_descent", "step": 1, "form": form}],
        "observables": OBSERVABLES,
        # NumPy does not compare with the closed form either.
        "compare": False,
        "time.end": steps,
        "time.outputs": steps // INTERVAL + 1,
        "initial_state.features": {"kind": "file", "path": str(folder / "H.npy")},
        "initial_state.prototypes": {"kind": "file", "path": str(folder / "W.npy")},
    }
    words = [word for key, value in settings.items() for word in ("--set", f"{key}={json.dumps(value)}")]
    return run([Build.dyn, "simulate", SCENARIO, "--quiet", "-o", table, *words])


def _compare(session, form, rows, table):
    """Both must give the same loss and norms at the steps that NumPy has iterated."""
    with open(table, newline="") as file:
        own = {
            float(row["time"]): row
            for row in csv.DictReader(file)
            if row["model.loss.gamma"] == str(GAMMA)
        }
    for step, loss, norm, log_norm in rows:
        row = own[step]
        same = all(
            math.isclose(float(row[name]), value, rel_tol=1e-9, abs_tol=1e-9)
            for name, value in (("loss", loss), ("norm_z", norm), ("log_norm_z", log_norm))
        )
        session.expect(same, f"{form} descent and NumPy differ at step {step}")
