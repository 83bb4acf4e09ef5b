"""Exports as CSV: Embase (a column or a row for each field), CENTRAL, ClinicalTrials.gov (two layouts), WHO ICTRP.

A layout is recognised by its columns; columns that are not named here are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.evidence.searching.exported import Exported, listed, refused
from analysis.evidence.searching.identifiers import (
    PMID,
    REGISTERS,
    address_of,
    as_cell,
    doi_in,
    registrations_in,
    year_in,
)
from analysis.evidence.searching.tagged import CUT_OFF, PUBMED, no_doi

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of columns, in small letters; of several the first that is filled counts.

    needs: columns by which the layout is known, ``one_of``: of these at least one; own: the number of an entry in its
    register, () for a database of reports; parted: what parts the authors in one cell.
    """

    name: str
    needs: frozenset[str]
    one_of: frozenset[str] = frozenset()
    title: tuple[str, ...] = ("title",)
    year: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    parted: str = ""
    doi: tuple[str, ...] = ("doi",)
    pmid: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    journal: tuple[str, ...] = ()


EMBASE = Layout(
    name="CSV of Embase",
    needs=frozenset({"title", "author names"}),
    one_of=frozenset({"pui", "embase accession id", "embase accession number", "embase link", "medline pmid"}),
    title=("title", "original (non-english) title", "original non-english title"),
    year=("publication year", "date of publication", "source"),
    authors=("author names",),
    parted=",",
    pmid=("medline pmid",),
    numbers=("clinical trial numbers", "clinical trial number"),
    links=("full text link", "embase link", "open url link"),
)
LAYOUTS = (
    Layout(
        name="CSV of ClinicalTrials.gov",
        needs=frozenset({"nct number", "study title"}),
        title=("study title",),
        year=("first posted", "start date"),
        authors=("sponsor",),
        own=("nct number",),
        links=("study url",),
    ),
    Layout(
        name="CSV of ClinicalTrials.gov, older layout",
        needs=frozenset({"nct number", "title"}),
        year=("first posted", "start date"),
        authors=("sponsor/collaborators",),
        own=("nct number",),
        links=("url",),
    ),
    Layout(
        name="CSV of WHO ICTRP",
        needs=frozenset({"trialid", "public title"}),
        title=("scientific title", "public title"),
        year=("date registration3", "date registration"),
        authors=("primary sponsor",),
        own=("trialid",),
        links=("web address",),
    ),
    EMBASE,
    Layout(
        name="CSV of CENTRAL",
        needs=frozenset({"author(s)", "title", "source"}),
        one_of=frozenset({"year", "publication year"}),
        year=("year", "publication year"),
        authors=("author(s)",),
        parted=";",
        pmid=("pubmed id", "pmid", "pubmed"),
        numbers=("source", "id", "cochrane id", "url"),
        links=("url",),
        journal=("source",),
    ),
)
Cells = Mapping[str, Sequence[str]]


def layout_of(header: Sequence[str]) -> Layout | None:
    """The layout that has these columns, None if there is none."""
    names = set(header)
    for layout in LAYOUTS:
        if layout.needs <= names and (not layout.one_of or layout.one_of & names):
            return layout
    return None


def column(name: str) -> str:
    """The name of a column for comparison: small letters, spaces for underscores."""
    return " ".join(name.replace("_", " ").split()).casefold()


def rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins. Raises DataError for quotation marks that do not close."""
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"begins a row that is no CSV ({error})"
        raise refused(file, line, None, problem, CUT_OFF) from None
    return found


def delimited(file: str, text: str) -> tuple[Layout, Iterator[Exported]] | None:
    """The layout and the records, None where the first row is the header of no layout that is known."""
    found = rows(file, text)
    if by_rows(found):
        return EMBASE, (from_cells(file, line, EMBASE, cells) for line, cells in row_by_row(file, found))
    header = [column(name) for name in found[0][1]] if found else []
    layout = layout_of(header)
    if layout is None:
        return None
    return layout, (from_cells(file, line, layout, cells) for line, cells in below(file, header, found[1:]))


def below(file: str, header: Sequence[str], found: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, Cells]]:
    """Cells by column of the rows below a header."""
    for line, row in found:
        # programs end rows with a delimiter, or leave out empty cells at the end
        full = [*row, *[""] * (len(header) - len(row))]
        if any(cell.strip() for cell in full[len(header) :]) or len(row) < len(header) // 2:
            problem = f"begins a row of {len(row)} cells where the header has {len(header)}"
            raise refused(file, line, None, problem, CUT_OFF)
        cells: dict[str, list[str]] = {}
        for name, cell in zip(header, full, strict=False):
            cells.setdefault(name, []).append(cell)
        yield line, cells


def by_rows(found: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether each row holds one field of a record, its name first, as Embase can write it."""
    names = {column(row[0]) for _, row in found[:40]}
    return bool(found) and column(found[0][1][0]) == "title" and EMBASE.needs <= names


def row_by_row(file: str, found: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, Cells]]:
    """Fields of each record; a record begins with its title."""
    cells: dict[str, list[str]] = {}
    start = 1
    for line, row in found:
        name = column(row[0])
        if name == "title" and cells:
            yield start, cells
            cells = {}
        if name == "title":
            start = line
        if len(row) < 2:
            raise refused(file, line, row[0], "is a field without a value", CUT_OFF)
        if name in cells:
            raise refused(file, line, row[0], f"stands twice in the record of line {start}", CUT_OFF)
        cells[name] = row[1:]
    yield start, cells


def from_cells(file: str, line: int, layout: Layout, cells: Cells) -> Exported:
    """One record of a layout."""

    def first(names: Sequence[str]) -> str:
        return next((cell.strip() for name in names for cell in cells.get(name, ()) if cell.strip()), "")

    def every(names: Sequence[str]) -> list[str]:
        return [cell.strip() for name in names for cell in cells.get(name, ()) if cell.strip()]

    title = as_cell(first(layout.title))
    if not title:
        remedy = "complete it in the database, and export again"
        raise refused(file, line, None, f"begins a record without a title ({' or '.join(layout.title)})", remedy)
    own = first(layout.own)
    if layout.own and not own:
        raise refused(file, line, title, f"begins an entry without a number ({layout.own[0]})", CUT_OFF)
    journal = " ".join(every(layout.journal))
    is_entry = bool(layout.own) or bool(REGISTERS.search(journal) and "://" in journal)
    numbers = (registrations_in(own) or (own,)) if own else registrations_in(*every(layout.numbers))
    numbers = numbers[:1] if is_entry else numbers
    given, links = first(layout.doi), every(layout.links)
    doi = doi_in(given)
    pmid = pmid_of(first(layout.pmid))
    return Exported(
        line=line,
        title=title,
        year=year_in(*every(layout.year)),
        authors=listed(parted(every(layout.authors), layout.parted)),
        address=address_of(doi, pmid, numbers, [link for cell in links for link in re.split(r"[\s|]+", cell)]),
        doi=doi,
        pmid=pmid,
        registrations=numbers,
        is_entry=is_entry,
        note=no_doi(given, doi),
    )


def pmid_of(text: str) -> str:
    """``12345678`` of a cell that says it alone or after PUBMED."""
    found = PUBMED.search(text)
    number = found[1] if found else text.partition(".")[0]
    return number if PMID.fullmatch(number) else ""


def parted(authors: Sequence[str], sign: str) -> list[str]:
    """Authors that stand in one cell apart, cells of their own as they are."""
    if len(authors) != 1 or not sign:
        return [as_cell(author) for author in authors]
    return [as_cell(author) for author in authors[0].split(sign)]
