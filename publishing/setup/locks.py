"""The lock files: what may be installed, each package with its version, its platforms and the hashes of its files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

#: what a render needs; all that the other two hold besides is not imported by one
PAPER = "requirements.lock"
#: Jupyter as Quarto and notebooks use it, and what building quarto-cli takes
JUPYTER = "requirements-jupyter.lock"
TESTS = "requirements-test.lock"
#: the installer
INSTALLER = "requirements-setup.lock"
#: built from its source, so it stands alone
QUARTO = "requirements-quarto.lock"
ALL = (PAPER, JUPYTER, TESTS, INSTALLER, QUARTO)
#: lock → the locks whose packages it holds as well
HOLDS = {JUPYTER: (PAPER,), TESTS: (PAPER,)}

_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+-]+)\s*(?:;\s*(?P<marker>.+?))?\s*$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?!\S)")
_SEPARATORS = re.compile(r"[-_.]+")


class LockError(ValueError):
    """A line of a lock file pins nothing, or pins it without a hash; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One package: ``marker`` says where it is needed (empty: everywhere), ``hashes`` are those of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read(path: Path) -> tuple[Pin, ...]:
    """The pins of a lock file. Raises :class:`LockError` for a line that is anything else."""
    pins = []
    lines = path.read_text(encoding="utf-8").replace("\\\n", "\\").splitlines()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        head, *rest = re.split(r"[\\\s]+(?=--hash=)", text)
        found = _PIN.match(head)
        hashes = [one[1] for part in rest if (one := _HASH.fullmatch(part.strip(" \\")))]
        if not found or not hashes or len(hashes) != len(rest):
            raise LockError(
                f"{path.name}, entry {number}: '{head}' is no name==version with hashes. "
                "Remedy: compile the lock anew (docs/decisions/0002-dependencies.md)"
            )
        pins.append(Pin(normal(found["name"]), found["version"], found["marker"] or "", tuple(hashes)))
    return tuple(pins)


def normal(name: str) -> str:
    """The name of a package as indexes spell it."""
    return _SEPARATORS.sub("-", name).lower()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
