"""The page of origins, read from scratch and held against the ledger, the results, and the files beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import html

from publishing.formats.html import FIRST
from publishing.project.document import Document
from publishing.project.files import SHORT_DIGEST, digest_of
from publishing.verify import origins, pages
from publishing.verify.catalogue import Catalogue
from publishing.verify.contract import CLAIM_TAG, place_of_claim, place_of_key, place_of_row
from publishing.verify.ledger import Ledger
from publishing.verify.passages import Output
from publishing.verify.problems import RENDER, Problem
from publishing.verify.reading import folded


def places(path: Path) -> frozenset[str]:
    """The places of the page at ``path`` that links can lead to; none when it is not there."""
    return frozenset(_tree(path).xpath("//@id")) if path.is_file() else frozenset()


def check_page(
    path: Path, ledger: Ledger, catalogue: Catalogue, documents: Sequence[Document], outputs: Sequence[Output]
) -> Iterator[Problem]:
    """Every printed number has its row, which says of it what the ledger and the results say, and nothing else."""
    if not path.is_file():
        yield Problem(path.name, "", "the page that shows where numbers are from is not there.", RENDER)
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    tree = _tree(path)
    doubled = [name for name, times in Counter(tree.xpath("//@id")).items() if times > 1]
    for name in doubled:
        yield Problem(path.name, name, "two places have this name.", RENDER)
    rows = {row.get("id", ""): row for row in tree.iter("tr") if row.get("id")}
    expected = set()
    for key, printed in _printed(ledger, outputs).items():
        place = place_of_claim(key.removeprefix(CLAIM_TAG)) if key.startswith(CLAIM_TAG) else place_of_key(key)
        expected.add(place)
        if place not in rows:
            yield Problem(path.name, place, f"{key} is printed and has no row.", RENDER)
        else:
            wrong = _row(key, rows[place], printed, catalogue)
            yield from (Problem(path.name, place, message, RENDER) for message in wrong)
    for row, said in ledger.rows.items():
        place = place_of_row(row)
        expected.add(place)
        words = rows[place].xpath("string(.//q)") if place in rows else None
        if words != said["quotation"] or said != catalogue.rows.get(row):
            yield Problem(path.name, place, "the words of this row are not those of the evidence.", RENDER)
    for place in rows.keys() - expected:
        yield Problem(path.name, place, "this row is of nothing that is printed.", RENDER)
    yield from pages.check_scripts(path.name, tree, (FIRST, origins.SCRIPT))
    yield from _links(path, tree, ledger)
    if text != origins.page_text(ledger, documents):
        digest = digest_of(text.encode())[:SHORT_DIGEST]
        message = f"{path.name} is not the file that was rendered: the page (digest {digest}) is not the one that "
        yield Problem("", "", f"{message}the ledger makes.", RENDER)


def _tree(path: Path) -> html.HtmlElement:
    root = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    # a file without any element has none
    return html.Element("html") if root is None else root


def _printed(ledger: Ledger, outputs: Sequence[Output]) -> Mapping[str, set[str]]:
    """Key → the texts that the ledger has of it in the documents that were read."""
    read = {output.document for output in outputs}
    found: dict[str, set[str]] = {}
    for one in ledger.content["occurrences"]:
        if one["document"] in read:
            found.setdefault(one["key"], set()).add(folded(one["text"]))
    return found


def _row(key: str, row: html.HtmlElement, printed: set[str], catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the row of a number or a guarded phrase, in words."""
    shown = {folded(data.text_content()) for data in row.xpath("./th//data[not(parent::small)]")}
    if shown != printed:
        different = ", ".join(f"“{text}”" for text in sorted(shown ^ printed))
        yield f"{key} is not printed as this row says: {different}."
    if key.startswith(CLAIM_TAG):
        claim = catalogue.claims.get(key.removeprefix(CLAIM_TAG))
        if claim is None or claim["predicate"] not in row.text_content():
            yield f"{key} does not show the condition of the results."
        return
    entry = catalogue.entries.get(key)
    if entry is None:
        yield f"{key} is no result."
        return
    value = origins.shown_value(entry["value"])
    unrounded = row.xpath("string(./th/small/data)")
    if (unrounded or value) != value or (not unrounded and folded(value) not in printed):
        yield f"{key} is {value} in the results; the row says {unrounded or ', '.join(sorted(shown))}."


def _links(path: Path, tree: html.HtmlElement, ledger: Ledger) -> Iterator[Problem]:
    """Links to pages of PDFs are to pages on which the ledger has a number, all others to places of this page."""
    there = {(one["document"], one["page"]) for one in ledger.content["occurrences"] if one["format"] == "pdf"}
    known = {f"{document}.pdf#page={page}" for document, page in there}
    own = set(tree.xpath("//@id"))
    for target in sorted(set(tree.xpath("//a/@href"))):
        if ".pdf#page=" in target and target not in known:
            yield Problem(path.name, "", f"the link to {target} leads to a page without any number.", RENDER)
        elif target.startswith("#") and target[1:] not in own:
            yield Problem(path.name, "", f"the link to {target} leads nowhere.", RENDER)
