"""The closed form: observables, and full states beside STREAM's copy."""

from .integration import SIZES, prepare
from .places import BIN, MEASURE, PEERS, PYTHON
from .processes import processors, run
from .session import median, spread

FIGURE_1 = (100, 10, 512)
OUTPUTS = 501
STATES = 40
# A closed form that misses another one by more than this is wrong.
WORST = 1e-12


def observables(session):
    session.say("closed form: observables at the size of figure 1")
    threads = len(processors())
    folder = prepare(FIGURE_1)
    command = [MEASURE, "observables", folder, *FIGURE_1, OUTPUTS, threads]
    reports = [
        session.attempt("dyn observables", lambda: run(command).report)
        for _ in range(session.rounds)
    ]
    if None in reports:
        return None
    return {
        "observables": reports[0]["method"],
        "outputs": OUTPUTS,
        "setup_seconds": median(report["setup_seconds"] for report in reports),
        "seconds": spread([median(report["seconds"]) for report in reports]),
        "accuracy_seconds_per_time": spread(
            [report["accuracy_seconds_per_time"] for report in reports]
        ),
    }


def full_states(session):
    size = SIZES[1] if session.quick else SIZES[-1]
    session.say(f"closed form: full states at {size}, beside a STREAM copy")
    folder, threads = prepare(size), len(processors())
    programs = {
        "dyn": [MEASURE, "states", folder, *size, STATES, threads],
        "NumPy": [PYTHON, PEERS / "closed_form_peer.py", folder, *size, STATES],
    }
    # Read the features, write the state: 16 bytes a variable.
    billions = 16e-9 * size[2] * size[0] * (size[1] + 1)
    rates, shares = {"STREAM copy": []}, {}
    for _ in range(session.rounds):
        for name, command in programs.items():
            stream = run([BIN / "stream", threads]).report["gigabytes_per_second"]
            report = session.attempt(f"{name} full states", lambda: run(command).report)
            if report is None:
                continue
            session.expect(
                report["error"] < WORST, f"{name}: closed forms differ by {report['error']:.1e}"
            )
            rate = billions / median(report["seconds"])
            rates["STREAM copy"].append(median(stream))
            rates.setdefault(name, []).append(rate)
            shares.setdefault(name, []).append(rate / median(stream))
    return {
        "size": size,
        "gigabytes_per_second": {name: spread(v) for name, v in rates.items() if v},
        "shares": {name: spread(values) for name, values in shares.items()},
    }
