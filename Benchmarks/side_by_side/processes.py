"""Runs one program on some processors and reads what it reports."""

import json
import os
import subprocess
import tempfile
import time


class Missing(Exception):
    """A program is not there, or cannot do what is asked: named in the report, not fatal."""


class Outcome:
    def __init__(self, text, seconds, peak_kib):
        self.text, self.seconds, self.peak_kib = text, seconds, peak_kib

    @property
    def report(self):
        return json.loads(self.text.splitlines()[-1])


def processors():
    return sorted(os.sched_getaffinity(0))


def run(command, threads=None, check=True):
    """Runs a command on the first `threads` processors, on all by default."""
    chosen = processors()[:threads]
    environment = dict(os.environ, OMP_PROC_BIND="true", OMP_NUM_THREADS=str(len(chosen)))
    environment["OPENBLAS_NUM_THREADS"] = str(len(chosen))
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdout=output,
                stderr=errors,
                env=environment,
                preexec_fn=lambda: os.sched_setaffinity(0, chosen),
            )
        except OSError as error:
            raise Missing(f"{os.path.basename(str(command[0]))}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        text, complaint = output.read().decode(), errors.read().decode().strip()
    if check and process.returncode != 0:
        last = complaint.splitlines()[-1] if complaint else f"exit status {process.returncode}"
        raise Missing(last)
    return Outcome(text, seconds, usage.ru_maxrss)
