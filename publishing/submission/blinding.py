"""The version for blinded review: the same documents without what tells who wrote them, and the proof of it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
from lxml import etree

from publishing.project.configuration import Project, Settings
from publishing.project.errors import PublishingError
from publishing.submission.authors import Author
from publishing.verify.identity import Names
from publishing.verify.read_pdf import read_pdf

FILTER = Path(__file__).with_name("blinding.lua")
#: what reviewers are sent
BLINDED_FORMATS = ("docx", "typst")
_LAYER = Path("blinding")
_IMAGES = (".png", ".jpeg", ".jpg", ".gif")


def blinded(project: Project, identifying: Sequence[str]) -> Project:
    """The project as it is written without its authors and without the passages that ``identifying`` names."""
    values = project.settings.values
    filters = [str(FILTER), *values.get("filters", [])]
    settings = replace(project.settings, values={**values, "filters": filters})
    layer = Settings(_LAYER, {"blinding": list(identifying)}, {})
    return replace(project, settings=settings, layers=(*project.layers, layer))


def check_blinded(paths: Iterable[Path], authors: Sequence[Author]) -> None:
    """Raise :class:`PublishingError` for a file in which a name, address, ORCID or affiliation is still there."""
    wanted = identifying_texts(authors)
    for path in paths:
        for part, text in _docx(path) if path.suffix == ".docx" else _pdf(path):
            shown = folded(text)
            for pattern, original in wanted.items():
                if pattern in shown:
                    raise PublishingError(
                        f"'{original}' still stands in the blinded {path.name} ({part}).",
                        remedy="reword the passage, or name its heading or first bold words in _quarto.yml under "
                        "'submission: identifying'.",
                    )


def identifying_texts(authors: Sequence[Author]) -> dict[str, str]:
    """What tells a reviewer who wrote a paper: folded text → as it was given."""
    named = (author for author in authors if not author.is_placeholder)
    return {folded(text): text for author in named for text in author.identifying()}


def folded(text: str) -> str:
    """Text without differences of case, blanks and apostrophes."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).casefold()


def _docx(path: Path) -> Iterator[tuple[str, str]]:
    """The text and the attributes of every part."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content = package.read(name)
            if Path(name).suffix in _IMAGES:
                yield name, content.decode("latin-1")
                continue
            root = etree.fromstring(content)
            yield name, "".join(root.itertext())
            yield name, "\n".join(str(value) for element in root.iter() for value in element.attrib.values())


def _pdf(path: Path) -> Iterator[tuple[str, str]]:
    """The text of all pages, every text string of the file (titles, alternatives, properties) and its metadata."""
    for passage in read_pdf(path, Names(set(), set())).passages:
        yield "its text", passage.text
    with pikepdf.open(path) as pdf:
        for one in pdf.objects:
            yield from (("its properties", text) for text in _strings(one))
        if "/Metadata" in pdf.Root:
            yield "its metadata", pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")


def _strings(one: object) -> Iterator[str]:
    """Text strings directly inside an object; what it refers to is an object of its own."""
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Array):
        for child in one:
            if not _is_reference(child):
                yield from _strings(child)
    elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        for child in one.values():
            if not _is_reference(child):
                yield from _strings(child)


def _is_reference(one: object) -> bool:
    return isinstance(one, pikepdf.Object) and bool(one.is_indirect)
