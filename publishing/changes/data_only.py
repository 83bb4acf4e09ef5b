"""Two versions that differ in their data alone: their results are compared, and the documents are not run.

What documents print is decided by the documents and the code; where these are the same, the ledger of one version's
outputs tells the keys and the places of both, and its results; those of the other alone are computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from publishing.changes import from_ledger, from_sources
from publishing.changes.from_sources import SourceVersion
from publishing.changes.numbers import first_side, gives_way
from publishing.changes.versions import Files, Version
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.project.fingerprints import fingerprints_of_file
from publishing.verify.ledger import JSON, load_ledger

NOT_RUN = (
    "the versions differ in their data alone, so the printed results were compared and the documents were not run; "
    "--text runs them."
)

#: by name, as a catalogue has them
Claims = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A ledger of the outputs that the documents of both versions give, and which of these it was made of."""

    content: Mapping[str, Any]
    is_of_old: bool


def kept(old: SourceVersion, new: SourceVersion, outputs: Path) -> Kept | None:
    """The ledger in ``outputs`` when the versions differ in their data alone and it is of one of them."""
    if not (outputs / JSON).is_file() or not _differ_in_data_alone(old, new):
        return None
    try:
        ledger = load_ledger(outputs)
    except PublishingError:
        return None
    made_of = {name: one["fingerprints"] for name, one in ledger.documents.items()}
    for version in (old, new):
        project = version.project
        if made_of == {path.stem: fingerprints_of_file(project, path) for path in project.documents}:
            return Kept(ledger.content, version is old)
    return None


def _differ_in_data_alone(old: SourceVersion, new: SourceVersion) -> bool:
    a, b = old.files, new.files
    return a.data != b.data and _without_data(a) == _without_data(b)


def _without_data(files: Files) -> Files:
    return replace(files, data={})


def compared(old: SourceVersion, new: SourceVersion, of: Kept) -> tuple[Version, Version]:
    """Both versions: the ledger's own as that has it, of the other the printed results and the claims that fail.

    Raises :class:`PublishingError` when there are no results.
    """
    known, asked = (old, new) if of.is_of_old else (new, old)
    asked.ask_about({*of.content["numbers"], *(one["key"] for one in of.content["occurrences"])})
    ledger = from_sources.of_ledger(known, of.content)
    told = replace(ledger, printed=from_ledger.printed(of.content), without_text=NOT_RUN)
    computed = _computed(asked, of)
    return (told, computed) if of.is_of_old else (computed, told)


def _computed(sources: SourceVersion, of: Kept) -> Version:
    version = from_sources.results(sources)
    return replace(
        version,
        claims=dict(_printable(version.claims, of.content["claims"])),
        failures=tuple(_failing(version, sources.project.documents)),
        without_text=NOT_RUN,
    )


def _printable(claims: Claims, printed: Claims) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Of all claims those that a ledger knows as printed, and what is printed in their place: sides that hold."""
    asked = {first_side(claims, name) for name in printed}
    for name, claim in claims.items():
        if name in printed or (claim["holds"] and first_side(claims, name) in asked):
            yield name, claim


def _failing(version: Version, documents: Iterable[Path]) -> Iterator[str]:
    """Every place of the documents that makes a claim which does not hold, with its line."""
    claims = version.claims
    failing = {name: claim for name, claim in claims.items() if not claim["holds"] and not gives_way(claims, name)}
    # documents that say nothing false need not be read
    for document in map(read_document, documents if failing else ()):
        for number, line in enumerate(document.body.split("\n"), start=1):
            for name in re.findall(r"""["']([\w-]+)["']""", line):
                if name in failing:
                    yield (
                        f"{document.path.name}, line {number}: the claim '{name}' does not hold "
                        f"({failing[name]['says']})"
                    )
