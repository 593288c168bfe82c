"""The reference problem, integrated by everyone, interleaved."""

from collections import namedtuple

from .places import BIN, MEASURE, PEERS, PYTHON, WORK
from .processes import processors, run
from .session import median

SIZES = [(4, 5, 8), (10, 100, 64), (100, 100, 512)]
TOLERANCES = [1e-6, 1e-9]
# The library also runs at other tolerances, so that it can be compared at a peer's own error:
# many of them on the largest problem, whose ratios are what is demanded.
LARGE_LADDER = [100, 32, 6.3, 2, 1, 0.9, 0.8, 1 / 4, 1 / 8]
LADDER = [2, 1, 0.85, 0.6, 0.35, 1 / 8]
# An integration that misses the closed form by more than this many tolerances is wrong.
WORST = 100

Contestant = namedtuple("Contestant", "package method command threads")


def _peer(package, program, methods, threads=(1, 2)):
    start = [PYTHON, PEERS / program] if program.endswith(".py") else [BIN / program]
    return [Contestant(package, method, tuple(start), count) for method in methods for count in threads]


PACKAGES = (
    _peer("GSL", "gsl", ["rkf45", "rkck", "rk8pd"])
    + _peer("Boost.odeint", "odeint", ["dopri5", "fehlberg78"])
    + _peer("SUNDIALS", "sundials", ["arkode_dopri5", "arkode_fehlberg8", "cvode_adams"])
    + _peer("SciPy", "scipy_peer.py", ["RK45", "DOP853"], threads=(1,))
    + _peer("diffrax", "diffrax_peer.py", ["Tsit5", "Dopri8"])
)
HAND = _peer("hand-fused C", "hand_fused", ["dopri5"])
LIBRARY = [
    Contestant("dyn", method, (MEASURE, "integrate"), threads)
    for method in ("rkf45", "rkck", "rk8pd", "dopri5", "dop853")
    for threads in (1, 2)
]


def prepare(size):
    """The folder with initial state and closed form of a size."""
    folder = WORK / "-".join(map(str, size))
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "reference.f64").exists():
        run([BIN / "prepare", folder, *size])
    return folder


def measure(session):
    """All entries: a contestant at a size, a tolerance and a number of threads."""
    groups = [(size, tolerance) for size in SIZES for tolerance in TOLERANCES]
    if session.quick:
        groups.remove((SIZES[-1], TOLERANCES[-1]))
    return [entry for group in groups for entry in _measure_all(session, *group)]


def _measure_all(session, size, tolerance):
    session.say(f"reference problem C, N, p = {size}, tolerance {tolerance:g}")
    runs = [(who, 1) for who in PACKAGES + HAND]
    runs += [(who, factor) for who in LIBRARY for factor in _ladder(size, who.threads)]
    runs = [(who, factor) for who, factor in runs if who.threads <= len(processors())]
    gathered = {}
    is_long = session.quick and size == SIZES[-1]
    for _ in range(1 if is_long else session.rounds):
        for who, factor in runs:
            report = session.attempt(
                f"{who.package} {who.method}",
                lambda: _run(who, size, factor * tolerance),
            )
            if report:
                gathered.setdefault((who, factor), []).append(report)
    entries = [
        _entry(who, size, tolerance, factor, reports)
        for (who, factor), reports in gathered.items()
    ]
    _check(session, entries)
    return entries


def _ladder(size, threads):
    """One thread is not what large problems are compared on: there the tolerance alone."""
    if size != SIZES[-1]:
        return LADDER
    return LARGE_LADDER if threads > 1 else [1]


def _run(who, size, tolerance):
    where = [prepare(size), *size, who.method, tolerance, who.threads]
    return run([*who.command, *where], who.threads).report


def again(entry):
    """The report of one more run like that of an entry."""
    key = entry["package"], entry["method"], entry["threads"]
    everyone = {(who.package, who.method, who.threads): who for who in PACKAGES + HAND + LIBRARY}
    return _run(everyone[key], entry["size"], entry["used_tolerance"])


def _entry(who, size, tolerance, factor, reports):
    rounds = [median(report["seconds"]) for report in reports]
    last = reports[-1]
    return {
        "package": who.package,
        "method": who.method,
        "threads": who.threads,
        "size": size,
        "tolerance": tolerance,
        "used_tolerance": factor * tolerance,
        "seconds": median(rounds),
        "rounds": rounds,
        "error": max(report["error"] for report in reports),
        "norm_error": max(report["norm_error"] for report in reports),
        "calls": last["calls"],
        "peak_kib": max(report["peak_kib"] for report in reports),
        "fingerprints": sorted({r["fingerprint"] for r in reports if "fingerprint" in r}),
        "compilation_seconds": last.get("compilation_seconds"),
    }


def _check(session, entries):
    for entry in entries:
        name = f"{entry['package']} {entry['method']} at {entry['size']}"
        session.expect(
            entry["error"] <= WORST * entry["used_tolerance"],
            f"{name}, tolerance {entry['used_tolerance']:g}: error {entry['error']:.1e} "
            "against the closed form",
        )
    for one, two in _pairs(entries):
        session.expect(
            one["fingerprints"] == two["fingerprints"] and len(one["fingerprints"]) == 1,
            f"dyn {one['method']} at {one['size']}: the final state depends on the threads",
        )


def _pairs(entries):
    """The library's runs on one and on two threads."""
    own = [entry for entry in entries if entry["package"] == "dyn"]
    by_key = {(e["method"], e["used_tolerance"], e["threads"]): e for e in own}
    for (method, used, threads), entry in by_key.items():
        if threads == 1 and (method, used, 2) in by_key:
            yield entry, by_key[method, used, 2]
