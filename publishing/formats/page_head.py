"""What a page says beside its title: links to the other files of the set, and what reference managers read of it.

Both follow the configuration alone, so both engines give the same. A placeholder gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from publishing.project.author_keys import name_of_author
from publishing.project.configuration import Project, document_formats
from publishing.project.declarations import stated
from publishing.project.document import Document, read_document

#: the element that holds the links; its words are the page's own and stand in no other format
LINKS = "page-links"
_FORMS = {"typst": ("pdf", "PDF"), "docx": ("docx", "Word")}
_ORIGINS = "Where each number is from"
_DATA = "Data and code"
_TITLE = '<header class="title-block" id="title-block-header">'


def with_head(page: str, project: Project, name: str) -> str:
    """The page of the document ``name`` with both; a page without our title block is left as it is."""
    documents = [read_document(path) for path in project.documents]
    own = next((one for one in documents if one.name == name), None)
    if own is None or _TITLE not in page:
        return page
    before, title, after = page.partition(_TITLE)
    inside, end, rest = after.partition("</header>")
    links = " ".join(f'<a href="{escape(address)}">{escape(words)}</a>' for words, address in links_of(project, own))
    nav = f'<nav class="{LINKS}" aria-label="Files"><p>{links}</p></nav>\n' if links else ""
    page = before + title + inside + nav + end + rest
    described = "".join(
        f'  <meta name="{key}" content="{escape(value)}">\n' for key, value in described_by(project, own)
    )
    return page.replace("</head>", f"{described}</head>", 1)


def links_of(project: Project, own: Document) -> Iterator[tuple[str, str]]:
    """Words and address of each file that belongs to the page: its other forms, other documents, origins, data."""
    for name in document_formats(project, own.front):
        if name in _FORMS:
            ending, words = _FORMS[name]
            yield words, f"{own.name}.{ending}"
    first = project.documents[0].stem
    for path in project.documents:
        if path.stem != own.name and "html" in document_formats(project, read_document(path).front):
            yield "Back to the paper" if path.stem == first else path.stem.capitalize(), f"{path.stem}.html"
    if project.origins_page is not None:
        yield _ORIGINS, project.origins_page
    declared = project.declared
    if declared is not None and (address := declared.texts.get("data-address")):
        yield _DATA, _full(address)


def described_by(project: Project, own: Document) -> Iterator[tuple[str, str]]:
    """What Google Scholar and Zotero read, of the project's first document: name of the element and its content."""
    if own.path.resolve() != project.documents[0].resolve():
        return
    values = {**project.settings.values, **own.front.values}
    authors = [name for author in _entries(values.get("author")) if (name := author_of(author))]
    if not authors:
        return
    yield "citation_title", _plain(str(values["title"]))
    yield from (("citation_author", name) for name in authors)
    article = {**project.settings.values.get("article", {}), **own.front.values.get("article", {})}
    if date := stated(str(values.get("date", ""))):
        yield "citation_publication_date", date.replace("-", "/")
    if doi := stated(article.get("doi")):
        yield "citation_doi", re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", doi)
    if language := values.get("lang"):
        yield "citation_language", str(language).partition("-")[0]
    keywords = _entries(values.get("keywords"))
    yield from (("citation_keywords", str(word)) for word in keywords)


def author_of(author: object) -> str | None:
    """``Family, Given`` where both are told apart, else the name as it is; None for a placeholder."""
    given = author.get("name") if isinstance(author, dict) else author
    if isinstance(given, dict) and given.get("family"):
        particles = [given.get(key) for key in ("dropping-particle", "non-dropping-particle")]
        family = " ".join(str(part) for part in (particles[1], given["family"]) if part)
        first = " ".join(str(part) for part in (given.get("given"), particles[0]) if part)
        return stated(f"{family}, {first}" if first else family)
    return stated(name_of_author(author)) if isinstance(author, dict) else stated(author)


def _entries(value: object) -> list[object]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _plain(markdown: str) -> str:
    return re.sub(r"[*_`]|\[|\]\{[^}]*\}", "", markdown)


def _full(address: str) -> str:
    if re.match(r"https?://", address):
        return address
    if address.startswith("www."):
        return f"https://{address}"
    return f"https://doi.org/{address.removeprefix('doi:')}"
