"""The tree of results, computed once and kept until anything changes that it depends on.

Both documents and the catalogue ask for the same tree. It is kept in ``_build/results`` under a digest of the data,
the metadata, all code of this package and of the project, and the versions of what they run on; a file that is
damaged, or made under another digest, is computed anew. ``analysis recompute`` never reads it.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from analysis import PACKAGE, PROJECT
from analysis.evidence.leftovers import files_below
from analysis.evidence.load import DATA
from analysis.printing.declarations import METADATA
from analysis.results import build as builder
from analysis.results.choices import choices
from analysis.results.stated import make_known
from analysis.results.tree import Review

FOLDER = PROJECT / "_build" / "results"
#: so many trees are kept, the latest
MOST = 3
LIBRARIES = ("numpy", "scipy", "statsmodels", "pandas", "PyYAML")
DIGEST_LENGTH = 32


def results(folder: Path = FOLDER) -> Review:
    """The results of the project's data: those kept in ``folder`` if nothing has changed, else computed and kept."""
    key = digest()
    file = folder / f"{key}.pickle"
    kept = read(file)
    if kept is None:
        with turn(folder):
            # another process may have computed it meanwhile
            kept = read(file)
            if kept is None:
                return computed(folder, key)
    choices(METADATA)
    make_known(kept.evidence)
    return kept


def computed(folder: Path, key: str) -> Review:
    """The results, computed and kept; what changed while they were computed is not kept."""
    review = builder.build()
    if digest() == key:
        write(folder, key, review)
    return review


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other process computes results for ``folder``; the system ends the turn of one that dies.

    Where nothing can be locked nobody waits, and each computes its own.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".turn").open("a")
    except OSError:
        yield
        return
    with file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest() -> str:
    """SHA-256 (hex) over everything that the results depend on."""
    found = hashlib.sha256()
    for said in (sys.version, platform.machine(), *(f"{name} {version(name)}" for name in LIBRARIES)):
        found.update(said.encode() + b"\n")
    for path in inputs():
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def inputs() -> Iterator[Path]:
    """The files that results are made of: data, metadata, and code."""
    yield from files_below(DATA)
    yield METADATA
    yield from sorted(PACKAGE.rglob("*.py"))
    yield from sorted(PROJECT.glob("*.py"))


def read(path: Path) -> Review | None:
    """The tree in a file; None for a file that is not there, or not what was written."""
    try:
        content = path.read_bytes()
        stamp, body = content[:DIGEST_LENGTH], content[DIGEST_LENGTH:]
        if hashlib.sha256(body).digest() != stamp:
            return None
        found = pickle.loads(body)
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError):
        return None
    return found if isinstance(found, Review) else None


def write(folder: Path, key: str, review: Review) -> None:
    """Keep a tree, whole or not at all, and let the oldest go; a folder that cannot be written to keeps nothing."""
    body = pickle.dumps(review, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{key}.{os.getpid()}.partial"
        partial.write_bytes(hashlib.sha256(body).digest() + body)
        partial.replace(folder / f"{key}.pickle")
        for old in sorted(folder.glob("*.pickle"), key=lambda path: path.stat().st_mtime)[:-MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        return
