"""The files against what was rendered: the ledger has the digest of each document, the record of a render of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from publishing.verify.footprint import changed, sentence
from publishing.verify.foreign import foreign
from publishing.verify.ledger import CSV, Ledger
from publishing.verify.passages import Output
from publishing.verify.problems import RENDER, Problem


def check_files(
    folder: Path, outputs: Sequence[Output], ledger: Ledger, origins_page: str | None, altered: Sequence[str]
) -> tuple[list[Problem], list[Problem]]:
    """The files that are not what was rendered with all that is foreign to any output; then what changed in them.

    ``altered`` are the files whose digest is not the one that the record of the last render has.
    """
    sentences: list[Problem] = []
    found: list[Problem] = []
    details: list[Problem] = []
    named: set[str] = set()
    for output in outputs:
        kept, path = ledger.footprint(output.document, output.form), folder / output.name
        change = None if kept is None else changed(path, output, kept)
        strange = foreign(path, changed=change is not None)
        found += strange
        if change is not None:
            named.add(output.name)
            sentences.append(sentence(change, path, strange))
            details += change.details
    if origins_page is not None and (folder / origins_page).is_file():
        found += foreign(folder / origins_page, changed=origins_page in altered)
    for name in altered:
        # the table and the page are held against the ledger, which they are made of
        if name not in {*named, CSV, origins_page}:
            message = f"{name} is not the file that was rendered: the record of that render has another digest."
            sentences.append(Problem("", "", message, RENDER))
    return [*sentences, *found], details
