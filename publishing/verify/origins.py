"""The page of origins: one row for each printed number and guarded phrase, in the order in which they are first read.

It is made of the ledger alone, after the documents are finished, so that it can say on which page of a PDF a number
stands. Printed numbers lead to its rows (``publishing/filters/keys.lua``). It is one file of static HTML and needs no
script; with ``templates/origins.js`` it can be searched, and a row shows the words of its sources in place.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from publishing import TEMPLATES
from publishing.formats.html import FIRST, script
from publishing.project.document import Document
from publishing.verify.contract import CLAIM_TAG, place_of_claim, place_of_key, place_of_row
from publishing.verify.ledger import Ledger

SCRIPT = "origins.js"
#: a row names so many rows of the evidence; a longer list stands once, below, for all numbers that rest on it
MOST_ROWS = 20
#: of a longer list the cell names so many
FIRST_ROWS = 3
#: so many places of a number are named for each document; the ledger has them all
MOST_PLACES = 6
_FORMS = ("pdf", "html", "docx")
_TEMPLATE = TEMPLATES / "origins.html"
_HEADS = ("As printed", "What it is", "Where it is printed", "How it was computed", "Read in")


@dataclass(slots=True)
class _Printed:
    """What is printed under one key: its texts, and by document the places with their pages."""

    document: str
    section: str
    texts: dict[str, None] = field(default_factory=dict)
    places: dict[str, dict[tuple[str, int | None], None]] = field(default_factory=dict)


def write_page(path: Path, ledger: Ledger, documents: Sequence[Document]) -> None:
    """Write the page of all that ``ledger`` traces to ``path``."""
    path.write_text(page_text(ledger, documents), encoding="utf-8")


def page_text(ledger: Ledger, documents: Sequence[Document]) -> str:
    """The page's HTML. The same ledger gives the same text."""
    printed = _all_printed(ledger, [document.name for document in documents])
    sets = _Sets()
    sections: dict[tuple[str, str], list[str]] = {}
    for key, one in printed.items():
        row = _claim(key, one, ledger) if key.startswith(CLAIM_TAG) else _number(key, one, ledger, sets)
        if row:
            sections.setdefault((one.document, one.section), []).append(row)
    first = documents[0].front.values
    main = [
        *_contents(sections),
        *(part for number, (place, rows) in enumerate(sections.items(), 1) for part in _section(number, place, rows)),
        *_sources(ledger),
        *sets.listed(),
    ]
    template = string.Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        language=escape(str(first.get("lang", "en"))),
        style=(TEMPLATES / "article.css").read_text(encoding="utf-8"),
        title=escape(str(first["title"])),
        main="\n".join(main),
        first=script(FIRST),
        script=script(SCRIPT),
    )


def _all_printed(ledger: Ledger, names: Sequence[str]) -> dict[str, _Printed]:
    """Every key in the order of its first printing. Formats print the same, but pages are a PDF's alone."""
    found: dict[str, _Printed] = {}
    for name in names:
        for form in _FORMS:
            for row in ledger.printed(name, form):
                one = found.setdefault(row["key"], _Printed(name, row["section"]))
                one.texts[row["text"]] = None
                place = (row["float"] or row["section"], row["page"])
                places = one.places.setdefault(name, {})
                # another format than the PDF only tells of places that the PDF does not have
                if form == "pdf" or all(label != place[0] for label, _ in places):
                    places[place] = None
    return found


class _Sets:
    """Lists of rows that are too long for a cell: each gets a name when it is first asked for.

    Each row of a list leads to its words, as the rows of a cell do.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._ledger: Ledger | None = None

    def cell(self, rows: Sequence[str], ledger: Ledger) -> str:
        """The rows one by one if they are few, else the first of them and a link to the list of all."""
        if len(rows) <= MOST_ROWS:
            return _links(rows, ledger)
        self._ledger = ledger
        name = self._names.setdefault(tuple(rows), f"set-{len(self._names) + 1}")
        shown = _links(rows[:FIRST_ROWS], ledger)
        return f'{shown} … <a href="#{name}">all {len(rows):,} rows of the evidence, with their words</a>'

    def listed(self) -> Iterator[str]:
        if self._ledger is None:
            return
        yield '<section class="origins" aria-labelledby="sets"><h2 id="sets">Long lists of rows</h2>'
        yield "<p>Results that rest on many rows of the evidence lead here.</p>"
        for rows, name in self._names.items():
            yield f'<div class="set" id="{name}"><h3>{len(rows):,} rows</h3><p>{_links(rows, self._ledger)}</p></div>'
        yield "</section>"


def _links(rows: Iterable[str], ledger: Ledger) -> str:
    shown = (f'<a href="#{place_of_row(row)}">{escape(_name(row, ledger))}</a>' for row in rows)
    return " ".join(shown) or "–"


def _name(row: str, ledger: Ledger) -> str:
    """What readers call a row, and the place in what was read."""
    said = ledger.rows.get(row, {})
    return ", ".join(filter(None, (said.get("name"), said.get("locator")))) or row


def _number(key: str, one: _Printed, ledger: Ledger, sets: _Sets) -> str:
    number = ledger.content["numbers"].get(key)
    if number is None:
        return ""
    place = place_of_key(key)
    value = shown_value(number["value"])
    unrounded = "" if value in one.texts else f"<br><small>unrounded <data>{escape(value)}</data></small>"
    kind = number["kind"] + (", reportable" if number["reportable"] else "")
    how = [escape(number["method"])] if number["method"] else []
    if again := number["second"]:
        how.append(
            f"<small>computed again: {escape(shown_value(again['value']))} by {escape(again['by'])}, "
            f"relative deviation {again['deviation']:.1e}</small>"
        )
    how.append(f"<code>{escape(number['code'])}</code>")
    return _row(
        place,
        _texts(place, one) + unrounded,
        f"{escape(number['meaning'])}<br><small><i>{escape(kind)}</i> <code>{escape(key)}</code></small>",
        _places(one),
        "<br>".join(how),
        sets.cell(number["rows"], ledger),
    )


def _claim(key: str, one: _Printed, ledger: Ledger) -> str:
    name = key.removeprefix(CLAIM_TAG)
    claim = ledger.content["claims"].get(name)
    if claim is None:
        return ""
    place = place_of_claim(name)
    return _row(
        place,
        _texts(place, one),
        f"stands only while {escape(claim['says'])}<br><small><i>claim</i> <code>{escape(name)}</code></small>",
        _places(one),
        f"<code>{escape(claim['predicate'])}</code><br>{'holds' if claim['holds'] else 'does not hold'}",
        "–",
    )


def shown_value(value: object) -> str:
    """A value as it was computed: text as it is, numbers with all their digits."""
    return value if isinstance(value, str) else json.dumps(value)


def _row(place: str, *cells: str) -> str:
    head, *others = cells
    return f'<tr id="{place}"><th scope="row">{head}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"


def _texts(place: str, one: _Printed) -> str:
    first, *others = map(escape, one.texts)
    return f'<a href="#{place}"><data>{first}</data></a>' + "".join(f"<br><data>{text}</data>" for text in others)


def _places(one: _Printed) -> str:
    parts = []
    for document, places in one.places.items():
        labels: dict[str, list[int]] = {}
        for label, page in places:
            labels.setdefault(label, []).extend([] if page is None else [page])
        named = [escape(label) + _pages(document, pages) for label, pages in labels.items()]
        more = len(named) - MOST_PLACES
        said = "; ".join(named[:MOST_PLACES]) + (f"; {more} more" if more > 0 else "")
        parts.append(f"<b>{escape(document.capitalize())}</b> {said}")
    return "<br>".join(parts)


def _pages(document: str, pages: Iterable[int]) -> str:
    listed = sorted(set(pages))[:MOST_PLACES]
    links = (f'<a href="{document}.pdf#page={page}">{page}</a>' for page in listed)
    return f" (p.\N{NO-BREAK SPACE}{', '.join(links)})" if listed else ""


def _contents(sections: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    """A list of the sections with their numbers of rows."""
    yield '<nav aria-label="Sections"><details><summary>Sections</summary><ul>'
    for number, ((document, section), rows) in enumerate(sections.items(), start=1):
        yield f'<li><a href="#section-{number}">{_titled(document, section)}</a> <small>{len(rows)}</small></li>'
    yield '<li><a href="#sources">Rows of the evidence</a></li></ul></details></nav>'


def _titled(document: str, section: str) -> str:
    return escape(f"{document.capitalize()}: {section}" if section else document.capitalize())


def _section(number: int, place: tuple[str, str], rows: Sequence[str]) -> Iterator[str]:
    # taller rows than these are rare; the browser learns the true height when the section is seen
    yield f'<section class="origins" style="--rows: {len(rows)}" aria-labelledby="section-{number}">'
    yield f'<h2 id="section-{number}">{_titled(*place)}</h2>'
    yield f'<table aria-labelledby="section-{number}">{_head(_HEADS)}<tbody>'
    yield from rows
    yield "</tbody></table></section>"


def _head(heads: Iterable[str]) -> str:
    return "<thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead>"


def _sources(ledger: Ledger) -> Iterator[str]:
    """The rows of the evidence: each with its source, the address, and the words that were read."""
    yield f'<section class="origins" style="--rows: {len(ledger.rows)}" aria-labelledby="sources">'
    yield '<h2 id="sources">Rows of the evidence</h2>'
    heads = ("Row", "Where", "How", "Words read, or the reason of a decision")
    yield f'<table class="sources" aria-labelledby="sources">{_head(heads)}<tbody>'
    for row, said in ledger.rows.items():
        where = escape(", ".join(filter(None, (said["name"], said["locator"]))) or "decision of this review")
        if said["address"].startswith(("https://", "http://")):
            where = f'<a href="{escape(said["address"])}" rel="external noopener">{where}</a>'
        words = f"<q>{escape(said['quotation'])}</q>" if said["quotation"] else "–"
        yield _row(place_of_row(row), f"<code>{escape(row)}</code>", where, escape(said["obtained"]) or "–", words)
    yield "</tbody></table></section>"
