"""What a command costs: seconds on the clock and of processors, and memory."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# prctl: orphans of a command become children of this process, so that their time is counted too
_SET_CHILD_SUBREAPER = 36
_MEMORY = "most memory in KiB: "
# The most memory of a process's children is known to that process alone, so the command gets a parent of its own.
_WRAPPER = f"""
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print("{_MEMORY}" + str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """``wall`` and ``cpu`` in seconds; ``memory`` in MiB, the most that one process of the command held."""

    wall: float
    cpu: float
    memory: float
    said: str = ""


class Failed(Exception):
    """The command ended with an error; the message is what it said."""


def cost(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command in ``folder`` to its end. Raises :class:`Failed`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, started = _children(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPER, *command],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - started
    with suppress(ChildProcessError):
        while os.waitpid(-1, 0):
            pass
    if done.returncode != 0:
        raise Failed(done.stderr.rpartition(_MEMORY)[0].strip() or done.stdout.strip())
    return Cost(wall, _children() - before, _most_memory(done.stderr), done.stdout)


def _most_memory(said: str) -> float:
    return int(said.rpartition(_MEMORY)[2]) / 1024


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
