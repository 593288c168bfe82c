"""What the library must show, computed from one run: every ratio with the demanded value."""

from collections import namedtuple

from .integration import SIZES

# `sense` is ">=" or "<="; `measured` None where something is missing.
Demand = namedtuple("Demand", "what measured sense demanded unit note")

GSL_METHODS = ("rkf45", "rkck", "rk8pd")
PACKAGES = ("GSL", "Boost.odeint", "SUNDIALS", "SciPy", "diffrax")


def demands(results):
    return [
        *_largest_size(results),
        *_other_sizes(results),
        *_command(results),
        *_closed_form(results),
        *_scaling(results),
        *_memory(results),
        *_moments(results),
    ]


def is_met(demand):
    if demand.measured is None:
        return None
    above = demand.measured >= demand.demanded
    return above if demand.sense == ">=" else demand.measured <= demand.demanded


def _select(results, size, tolerance, packages, methods=None):
    return [
        entry
        for entry in results["integration"]
        if tuple(entry["size"]) == size
        and entry["used_tolerance"] == tolerance
        and entry["package"] in packages
        and (methods is None or entry["method"] in methods)
    ]


def _fastest(entries):
    return min(entries, key=lambda entry: entry["seconds"], default=None)


def _at_no_larger_error(results, peer, methods):
    """The library's fastest run by some methods whose error is no larger than a peer's; of a method
    that at the loosest tolerance, which takes the fewest steps."""
    loosest = {}
    for entry in results["integration"]:
        if (
            entry["package"] == "dyn"
            and entry["size"] == peer["size"]
            and entry["method"] in methods
            and entry["error"] <= peer["error"]
        ):
            key = entry["method"], entry["threads"]
            known = loosest.get(key)
            if not known or entry["used_tolerance"] > known["used_tolerance"]:
                loosest[key] = entry
    return _fastest(loosest.values())


def _name(entry):
    plural = "" if entry["threads"] == 1 else "s"
    return f"{entry['package']} {entry['method']} ({entry['threads']} thread{plural})"


def _ratio(results, what, peer, methods, demanded):
    own = peer and _at_no_larger_error(results, peer, methods)
    if not own:
        note = f"no run with an error as small as that of {_name(peer)}" if peer else ""
        return Demand(what, None, ">=", demanded, "x", note)
    duel = results.get("duels", {}).get(what)
    seconds = {"peer": peer["seconds"], "own": own["seconds"]}
    ratio, spread = peer["seconds"] / own["seconds"], ""
    if duel:
        seconds = {side: duel[side]["median"] for side in seconds}
        ratio = duel["ratio"]["median"]
        spread = f"; {duel['ratio']['low']:.3g} to {duel['ratio']['high']:.3g} x"
    note = (
        f"{_name(peer)} {seconds['peer']:.3g} s, error {peer['error']:.1e}; "
        f"{_name(own)} at tolerance {own['used_tolerance']:.3g} {seconds['own']:.3g} s, "
        f"error {own['error']:.1e}{spread}"
    )
    return Demand(what, ratio, ">=", demanded, "x", note)


def duels(results):
    """What is demanded at the largest size: its name, the peer, the library's methods, the ratio."""
    size = SIZES[-1]
    for tolerance in (1e-6, 1e-9):
        fastest = _fastest(_select(results, size, tolerance, PACKAGES))
        yield f"GSL row by row, {tolerance:g}: the fastest package", fastest, GSL_METHODS, 4
    packages = _fastest(_select(results, size, 1e-6, PACKAGES))
    hand = _fastest(_select(results, size, 1e-6, ("hand-fused C",)))
    whole = _fastest(_select(results, size, 1e-9, ("GSL",), ("rk8pd",)))
    yield "dopri5, 1e-06: the fastest package", packages, ("dopri5",), 15
    yield "dopri5, 1e-06: hand-fused C", hand, ("dopri5",), 8
    yield "dop853, 1e-09: GSL rk8pd on the whole state", whole, ("dop853",), 8


def opponents(results):
    """The runs behind each of them: its name, the peer's and the library's."""
    for what, peer, methods, _ in duels(results):
        own = peer and _at_no_larger_error(results, peer, methods)
        if own:
            yield what, peer, own


def _largest_size(results):
    for duel in duels(results):
        yield _ratio(results, *duel)


def _other_sizes(results):
    """The least favourable method and tolerance at each size."""
    for size in SIZES[:-1]:
        name = f"GSL row by row at C, N, p = {', '.join(map(str, size))}: GSL on the whole state"
        ratios = [
            _ratio(results, f"{name} ({method}, {tolerance:g})", peer, (method,), 1)
            for tolerance in (1e-6, 1e-9)
            for method in GSL_METHODS
            for peer in [_fastest(_select(results, size, tolerance, ("GSL",), (method,)))]
        ]
        known = [ratio for ratio in ratios if ratio.measured is not None]
        yield min(known, key=lambda r: r.measured, default=Demand(name, None, ">=", 1, "x", ""))


def _value(results, *path):
    for key in path:
        if not isinstance(results, dict) or key not in results:
            return None
        results = results[key]
    return results


def _at_most(what, value, factor, demanded, unit, note=""):
    return Demand(what, None if value is None else factor * value, "<=", demanded, unit, note)


def _command(results):
    start = _value(results, "start_up", "start alone", "median")
    small = _value(results, "start_up", "small scenario", "median")
    yield _at_most("dyn --help, process start included", start, 1e3, 10, "ms")
    yield _at_most("a small scenario, process start included", small, 1e3, 20, "ms")
    steps = _value(results, "descent", "steps")
    for form, demanded in (("iterated", 40), ("exact", 1000)):
        ratio = _value(results, "descent", "ratios", form)
        note = f"{steps} steps; NumPy extrapolated from {_value(results, 'descent', 'peer_steps')}"
        yield Demand(
            f"figure 1, {form}: NumPy with class sums", ratio, ">=", demanded, "x",
            note if ratio else "",
        )  # fmt: skip
    seconds = _value(results, "large", "seconds", "median")
    peak = _value(results, "large", "peak_mib", "median")
    yield _at_most("C = 1000, N = 1300, p = 2048 reduced, 501 outputs", seconds, 1, 10, "s")
    yield _at_most("the same: peak memory", peak, 1, 1024, "MiB")


def _closed_form(results):
    found = results.get("observables")
    accuracy = _value(found, "accuracy_seconds_per_time", "median")
    yield _at_most("accuracy along the closed form, a time", accuracy, 1e6, 20, "us")
    seconds = _value(found, "seconds", "median")
    yield _at_most("observables but accuracy, 501 times, figure 1's size", seconds, 1e3, 50, "ms")
    share = _value(results, "full_states", "shares", "dyn", "median")
    numpy = _value(results, "full_states", "shares", "NumPy", "median")
    note = f"NumPy {100 * numpy:.0f} %" if numpy else ""
    measured = None if share is None else 100 * share
    yield Demand("full states: share of STREAM copy", measured, ">=", 80, "%", note)


def _scaling(results):
    for name in ("p", "n", "outputs"):
        exponent = _value(results, "scaling", name, "exponent")
        yield _at_most(f"time grows like a power of {name}: exponent", exponent, 1, 1.1, "")


def _memory(results):
    for name in ("ode", "iterated"):
        states = _value(results, "memory", "runs", name, "states")
        yield _at_most(f"peak memory, {name}, less 64 MiB", states, 1, 1.5, "states")


def _moments(results):
    steps, runs = (_value(results, "moments", key) for key in ("steps", "runs"))
    for name, demanded in (("balanced", 0.1), ("general", 2)):
        sizes = f"batch moments, C = 10, {name} sizes"
        seconds = _value(results, "moments", name, "seconds", "median")
        yield _at_most(f"{sizes}, {steps} steps", seconds, 1, demanded, "s")
        ratio = _value(results, "moments", name, "ratio", "median")
        note = f"p = 64, n about 200; time of a run on drawn batches, times {runs}" if ratio else ""
        yield Demand(f"{sizes}: {runs} drawn runs", ratio, ">=", 100, "x", note)
