"""references.bib, written from data/bibliography.csv: what was read of a reference is kept in one place only.

A field that was not read is left out. What a reader would miss in the printed list is said there: an entry without
title, authors, journal or year says so; one that has neither DOI nor volume has the address where it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.evidence.load import load
from analysis.evidence.rows_bookkeeping import Reference
from analysis.evidence.whole_file import write_whole

FILE = "references.bib"
HEADING = "% Written by `python -m analysis references` from data/bibliography.csv; change that, not this file.\n"

#: type in bibliography.csv → BibTeX's type and its names of journal or publisher and of pages or number
KINDS = {
    "article": ("article", "journal", "pages"),
    "preprint": ("article", "journal", "pages"),
    "chapter": ("incollection", "booktitle", "pages"),
    "book": ("book", "publisher", "pages"),
    "report": ("techreport", "institution", "number"),
    "webpage": ("misc", "howpublished", "pages"),
    "software": ("misc", "howpublished", "pages"),
}
#: what a complete reference of each type has, as columns of bibliography.csv
_WORK = ("authors", "title", "journal_or_publisher", "year")
COMPLETE = {
    "article": (*_WORK, "volume", "pages_or_article", "doi"),
    "preprint": (*_WORK, "doi"),
    "chapter": (*_WORK, "pages_or_article"),
    "book": _WORK,
    "report": (*_WORK, "pages_or_article"),
    "webpage": ("authors", "title"),
    "software": ("authors", "title"),
}
WORDS = {"journal_or_publisher": "journal", "pages_or_article": "pages or article number", "doi": "DOI"}
OTHERS = "others"
EDITORS = " (editors)"
_PARTICLE = re.compile(r"(?:^|; )[a-z]+ [^;]*")
_RANGE = re.compile(r"(?<=\d)-(?=[\dA-Z]|e\d)")
_SPECIAL = re.compile(r"([&%$#_])")
#: signs of LaTeX that a backslash alone does not make plain
_NAMED = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def not_found(reference: Reference) -> tuple[str, ...]:
    """The fields that a complete reference of this type would have and this one lacks, in words."""
    lacking = [name for name in COMPLETE[reference.type] if not getattr(reference, name)]
    gaps = [WORDS.get(name, name) for name in lacking]
    if OTHERS in names(reference):
        gaps.append("further authors")
    return tuple(gaps)


def names(reference: Reference) -> list[str]:
    """The authors or editors one by one; the last is "others" where the list was not read to its end."""
    return [name for name in reference.authors.removesuffix(EDITORS).split("; ") if name]


def bibtex(bibliography: tuple[Reference, ...]) -> str:
    """The whole file."""
    return "\n".join([HEADING, *map(_entry, bibliography)])


def _entry(reference: Reference) -> str:
    kind, _, _ = KINDS[reference.type]
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(reference))
    return f"@{kind}{{{reference.key},\n{fields}\n}}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    _, home, place = KINDS[reference.type]
    if reference.authors:
        role = "editor" if reference.authors.endswith(EDITORS) else "author"
        yield role, " and ".join(_name(name) for name in names(reference))
        if _PARTICLE.search(reference.authors.replace(OTHERS, "")):
            yield "options", "useprefix=true"
    yield "title", f"{{{_escaped(_title(reference))}}}"
    for name, value in (
        (home, _escaped(reference.journal_or_publisher)),
        ("year", "" if reference.year is None else str(reference.year)),
        ("volume", _escaped(reference.volume)),
        ("number", _escaped(reference.issue)),
        (
            place,
            _escaped(
                _RANGE.sub("--", reference.pages_or_article) if place == "pages" else reference.pages_or_article
            ),
        ),
        ("doi", reference.doi),
        ("pmid", reference.pmid),
    ):
        if value:
            yield name, value
    if not reference.doi and not (reference.volume and reference.title) and reference.type not in ("book", "report"):
        yield "url", _first_address(reference)
        if reference.read_on is not None:
            yield "urldate", reference.read_on.isoformat()
    if note := _note(reference):
        yield "note", note


def _title(reference: Reference) -> str:
    """The title, or in brackets that it was not found, with whatever else was not."""
    return reference.title or f"[{_lacking(reference).capitalize()} not found]"


def _note(reference: Reference) -> str:
    """What the printed reference says in brackets after its title: that it is a preprint, and what it lacks."""
    kind = "preprint" if reference.type == "preprint" else ""
    lacking = _lacking(reference) if reference.title else ""
    return "; ".join(filter(None, (kind, lacking and f"{lacking} not found")))


def _lacking(reference: Reference) -> str:
    missing = [name for name in COMPLETE[reference.type] if name in _WORK and not getattr(reference, name)]
    words = [WORDS.get(name, name) for name in missing]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _name(name: str) -> str:
    """A name without comma, of a group or a family alone, in braces, so that it stays whole."""
    whole = "," in name or name == OTHERS or name.startswith("{")
    return _escaped(name if whole else f"{{{name}}}")


def _first_address(reference: Reference) -> str:
    return reference.address.split(" ; ")[0].split(" (")[0].strip()


def _escaped(text: str) -> str:
    """A text of which no sign means anything to LaTeX; the checks refuse braces and backslashes."""
    plain = _SPECIAL.sub(r"\\\1", text)
    return re.sub("[~^]", lambda sign: _NAMED[sign[0]], plain)


def write_references(folder: Path) -> Path:
    """Write references.bib beside the folder of the evidence; the file."""
    path = folder.parent / FILE
    write_whole(path, bibtex(load(folder).bibliography))
    return path
