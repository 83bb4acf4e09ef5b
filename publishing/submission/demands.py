"""What a journal may demand of a bundle: the shapes that a profile fills, a key of its file being a field here."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Literal

from publishing.project.declarations import NAMES
from publishing.project.yaml_schema import Choice, Text

NUMBER = "{number}"

FileName = Annotated[str, Text(f"a file name with {NUMBER}")]
Said = Annotated[bool, Choice((True,))]
SourceName = Annotated[str, Text("the name of a source")]
WordsRead = Annotated[str, Text("the words that were read")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """A page of instructions; ``second_hand`` says where its words were read when the page itself was not."""

    name: str
    address: Annotated[str, Text("an address")]
    second_hand: Annotated[str, Text("where its words were read instead")] = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Where a demand stands and in which words; both empty when it is not the journal's but this project's choice."""

    source: SourceName = ""
    words: WordsRead = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Demand):
    """A statement that must be made, found by any of some words in a heading or at the start of a paragraph.

    ``declaration`` names what it states, in the project's metadata: the statement is open while that is a
    placeholder. Of one that is ``needed`` the journal takes no paper without, so that no bundle is made without it.
    """

    name: str
    found_by: tuple[str, ...]
    declaration: Annotated[str, Choice(("", *NAMES))] = ""
    needed: Said = False
    source: SourceName = field()
    words: WordsRead = field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstract(Demand):
    """``headings`` must all be there when ``structured``; None where nothing was read."""

    structured: bool | None = None
    headings: tuple[str, ...] = ()
    citations: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class References(Demand):
    """A CSL file, by its path from the profile, and how many authors it names."""

    style: Annotated[str, Text("the path of a file from the profile")]
    et_al_min: int | None = None
    et_al_use_first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout(Demand):
    """Line numbers, spacing, and whether the Word file holds the pictures."""

    line_numbers: bool = True
    line_spacing: float = 2
    figures_in_text: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingInformation(Demand):
    """The list of all supplementary files at the end of the paper's Word file, below ``heading``."""

    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Floats(Demand):
    """File names of one kind of float in the paper and in the supplement.

    ``label`` and ``supplement_label`` are the words by which the journal's text names one ("S{number} Table"), where
    the documents' own are not its.
    """

    name: FileName
    supplement_name: FileName
    label: Annotated[str, Text(f"words with {NUMBER}")] = ""
    supplement_label: Annotated[str, Text(f"words with {NUMBER}")] = ""

    def stem(self, number: str, *, supplement: bool) -> str:
        return (self.supplement_name if supplement else self.name).replace(NUMBER, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typefaces(Demand):
    """The families that the texts of figures may be set in."""

    families: tuple[str, ...]
    source: SourceName = field()
    words: WordsRead = field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Floats):
    """Files of figures: fixed widths to choose from or a range; resolution; colour space."""

    typefaces: Typefaces | None = None
    widths_mm: tuple[float, ...] = ()
    least_width_mm: float = 0.0
    most_width_mm: float = math.inf
    most_height_mm: float = math.inf
    dpi: int
    colour: Literal["rgb", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables(Floats):
    """Files of tables; ``forms`` is empty when the journal wants none."""

    forms: tuple[Literal["docx", "csv"], ...]
