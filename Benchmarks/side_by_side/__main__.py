"""Measures everything, writes Benchmarks/results/ and the documentation's table.

Usage: python3 -m side_by_side [--quick] [--dyn PATH] [--only PART]..."""

import argparse
import datetime
import json
import sys
from pathlib import Path

from . import (
    article, closed_form, command_line, descent, duels, integration, machine, moments, scaling,
)  # fmt: skip
from .places import RESULTS, WORK, Build
from .session import Session

PARTS = {
    "start_up": command_line.start_up,
    "integration": integration.measure,
    "duels": duels.measure,
    "descent": descent.measure,
    "observables": closed_form.observables,
    "full_states": closed_form.full_states,
    "memory": command_line.memory,
    "large": command_line.large,
    "moments": moments.measure,
    "scaling": scaling.measure,
}


def main():
    options = parse()
    Build.dyn = options.dyn.resolve()
    session = Session(options.quick)
    now = datetime.datetime.now(datetime.timezone.utc)
    results = {
        "date": now.strftime("%Y-%m-%d"),
        "quick": options.quick,
        "rounds": session.rounds,
        "machine": machine.describe(),
        "integration": [],
    }
    session.results = results
    results["missing"], results["faults"] = session.missing, session.faults
    WORK.mkdir(parents=True, exist_ok=True)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{now:%Y-%m-%dT%H%M}{'-quick' if options.quick else ''}.json"
    for name, measure in PARTS.items():
        if not options.only or name in options.only:
            results[name] = measure(session)
            # What is measured survives an interruption.
            target.write_text(json.dumps(results, indent=1) + "\n")
    # A partial or quick run shows its table, and leaves the documentation alone.
    if options.only or options.quick:
        print("\n".join(article.body(results)))
    else:
        scaling.draw(session, results["scaling"])
        article.write(results)
    print(f"wrote {target}")
    return 1 if session.faults else 0


def parse():
    parser = argparse.ArgumentParser(prog="side_by_side")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--dyn", type=Path, default=Build.dyn, help="the command to measure")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure one part alone")
    return parser.parse_args()


sys.exit(main())
