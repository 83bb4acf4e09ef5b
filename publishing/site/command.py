"""``publishing site``: a folder with a front page, the outputs, the data, the README and what it links to.

It is made of verified outputs only.

The front page shows the abstract as it was rendered, so its numbers are those of the paper and lead to their origins.
Nothing is loaded from elsewhere, and all links are relative: the folder works opened from disk. The same outputs give
the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import string
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from publishing import TEMPLATES
from publishing.project import freshness, interruptions
from publishing.project.configuration import Project, load_project
from publishing.project.document import Document, read_document
from publishing.project.errors import PublishingError
from publishing.project.fingerprints import inputs
from publishing.project.outputs import alone, is_handed_on, staging
from publishing.setup import bill

FOLDER = "_site"
PAGE = "index.html"
README = "README.md"
#: in the head of the front page: a folder with it was made here and may be replaced
MARK = '<meta name="generator" content="publishing site">'
#: where a link of a text in Markdown leads
LINK = re.compile(r"\]\(([^()\s]+)\)|<img\b[^>]*\bsrc=\"([^\"]+)\"")
FORMS = {"html": "read it here", "pdf": "PDF", "docx": "Word"}
#: output → what it is, where it is no document
ALSO = {
    "ledger.csv": "every printed number with its value, method and sources, as a table",
    "ledger.json": "the same",
    bill.NAME: "the software that made the documents: versions, hashes, licences (CycloneDX)",
}
ORIGINS = "where each printed number comes from, with the words that were read"
TEMPLATE = TEMPLATES / "site.html"


def site(root: Path, profile: str | None = None) -> None:
    """Make the folder ``_site``, or replace it as a whole.

    Raises :class:`PublishingError` when the outputs are not those that were verified last, when no output has an
    abstract, and for a folder of that name that holds something else.
    """
    project = load_project(root, profile)
    with alone(project.root):
        documents = [read_document(path) for path in project.documents]
        outputs = verified(project, documents)
        target = project.root / FOLDER
        check_target(target)
        with staging(project.root) as stage:
            for path in outputs:
                shutil.copyfile(path, place(stage.out, path.relative_to(project.output_dir)))
            given = handed_on(project)
            for path in given:
                shutil.copyfile(path, place(stage.out, path.relative_to(project.root)))
            names = [path.relative_to(project.output_dir).as_posix() for path in outputs]
            bill.write(stage.out / bill.NAME, project.root / project.ledger.lock, project.root.name)
            names.append(bill.NAME)
            page = page_text(project, documents, names, [path.relative_to(project.root) for path in given])
            (stage.out / PAGE).write_text(page, encoding="utf-8")
            replace(stage.out, target, stage.work)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{FOLDER}: {len(outputs)} outputs, {len(given)} other files, {size / 1e6:.1f} MB; open {FOLDER}/{PAGE}")


def verified(project: Project, documents: Sequence[Document]) -> list[Path]:
    """The outputs for readers, if they are those that were verified. Raises :class:`PublishingError`."""
    fresh = freshness.of(project, documents, project.output_dir)
    shown = os.path.relpath(project.output_dir, project.root)
    if fresh is None or not fresh.is_verified():
        changed = fresh.altered() if fresh else []
        why = f"{', '.join(changed)} changed since" if changed else "they are not up to date, or were not verified"
        raise PublishingError(f"no site is made of the outputs in {shown}: {why}.", remedy="run 'make paper'.")
    return sorted(path for path in fresh.outputs() if is_handed_on(path))


def handed_on(project: Project) -> list[Path]:
    """Data, README with what it links to, and licences: what is copied as it is, as far as it lies in the project."""
    licences = [
        project.root / str(one["file"]) for one in project.settings.values.get("submission", {}).get("licences", [])
    ]
    found = [path for path in licences if path.is_file()]
    found += linked(project, project.root / README)
    data = [path for path in inputs(project, "data") if path.resolve().is_relative_to(project.root.resolve())]
    return sorted({*found, *(path for path in data if not path.name.startswith("."))})


def linked(project: Project, first: Path) -> set[Path]:
    """A text in Markdown and the files of the project that it leads to, and those that they lead to in turn."""
    root = project.root.resolve()
    found: set[Path] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop()
        if path.is_dir():
            waiting += sorted(path.iterdir())
            continue
        own = path.resolve()
        inside = own.is_relative_to(root) and not own.is_relative_to(project.output_dir.resolve())
        if not path.is_file() or not inside or path in found or path.name.startswith("."):
            continue
        found.add(path)
        if path.suffix == ".md":
            for groups in LINK.findall(path.read_text(encoding="utf-8")):
                to = urlsplit(next(filter(None, groups)))
                if to.path and not to.scheme and not to.netloc:
                    waiting.append(Path(os.path.normpath(path.parent / unquote(to.path))))
    return found


def place(folder: Path, name: Path) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    return folder / name


def check_target(target: Path) -> None:
    """Raise :class:`PublishingError` for what was not made by this command."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    page = target / PAGE
    if not page.is_file() or MARK not in page.read_text(encoding="utf-8", errors="replace"):
        raise PublishingError(
            f"{target.name} holds something that is no site of this project.", remedy="move it away, or delete it."
        )


def replace(made: Path, target: Path, work: Path) -> None:
    """Put the folder ``made`` in the place of ``target``, which is put back when that fails."""
    old = work / "old-site"
    with interruptions.held():
        if target.exists():
            target.rename(old)
        try:
            made.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise


def page_text(project: Project, documents: Sequence[Document], outputs: Sequence[str], given: Sequence[Path]) -> str:
    """The front page. Raises :class:`PublishingError` when no document has an abstract."""
    name, language, title, abstract = front(project, documents, outputs)
    others = sorted(set(outputs) - {f"{one.name}.{form}" for one in documents for form in FORMS})
    said = ALSO | ({project.origins_page: ORIGINS} if project.origins_page else {})
    data = [path.as_posix() for path in given if path.name != README and path.parts[0] in project.ledger.data]
    rest = [path.as_posix() for path in given if path.as_posix() not in data]
    return string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        language=escape(language),
        mark=MARK,
        theme=(TEMPLATES / "theme.js").read_text(encoding="utf-8"),
        style=(TEMPLATES / "article.css").read_text(encoding="utf-8"),
        title=title,
        plain_title=escape(html.fromstring(f"<p>{title}</p>").text_content()),
        abstract=abstract,
        first=escape(f"{name}.html"),
        documents="\n".join(document_item(one, outputs) for one in documents),
        outputs="\n".join(item(one, said.get(one, "")) for one in others),
        data="\n".join(item(one) for one in data),
        rest="\n".join(item(one) for one in rest),
    )


def front(project: Project, documents: Sequence[Document], outputs: Sequence[str]) -> tuple[str, str, str, str]:
    """Name, language, title and abstract of the first document that has an abstract; the last two are HTML."""
    for document in documents:
        if f"{document.name}.html" not in outputs:
            continue
        page = html.parse(str(project.output_dir / f"{document.name}.html")).getroot()
        found = page.xpath('//section[contains(concat(" ", @class, " "), " abstract ")]')
        if found:
            titles = page.xpath('//h1[contains(concat(" ", @class, " "), " title ")]')
            title = inner(titles[0]) if titles else escape(str(document.front.values["title"]))
            return document.name, page.get("lang", "en"), title, abstract_of(found[0], f"{document.name}.html")
    raise PublishingError(
        "no document has an abstract, which is what the front page shows.",
        remedy="give the manuscript a section '# Abstract {#abstract .unnumbered}'.",
    )


def abstract_of(section: html.HtmlElement, page: str) -> str:
    """The paragraphs of an abstract, their links within ``page`` leading to it; its heading is left out."""
    for one in section.xpath(".//*[@id]"):
        del one.attrib["id"]
    for link in section.xpath(".//a[@href]"):
        if link.get("href").startswith("#"):
            link.set("href", page + link.get("href"))
    parts = [child for child in section if child.tag not in ("h1", "h2")]
    return "\n".join(html.tostring(part, encoding="unicode", with_tail=False) for part in parts)


def inner(element: html.HtmlElement) -> str:
    """What stands in an element, as HTML."""
    parts = [escape(element.text or ""), *(html.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts).strip()


def document_item(document: Document, outputs: Sequence[str]) -> str:
    named = escape(str(document.front.values.get("article", {}).get("heading") or document.name.capitalize()))
    links = list(links_of(document.name, outputs))
    return f"<li>{named}: {', '.join(links)}</li>"


def links_of(name: str, outputs: Sequence[str]) -> Iterator[str]:
    for form, said in FORMS.items():
        if (file := f"{name}.{form}") in outputs:
            yield f'<a href="{escape(file)}">{said}</a>'


def item(name: str, said: str = "") -> str:
    return f'<li><a href="{escape(name)}">{escape(name)}</a>{f": {escape(said)}" if said else ""}</li>'
