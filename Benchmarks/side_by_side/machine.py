"""What the figures were measured with."""

import platform
import re
import subprocess
from pathlib import Path

from .places import PYTHON
from .processes import processors


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _field(file, name):
    path = Path(file)
    text = path.read_text() if path.exists() else ""
    found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
    return found.group(1) if found else "unknown"


def describe():
    memory = _field("/proc/meminfo", "MemTotal").split()[0]
    caches = [line.split(":") for line in _output("lscpu").splitlines() if " cache:" in line]
    return {
        "processor": _field("/proc/cpuinfo", "model name"),
        "processors": len(processors()),
        "caches": {name.strip(): size.strip() for name, size in caches},
        "memory_gib": round(int(memory) / 2**20, 1) if memory.isdigit() else None,
        "system": f"{platform.system()} {platform.release()}",
        "versions": versions(),
    }


def versions():
    found = {"Swift": re.search(r"Swift version (\S+)", _output("swift", "--version"))}
    found = {name: match.group(1) for name, match in found.items() if match}
    found["gcc"] = _output("gcc", "-dumpfullversion").strip()
    found["GSL"] = _output("gsl-config", "--version").strip()
    found["SUNDIALS"] = _output("dpkg-query", "-W", "-f", "${Version}", "libsundials-dev").strip()
    listed = _output(str(PYTHON), "-m", "pip", "list", "--format=freeze").splitlines()
    wanted = ("numpy", "scipy", "diffrax", "jax")
    found.update(line.split("==") for line in listed if line.split("==")[0] in wanted)
    return {name: version for name, version in found.items() if version}
