"""Where things are."""

from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BENCHMARKS = TOP / "Benchmarks"
PEERS = BENCHMARKS / "Peers"
BIN = BENCHMARKS / ".peers" / "bin"
PYTHON = BENCHMARKS / ".peers" / "venv" / "bin" / "python"
WORK = BENCHMARKS / ".work"
RESULTS = BENCHMARKS / "results"
MEASURE = BENCHMARKS / ".build" / "release" / "measure"
CATALOG = TOP / "Sources" / "Dynamics" / "Dynamics.docc"


class Build:
    """The folder of the root package's build, as the Makefile's BUILD."""

    dyn = TOP / ".build" / "release" / "dyn"
