"""The keys of ``_quarto.yml`` that Quarto does not know: what this package alone acts on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from publishing.project.yaml_schema import Text

FilePath = Annotated[str, Text("the path of a file")]
CommandLine = Annotated[str, Text("a command")]
Folder = Annotated[str, Text("a folder")]


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """``ledger``: how the outputs are traced back to the results (publishing/verify).

    ``check`` is a command that ends with an error, within seconds, where no results can be made of the data.
    ``values`` is one that gives of the catalogue only what a comparison needs of the keys in the file {keys}.
    """

    catalogue: CommandLine
    recompute: CommandLine
    data: tuple[Folder, ...]
    code: tuple[Folder, ...]
    lock: FilePath
    allowed_numerals: FilePath
    check: CommandLine = ""
    values: CommandLine = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by its SPDX address, and what it covers; one ``only_code`` is that of no file but the archive."""

    name: str
    address: str
    file: FilePath
    covers: str
    only_code: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionSettings:
    """``submission``: which parts of the documents a journal's bundle is made of (publishing/submission).

    ``manuscript`` names the document that is the paper; the others are supplements. While it says any of the words
    of ``unfinished``, the bundle's lint counts it as open.
    """

    manuscript: Annotated[str, Text("the name of a document")]
    declarations: Annotated[str, Text("the title of a section")] = ""
    identifying: tuple[Annotated[str, Text("the beginning of a heading or of bold words")], ...] = ()
    checklists: tuple[Annotated[str, Text("the identifier of a table")], ...] = ()
    unfinished: tuple[Annotated[str, Text("words by which the paper says that something is not done")], ...] = ()
    licences: tuple[Licence, ...] = ()
