"""Writes the tables of one run into the documentation, between its markers."""

from .demands import demands, is_met
from .places import CATALOG
from .scaling import FIGURE

ARTICLE = CATALOG / "Benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def write(results):
    text = ARTICLE.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    ARTICLE.write_text("\n".join([before + BEGIN, "", *body(results), "", END + after]))


def body(results):
    yield from _machine(results)
    yield ""
    yield "### What is demanded and what was measured"
    yield ""
    yield from table(
        ["quantity", "measured", "demanded", "met", "from"],
        [_demand_row(demand) for demand in demands(results)],
    )
    for size, tolerance in _groups(results):
        yield ""
        yield f"### C, N, p = {', '.join(map(str, size))}, tolerance {tolerance:g}"
        yield ""
        yield from _integration(results, size, tolerance)
    yield from _details(results)
    yield from _scaling(results)
    yield from _missing(results)


def _machine(results):
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield (
        f"Measured on {results['date']}: {machine['processor']}, {machine['processors']} "
        f"processors, {machine['memory_gib']} GiB, {machine['system']}; {versions}. "
        f"Medians of {results['rounds']} interleaved rounds."
    )
    if results["quick"]:
        yield ""
        yield "A quick run: smaller sizes, fewer rounds, not for quoting."


def _demand_row(demand):
    met = {None: "not measured", True: "yes", False: "**no**"}[is_met(demand)]
    unit = f" {demand.unit}" if demand.unit else ""
    measured = "" if demand.measured is None else f"{demand.measured:.3g}{unit}"
    bound = "at least" if demand.sense == ">=" else "at most"
    return [demand.what, measured, f"{bound} {demand.demanded:g}{unit}", met, demand.note]


def _groups(results):
    seen = {(tuple(e["size"]), e["tolerance"]): None for e in results["integration"]}
    return list(seen)


def _integration(results, size, tolerance):
    entries = [
        entry
        for entry in results["integration"]
        if tuple(entry["size"]) == size and entry["used_tolerance"] == tolerance
    ]
    entries.sort(key=lambda entry: entry["seconds"])
    header = ["package", "method", "threads", "seconds", "range", "error", "calls", "peak MiB"]
    return table(header, [_entry_row(entry) for entry in entries])


def _entry_row(entry):
    low, high = min(entry["rounds"]), max(entry["rounds"])
    return [
        entry["package"],
        entry["method"],
        entry["threads"],
        f"{entry['seconds']:.3g}",
        f"{low:.3g} to {high:.3g}",
        f"{entry['error']:.1e}",
        entry["calls"],
        f"{entry['peak_kib'] / 1024:.0f}",
    ]


def _details(results):
    rows = list(_detail_rows(results))
    if not rows:
        return
    yield ""
    yield "### Descent, closed form, start-up"
    yield ""
    yield from table(["what", "median", "range"], rows)


def _detail_rows(results):
    descent, states = results.get("descent"), results.get("full_states")
    for name, value in (descent or {}).get("seconds", {}).items():
        label = {"numpy": "NumPy with class sums, extrapolated"}.get(name, f"dyn simulate, {name}")
        yield _spread_row(f"figure 1, {descent['steps']} steps: {label}", value, 1, "s")
    for name, value in (states or {}).get("gigabytes_per_second", {}).items():
        yield _spread_row(f"full states: {name}", value, 1, "GB/s")
    for name, value in (results.get("start_up") or {}).items():
        yield _spread_row(f"start-up: {name}", value, 1e3, "ms")
    compilations = [e["compilation_seconds"] for e in results["integration"] if e["compilation_seconds"]]
    if compilations:
        yield ["diffrax: compilation, not counted above", f"{max(compilations):.3g} s at most", ""]


def _spread_row(label, value, factor, unit):
    low, middle, high = (factor * value[key] for key in ("low", "median", "high"))
    return [label, f"{middle:.3g} {unit}", f"{low:.3g} to {high:.3g}"]


def _scaling(results):
    curves = results.get("scaling")
    if not curves:
        return
    yield ""
    yield "### Growth with size"
    yield ""
    powers = ", ".join(f"{name}: {curve['exponent']:.2f}" for name, curve in curves.items())
    yield f"Time grows like a power of the size; exponents of the fit: {powers}."
    if FIGURE.exists():
        yield ""
        yield f"![Time against p, n and the outputs, and the line of slope 1]({FIGURE.name})"


def _missing(results):
    if results["missing"]:
        yield ""
        yield "Missing in this run:"
        yield ""
        for name, reason in results["missing"].items():
            yield f"- {name}: `{reason}`"
