"""Whether what is installed is what was locked: packages against the lock, files against their wheels' own lists."""

from __future__ import annotations

import base64
import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path

from publishing.setup.locks import Pin, normal


def faults(pins: Iterable[Pin], folders: Sequence[Path]) -> list[str]:
    """What differs, one sentence each: packages that are missing or of another version, files that were changed."""
    return [*_packages(pins, folders), *_files(folders)]


def versions(folders: Sequence[Path]) -> dict[str, str]:
    """The packages in ``folders`` with their versions."""
    found = distributions(path=[str(folder) for folder in folders])
    return {normal(one.name): one.version for one in found}


def _packages(pins: Iterable[Pin], folders: Sequence[Path]) -> Iterator[str]:
    here = versions(folders)
    wanted: dict[str, list[Pin]] = {}
    for pin in pins:
        wanted.setdefault(pin.name, []).append(pin)
    for name, choices in wanted.items():
        if name not in here:
            # a marker may leave it out on this machine
            if not all(one.marker for one in choices):
                yield f"{name} is not installed."
        elif here[name] not in {one.version for one in choices}:
            yield f"{name} {here[name]} is installed, locked is {choices[0].version}."


def _files(folders: Sequence[Path]) -> Iterator[str]:
    listed = [entry for folder in folders for entry in _listed(folder)]
    with ThreadPoolExecutor(4) as pool:
        for (path, _), same in zip(listed, pool.map(_is_as_listed, listed), strict=True):
            if not same:
                yield f"{path} is not the file of its package."


def _listed(folder: Path) -> Iterator[tuple[Path, str]]:
    for record in sorted(folder.glob("*.dist-info/RECORD")):
        with record.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                if len(row) == 3 and row[1]:
                    yield folder / row[0], row[1]


def _is_as_listed(entry: tuple[Path, str]) -> bool:
    path, listed = entry
    kind, _, value = listed.partition("=")
    try:
        found = hashlib.new(kind, path.read_bytes()).digest()
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == value
