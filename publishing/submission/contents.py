"""What a journal counts in a paper: read from the finished DOCX, as the journal's office will read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.oxml.ns import qn

from publishing.formats.word.tables import text_of
from publishing.verify.identity import Names
from publishing.verify.passages import Kind, Output, Passage, Place
from publishing.verify.read_docx import read_docx

_WORD = re.compile(r"\w")
SECTION_NUMBER = re.compile(r"^\d+(?:\.\d+)*\s+")
_LEAD = re.compile(r"^([^.:]{1,90})[.:]")
_FIRST_SENTENCE = re.compile(r".*?[.?!:](?=\s|$)|.+", re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[.?!](?=\s|$)|$)\s*", re.DOTALL)
_CITED = re.compile(r"\s*[\[(]?\0[\0,;\s\N{EN DASH}-]*[\])]?")
_LABEL_NUMBER = re.compile(r"(\d+)(?:\s\w+)?$")

#: how words are counted, for the reports
METHOD = (
    "Words are counted in the Word file: what stands between blanks and holds a letter or digit, a formula as one "
    "word. The main text runs from the first heading after the abstract to the declarations, its headings "
    "included; title, abstract, tables, captions, declarations and references are not part of it."
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the paragraphs below it, up to the next heading of any level."""

    title: str
    level: int
    paragraphs: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Float:
    """A figure or table: its label as printed ("Figure S2"), legend without label, and a table's cells by row.

    ``own_words`` are those of the legend without its citations, whose numbers mean something in its document alone.
    """

    label: str
    kind: str
    legend: str
    own_words: str
    rows: tuple[tuple[str, ...], ...]
    alternative: str

    @property
    def title(self) -> str:
        """The first sentence of the legend, or what stands before its colon."""
        found = _FIRST_SENTENCE.match(self.legend)
        return found[0].removesuffix(":") if found else ""

    @property
    def number(self) -> str:
        found = _LABEL_NUMBER.search(self.label)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A document taken apart. ``abstract`` are its paragraphs, ``main`` the sections that count as text."""

    title: str
    abstract: tuple[Passage, ...]
    keywords: tuple[str, ...]
    main: tuple[Section, ...]
    declarations: tuple[Section, ...]
    floats: tuple[Float, ...]
    references: tuple[str, ...]
    everything: Output

    def of_kind(self, kind: str) -> list[Float]:
        return [one for one in self.floats if one.kind == kind]

    def leads(self) -> Iterator[str]:
        """Every heading, and the words before a paragraph's first full stop or colon; the abstract's left out."""
        abstract = {id(passage) for passage in self.abstract}
        for passage in self.everything.passages:
            if id(passage) in abstract:
                continue
            if passage.place is Place.HEADING:
                yield passage.text
            elif passage.place is Place.PROSE and (found := _LEAD.match(passage.text)):
                yield found[1]

    def sentences(self) -> dict[str, str]:
        """The legend of each float by its label: its first sentence, or as many as tell it from those of its kind."""
        return {label: said for kind in ("figure", "table") for label, said in _told_apart(self.of_kind(kind))}

    def abstract_headings(self) -> list[str]:
        return [found[1] for passage in self.abstract if (found := re.match(r"([^:.]{1,60}):", passage.text))]


def read_contents(path: Path, declarations: str = "") -> Contents:
    """Take the DOCX at ``path`` apart; ``declarations`` is the title of the section that ends the main text."""
    output = read_docx(path, Names(set(), set()))
    styled = _styled(path, "AbstractTitle", "Keywords")
    title, *sections = _sections(output.passages)
    abstract = sections[0].paragraphs if sections and sections[0].title == styled.get("AbstractTitle") else ()
    main, after = _split(sections[1:] if abstract else sections, declarations)
    keywords = styled.get("Keywords", "")
    return Contents(
        title=title.title,
        abstract=tuple(one for one in abstract if one.text != keywords),
        keywords=tuple(word.strip() for word in keywords.partition(":")[2].split(";") if word.strip()),
        main=tuple(main),
        declarations=tuple(after),
        floats=tuple(_floats(output)),
        references=tuple(one.text for one in output.passages if one.place is Place.REFERENCES),
        everything=output,
    )


def number_of_words(passages: Iterable[Passage]) -> int:
    """The number of words, by :data:`METHOD`."""
    return sum(_words(passage) for passage in passages)


def _words(passage: Passage) -> int:
    formula = (Kind.FORMULA, Kind.SCRIPT)
    text = "".join("\0" if run.kind in formula else run.text for run in passage.runs)
    return sum(1 for word in re.sub("\0+", "x", text).split() if _WORD.search(word))


def _styled(path: Path, *styles: str) -> dict[str, str]:
    """The text of the first paragraph in each of these styles."""
    found: dict[str, str] = {}
    for paragraph in docx.Document(str(path)).element.body.iterchildren(qn("w:p")):
        if paragraph.style in styles:
            found.setdefault(paragraph.style, " ".join(text_of(paragraph).split()))
    return found


def _sections(passages: Iterable[Passage]) -> list[Section]:
    found: list[tuple[str, int, list[Passage]]] = [("", 0, [])]
    for passage in passages:
        if passage.place is Place.HEADING:
            found.append((passage.text, passage.level, []))
        elif passage.place is Place.PROSE:
            found[-1][2].append(passage)
    return [Section(title, level, tuple(paragraphs)) for title, level, paragraphs in found if title or paragraphs]


def _split(sections: list[Section], declarations: str) -> tuple[list[Section], list[Section]]:
    """The main text, and the section of the declarations with its own subsections."""
    titles = [SECTION_NUMBER.sub("", section.title) for section in sections]
    end = titles.index(declarations) if declarations in titles else len(sections)
    after = sections[end : end + 1]
    for section in sections[end + 1 :]:
        if section.level <= sections[end].level:
            break
        after.append(section)
    main = [one for one in sections[:end] if one.paragraphs or one.level]
    while main and not main[-1].paragraphs:
        main.pop()
    return main, after


def _told_apart(floats: Sequence[Float]) -> Iterator[tuple[str, str]]:
    sentences = [_SENTENCE.findall(one.own_words) for one in floats]
    taken = [1] * len(floats)
    while True:
        said = ["".join(parts[:number]).strip() for parts, number in zip(sentences, taken, strict=True)]
        alike = [
            index for index, text in enumerate(said) if said.count(text) > 1 and taken[index] < len(sentences[index])
        ]
        if not alike:
            break
        for index in alike:
            taken[index] += 1
    for one, text in zip(floats, said, strict=True):
        yield one.label, text if text.endswith((".", "?", "!")) else f"{text}."


def own_words(caption: Passage) -> str:
    """The text of a caption without label and citations."""
    text = "".join("\0" if run.kind is Kind.CITATION else run.text for run in caption.runs)
    return _CITED.sub("", text.removeprefix(caption.float).lstrip(":. "))


def _floats(output: Output) -> Iterator[Float]:
    for caption in output.passages:
        if caption.place is not Place.CAPTION or not caption.float:
            continue
        mine = [one for one in output.passages if one.float == caption.float and one is not caption]
        cells = [one for one in mine if one.place is Place.CELL]
        pictures = [one for one in mine if one.place is Place.ALTERNATIVE]
        yield Float(
            label=caption.float,
            kind="figure" if pictures else "table",
            legend=caption.text.removeprefix(caption.float).lstrip(":. "),
            own_words=own_words(caption),
            rows=tuple(_rows(cells)),
            alternative=pictures[0].text if pictures else "",
        )


def _rows(cells: list[Passage]) -> Iterator[tuple[str, ...]]:
    """Cells by row; the reader drops an empty cell, so each is put by its column."""
    width = max((cell.column for cell in cells), default=0)
    for row in sorted({cell.row for cell in cells}):
        texts = {cell.column: cell.text for cell in cells if cell.row == row}
        yield tuple(texts.get(column, "") for column in range(1, width + 1))
