"""One record as a database or register exported it, and how a file that cannot be used is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.evidence.problems import DataError, Problem

#: of longer lists of authors as many are kept
AUTHORS = 10


@dataclass(frozen=True, slots=True)
class Exported:
    """A record, cleaned; "" and None for what the export does not give.

    line: where it begins in its file; registrations: of an entry of a register its own number only, of a report all
    that it gives; is_entry: whether it is such an entry; note: what could not be used as it stood.
    """

    line: int
    title: str
    year: int | None
    authors: str
    address: str
    doi: str
    pmid: str
    registrations: tuple[str, ...]
    is_entry: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A file: in which ``layout`` and ``encoding`` it was read, whether a register wrote it, and its records."""

    layout: str
    encoding: str
    of_register: bool
    records: tuple[Exported, ...]


def refused(file: str, line: int | None, found: str | None, problem: str, remedy: str) -> DataError:
    """The error for a file at a line (from 1) of it, None for the whole file."""
    place = file if line is None else f"{file}, line {line}"
    return DataError([Problem(place, None, "", found, problem, remedy)])


def listed(authors: Sequence[str]) -> str:
    """``Stone, A.; Field, B.``: the first ten, and ``et al.`` where there are more."""
    kept = [author for author in authors if author][:AUTHORS]
    return "; ".join([*kept, "et al."] if len(authors) > AUTHORS else kept)
