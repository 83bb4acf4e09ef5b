"""What a limit can be set on: each measure with its unit and how it is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from publishing.submission.contents import SECTION_NUMBER, Contents, number_of_words
from publishing.submission.figures import FigureFile
from publishing.submission.packing import MEGABYTE


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: the paper, its short title and the files of its figures."""

    contents: Contents
    short_title: str
    figures: Sequence[FigureFile]


@dataclass(frozen=True, slots=True)
class Measure:
    """``name`` as a reader reads it; ``unit`` is "" for a plain count; ``take`` gives None where nothing is there."""

    name: str
    unit: str
    take: Callable[[Subject], float | None]


def _main_words(subject: Subject) -> float:
    sections = subject.contents.main
    return number_of_words(one for section in sections for one in section.paragraphs) + sum(
        len(SECTION_NUMBER.sub("", section.title).split()) for section in sections
    )


def _longest(texts: Sequence[str]) -> float | None:
    return max((len(text.split()) for text in texts), default=None)


def _legends(subject: Subject) -> list[str]:
    return [one.legend for one in subject.contents.of_kind("figure")]


def _titles(subject: Subject) -> list[str]:
    return [one.title for one in subject.contents.of_kind("figure")]


MEASURES: Mapping[str, Measure] = {
    "title-characters": Measure("title", "characters", lambda s: len(s.contents.title)),
    "short-title-characters": Measure("short title", "characters", lambda s: len(s.short_title) or None),
    "abstract-words": Measure("abstract", "words", lambda s: number_of_words(s.contents.abstract)),
    "main-text-words": Measure("main text", "words", _main_words),
    "keywords": Measure("keywords", "", lambda s: len(s.contents.keywords)),
    "figures": Measure("figures", "", lambda s: len(s.contents.of_kind("figure"))),
    "tables": Measure("tables", "", lambda s: len(s.contents.of_kind("table"))),
    "figures-and-tables": Measure("figures and tables", "", lambda s: len(s.contents.floats)),
    "references": Measure("reference list", "", lambda s: len(s.contents.references)),
    "heading-levels": Measure(
        "levels of headings", "", lambda s: max((one.level for one in s.contents.main), default=None)
    ),
    "figure-title-words": Measure("longest title of a figure", "words", lambda s: _longest(_titles(s))),
    "legend-words": Measure("longest legend of a figure", "words", lambda s: _longest(_legends(s))),
    "figure-type-points": Measure(
        "smallest type in a figure",
        "points",
        lambda s: min((f.smallest_type for f in s.figures if f.smallest_type), default=None),
    ),
    "figure-megabytes": Measure(
        "largest figure file", "MB", lambda s: max((f.bytes / MEGABYTE for f in s.figures), default=None)
    ),
    "figure-width-mm": Measure("widest figure", "mm", lambda s: max((f.width for f in s.figures), default=None)),
    "figure-height-mm": Measure("highest figure", "mm", lambda s: max((f.height for f in s.figures), default=None)),
}
