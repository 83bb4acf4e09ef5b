"""Exports with a tag on each line: RIS (Embase, CENTRAL, Scopus, reference managers) and PubMed's NBIB.

RIS: two signs, two spaces, a hyphen; a record goes from TY to ER. NBIB, the MEDLINE display of PubMed: a tag filled
up to four signs, a hyphen; a record begins with PMID, its longer lines go on after six spaces. Why no package reads
them: docs/decisions/0002-dependencies.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from analysis.evidence.searching.exported import Exported, listed, refused
from analysis.evidence.searching.identifiers import (
    PMID,
    REGISTERS,
    address_of,
    as_cell,
    cleaned,
    doi_in,
    pmid_of_address,
    registrations_in,
    year_in,
)

RIS_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  -(?: (?P<value>.*))?\s*")
NBIB_LINE = re.compile(r"(?P<tag>[A-Z]{2,4}) {0,2}- (?P<value>.*)")
#: what programs write between records: their number, or words on the provider
BETWEEN = re.compile(r"\s*|<?[0-9]+[.>]?|[A-Z][\w ]{0,30}:.*")
CUT_OFF = "export the file again: it was cut off, or records were pasted together"
PUBMED = re.compile(r"(?:PUBMED|PMID|MEDLINE)[ :]*([0-9]{1,8})", re.I)
#: fields of RIS that may hold registration numbers, besides abstract and keywords
NUMBERS = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "CN", "NT", "N1", "AN", "ID", "M1", "M2", "U1", "U2", "U4")
LINKS = ("UR", "L2", "L3", "LK", "L1", "US")
JOURNAL = ("T2", "JF", "JO", "JA")


@dataclass(slots=True)
class Tags:
    """The fields of one record with the line on which it begins."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, tag: str, value: str) -> None:
        self.values.setdefault(tag, []).append(value.strip())

    def all(self, *tags: str) -> list[str]:
        """What stands in these fields and is not empty, in the order of the tags."""
        return [value for tag in tags for value in self.values.get(tag, ()) if value]

    def first(self, *tags: str) -> str:
        return next(iter(self.all(*tags)), "")


def ris(file: str, lines: Iterable[str]) -> Iterator[Exported]:
    """The records of a RIS file. Raises DataError at the line that does not fit."""
    for tags in ris_records(file, lines):
        yield from_ris(file, tags)


def ris_records(file: str, lines: Iterable[str]) -> Iterator[Tags]:
    """Fields record by record; a line without a tag goes on from the one above."""
    tags: Tags | None = None
    last = ""
    for number, line in enumerate(lines, start=1):
        found = RIS_LINE.fullmatch(line)
        tag = found["tag"] if found else ""
        if tags is None:
            if tag == "TY":
                tags = Tags(number)
            elif not BETWEEN.fullmatch(line):
                raise refused(file, number, line, "stands outside a record", "a record goes from TY to ER: mend it")
        elif tag == "TY":
            problem = f"begins a record before the one of line {tags.line} ended with ER"
            raise refused(file, number, line, problem, CUT_OFF)
        elif tag == "ER":
            yield tags
            tags = None
            continue
        if tags is not None and found:
            tags.add(tag, found["value"] or "")
            last = tag
        elif tags is not None and line.strip():
            tags.values[last][-1] += f" {line.strip()}"
    if tags is not None:
        raise refused(file, tags.line, None, "begins a record that never ends with ER", CUT_OFF)


def from_ris(file: str, tags: Tags) -> Exported:
    """A record of RIS."""
    title = as_cell(tags.first("TI", "T1", "CT", "BT"))
    if not title:
        remedy = "complete it in the database or the reference manager, and export again"
        raise refused(file, tags.line, None, "begins a record without a title (TI or T1)", remedy)
    given, links = tags.first("DO"), tags.all(*LINKS)
    doi = doi_in(given) or next(filter(None, (doi_in(link) for link in links if "doi.org" in link)), "")
    journal = " ".join(tags.all(*JOURNAL))
    is_entry = "registry record" in " ".join(tags.all("M3", "PT")).lower() or bool(
        REGISTERS.search(journal) and "://" in journal
    )
    numbers = registrations_in(*tags.all(*JOURNAL), *tags.all(*NUMBERS), *links, title)
    numbers = numbers[:1] if is_entry else numbers
    pmid = ris_pmid(tags, links)
    return Exported(
        line=tags.line,
        title=title,
        year=year_in(*tags.all("PY", "Y1", "DA")),
        authors=listed([as_cell(author) for author in tags.all("AU", "A1")]),
        address=address_of(doi, pmid, numbers, links),
        doi=doi,
        pmid=pmid,
        registrations=numbers,
        is_entry=is_entry,
        note=no_doi(given, doi),
    )


def ris_pmid(tags: Tags, links: Iterable[str]) -> str:
    """The PubMed number: where it is named as one, in C5, in C2 of Scopus, or in a link to PubMed."""
    for value in tags.all("C3", "AN", "C5", "C1", "N1", "NT", "M2"):
        if found := PUBMED.fullmatch(value) or re.search(rf"{PUBMED.pattern}(?![0-9])", value, re.I):
            return found[1].lstrip("0")
    plain = tags.all("C5") + (tags.all("C2") if tags.first("DB").casefold() == "scopus" else [])
    for value in plain:
        if PMID.fullmatch(value):
            return value
    return next(filter(None, map(pmid_of_address, links)), "")


def no_doi(given: str, doi: str) -> str:
    """A remark where the field of the DOI holds something else."""
    own = given and not doi and "10.1002/central/" not in given.lower()
    return f"given as DOI and none: {cleaned(given)}" if own else ""


def nbib(file: str, lines: Iterable[str]) -> Iterator[Exported]:
    """The records of an NBIB file. Raises DataError at the line that does not fit."""
    tags: Tags | None = None
    for found in nbib_records(file, lines):
        if tags is not None:
            yield from_nbib(file, tags)
        tags = found
    # PubMed ends each record of an article with its source
    if tags is not None and not tags.all("SO", "BTI"):
        raise refused(file, tags.line, tags.first("PMID"), "begins a record without its last field (SO)", CUT_OFF)
    if tags is not None:
        yield from_nbib(file, tags)


def nbib_records(file: str, lines: Iterable[str]) -> Iterator[Tags]:
    """Fields record by record."""
    tags: Tags | None = None
    last = ""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if line.startswith("      ") and tags is not None and last:
            tags.values[last][-1] += f" {line.strip()}"
            continue
        found = NBIB_LINE.fullmatch(line)
        if found is None:
            remedy = "each line has a tag and a hyphen, or goes on after six spaces: export the file again"
            raise refused(file, number, line, "is no line of an NBIB file", remedy)
        last = found["tag"]
        if last == "PMID":
            if tags is not None:
                yield tags
            tags = Tags(number)
            if not PMID.fullmatch(found["value"].strip()):
                raise refused(file, number, line, "gives no PubMed number", "export the file again")
        if tags is None:
            raise refused(file, number, line, "stands before the first PMID", "export the file again")
        tags.add(last, found["value"])
    if tags is not None:
        yield tags


def from_nbib(file: str, tags: Tags) -> Exported:
    """A record of PubMed."""
    titles = [as_cell(value) for value in tags.all("TI", "TT", "BTI")]
    titles.sort(key=lambda title: "[not available]" in title.lower())
    if not titles:
        raise refused(file, tags.line, tags.first("PMID"), "begins a record without a title (TI)", CUT_OFF)
    dois = [doi_in(value) for value in tags.all("LID", "AID") if value.endswith("[doi]")]
    doi, pmid = next(filter(None, dois), ""), tags.first("PMID")
    return Exported(
        line=tags.line,
        title=titles[0],
        year=year_in(*tags.all("DP", "DEP")),
        authors=listed([as_cell(author) for author in tags.all("FAU") or tags.all("AU") or tags.all("CN")]),
        address=address_of(doi, pmid, (), ()),
        doi=doi,
        pmid=pmid,
        registrations=registrations_in(*tags.all("SI")),
        is_entry=False,
    )
