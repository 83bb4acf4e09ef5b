"""A version of the project as far as it can be compared: what it prints and where, its rows, its files, its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.changes.passages import TextPassage


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """Where a number is printed: document, section, and what it stands in ("text", "Table 1")."""

    document: str
    section: str
    within: str

    def __str__(self) -> str:
        return f"{self.document}: {self.within}" + (f", in {self.section}" if self.section else "")


@dataclass(frozen=True, slots=True)
class Printed:
    """One printing of a number or, under ``claim:<name>``, of a guarded phrase."""

    key: str
    text: str
    place: PrintedPlace


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the evidence: the file it stands in ("" when only a ledger tells of it) and its fields."""

    file: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """Digests of a version's files by their paths; ``rows`` of the tables by the names that the ledger knows.

    ``reaches`` are the code files that each code file imports, directly or through others, which the digests of the
    code decide; ``settings`` the values in the configuration by their keys, joined by full stops.
    """

    data: Mapping[str, str]
    code: Mapping[str, str]
    configuration: Mapping[str, str]
    lock: Mapping[str, str]
    documents: Mapping[str, str]
    reaches: Mapping[str, frozenset[str]] = field(compare=False)
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """``entries`` and ``claims`` are those of the ledger's catalogue.

    ``failures`` are the expressions of the documents that fail (a claim that no longer holds fails), each with its
    line; the text says so in their places. ``stopped`` says why the documents could not be run at all: what they
    print is then unknown, the entries are all there.
    ``is_run`` is false where only the results are known, since the documents were left as they were: what they print
    is then what the other version prints, with this one's results.
    ``files`` is None for a version of which there are only outputs; ``digests`` is then all that is known of them.
    """

    name: str
    title: str
    moment: str
    entries: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Row]
    printed: tuple[Printed, ...] = ()
    texts: Mapping[str, tuple[TextPassage, ...]] = field(default_factory=dict)
    files: Files | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    stopped: str = ""
    without_text: str = ""
    is_run: bool = True

    @property
    def is_printed(self) -> bool:
        """Whether it is known what is printed: all of it."""
        return self.is_run and not (self.stopped or self.failures)
