"""Who cites which reference: documents, code and data. Each reference is cited, and what is cited is a reference.

Documents cite in pandoc's way, with @ and the key in brackets, and so do docstrings and comments of the code. Tables
of data/ cite by their columns `source` and `citation`; a report that was screened is cited by its record, which has
the same address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tabulate import tabulate

from analysis import PROJECT
from analysis.evidence.load import Evidence

DOCUMENTS = "*.qmd"
CODE = "analysis/**/*.py"
#: columns of data/ that hold a key
COLUMNS = ("source", "citation")
_BRACKETS = re.compile(r"\[(@[a-z0-9_]+(?:;\s+@[a-z0-9_]+)*)\]")
# @fig-forest refers to a figure and name@host is an address; neither cites.
_IN_TEXT = re.compile(r"(?<![\w@.])@([a-z0-9_]+)(?![\w-])")
_CONSTANT = re.compile(r'"([a-z0-9_]+)"')


def cited(evidence: Evidence, root: Path = PROJECT) -> Mapping[str, tuple[str, ...]]:
    """Key → the files that cite it, in order of their names. Keys that are no reference are there too."""
    places: dict[str, set[str]] = defaultdict(set)
    for key, place in (*_in_text(evidence, root), *_in_data(evidence)):
        places[key].add(place)
    return {key: tuple(sorted(found)) for key, found in places.items()}


def _in_text(evidence: Evidence, root: Path) -> Iterator[tuple[str, str]]:
    known = {reference.key for reference in evidence.bibliography}
    for path in sorted(root.glob(DOCUMENTS)):
        for key in _IN_TEXT.findall(path.read_text(encoding="utf-8")):
            yield key, path.name
    for path in sorted(root.glob(CODE)):
        text, place = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        for keys in _BRACKETS.findall(text):
            yield from ((key, place) for key in re.findall(r"@(\w+)", keys))
        # A key that the code holds, to print it.
        yield from ((key, place) for key in _CONSTANT.findall(text) if key in known)


def _in_data(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for table, rows in evidence.tables().items():
        for row in rows:
            yield from ((key, f"data/{table}.csv") for column in COLUMNS if (key := getattr(row, column, "")))
    screened = {record.address for record in evidence.records}
    for reference in evidence.bibliography:
        if screened & {address.split(" (")[0] for address in reference.address.split(" ; ")}:
            yield reference.key, "data/records.csv"


def citations(evidence: Evidence, root: Path = PROJECT) -> str:
    """A table of all references and where each is cited."""
    places = cited(evidence, root)
    lines = [(reference.key, ", ".join(places.get(reference.key, ()))) for reference in evidence.bibliography]
    return str(tabulate(lines, headers=("reference", "cited in"), tablefmt="plain"))
