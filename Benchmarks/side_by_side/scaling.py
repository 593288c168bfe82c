"""How time grows with p, with n and with the outputs, and the figure of it."""

import math

from .integration import prepare
from .places import CATALOG, MEASURE, WORK
from .processes import processors, run
from .session import median

STEPS = [1, 2, 4, 8]
METHOD, TOLERANCE = "rk8pd", 1e-6
FIGURE = CATALOG / "Resources" / "benchmark-scaling.svg"
TITLES = {
    "p": "p, by ode (C = 100, N = 100)",
    "n": "n, by ode (C = 100, p = 512)",
    "outputs": "outputs, closed form (C = 100, N = 10, p = 512)",
}


def measure(session):
    session.say("scaling with p, n and outputs")
    shrink = 8 if session.quick else 1
    curves = {
        "p": [(64 * k // shrink, lambda k=k: _ode((100, 100, 64 * k // shrink))) for k in STEPS],
        "n": [(1200 * k, lambda k=k: _ode((100, 12 * k, 512 // shrink))) for k in STEPS],
        "outputs": [(500 * k + 1, lambda k=k: _observables(500 * k + 1)) for k in STEPS],
    }
    found = {}
    for name, points in curves.items():
        values = {size: [] for size, _ in points}
        for _ in range(session.rounds):
            for size, work in points:
                seconds = session.attempt(f"scaling with {name}", work)
                if seconds is not None:
                    values[size].append(seconds)
        if all(values.values()):
            seconds = [median(of_size) for of_size in values.values()]
            exponent = _exponent(list(values), seconds)
            found[name] = {"sizes": list(values), "seconds": seconds, "exponent": exponent}
    return found


def _ode(size):
    where = [prepare(size), *size, METHOD, TOLERANCE, len(processors())]
    return median(run([MEASURE, "integrate", *where]).report["seconds"])


def _observables(count):
    size = (100, 10, 512)
    where = [prepare(size), *size, count, len(processors())]
    return median(run([MEASURE, "observables", *where]).report["seconds"])


def _exponent(sizes, seconds):
    """The slope of the least-squares line through the logarithms."""
    x, y = [math.log(v) for v in sizes], [math.log(v) for v in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    return slope / sum((a - mean_x) ** 2 for a in x)


def draw(session, curves):
    """Time against size, both in units of the smallest, with the line of slope 1."""
    if not curves:
        return
    script = WORK / "scaling.gnuplot"
    lines = [
        "set terminal svg size 640,420 font 'sans,12' background 'white'",
        f"set output '{FIGURE}'",
        "set logscale xy 2",
        "set xlabel 'size in units of the smallest'",
        "set ylabel 'time in units of the smallest'",
        "set key right bottom",
        "set grid",
    ]
    parts = ["x with lines dashtype 2 linecolor 'gray' title 'linear'"]
    for name, curve in curves.items():
        lines.append(f"${name} << END")
        for size, seconds in zip(curve["sizes"], curve["seconds"]):
            lines.append(f"{size / curve['sizes'][0]} {seconds / curve['seconds'][0]}")
        lines.append("END")
        parts.append(f"${name} using 1:2 with linespoints linewidth 2 title '{TITLES[name]}'")
    lines.append("plot [1:8] " + ", ".join(parts))
    script.write_text("\n".join(lines) + "\n")
    session.attempt("gnuplot", lambda: run(["gnuplot", script]))
