"""Markup that an output shows as text: an expression that was not run, a reference or citation that leads nowhere.

Whatever an engine does not understand it prints as it stands, so what only a source can hold is looked for in every
output, in code too: an expression that was not run is printed as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publishing.project.document import Document
from publishing.verify.passages import Kind, Output, Passage, Place
from publishing.verify.problems import Problem

_IN_ALL_TEXT = {
    re.compile(r"`?\{(?:python|r|julia|ojs)\}[^`]{0,40}"): "an expression that was not run",
    re.compile(r"\{\{<.{0,40}"): "a shortcode",
}
#: not in code, addresses, formulas and titles of works, which may hold such signs
_IN_PROSE = {
    re.compile(r"\[-?@[^\]]{0,40}\]?"): "a citation or reference that was not resolved",
    re.compile(r"(?<![\w.@/])[?-]?@\{?[A-Za-z][\w:.#$%&+?~/-]*"): "a citation or reference that was not resolved",
    re.compile(r"\{#(?:[a-z]+-)[^}\s]*[^}]{0,40}\}?"): "the label of something that should be numbered",
    re.compile(r"^:{3,}.{0,40}"): "the fence of a div",
}
_OTHER_SIGNS = (Kind.CODE, Kind.ADDRESS, Kind.FORMULA, Kind.SCRIPT)
_REMEDY = "correct the source there"
_AS_CODE = f"{_REMEDY}; words that are meant so stand between back-ticks, as code."


def leftovers(output: Output, document: Document) -> Iterator[Problem]:
    """Everything in the output that is markup of its source, each once a passage."""
    for passage in output.passages:
        seen: set[str] = set()
        for text, what, remedy in _found(passage):
            if text not in seen:
                seen.add(text)
                line = document.line_of(re.escape(text.split()[0].strip("`")))
                place = passage.where + (f" ({document.path.name}, line {line})" if line else "")
                yield Problem(output.name, place, f"“{text}” is {what}.", remedy)


def _found(passage: Passage) -> Iterator[tuple[str, str, str]]:
    for pattern, what in _IN_ALL_TEXT.items():
        yield from ((match[0].strip(), what, f"{_REMEDY}.") for match in pattern.finditer(passage.text))
    if passage.place in (Place.REFERENCES, Place.AUTHORS):
        return
    text = "".join("\0" * len(run.text) if run.kind in _OTHER_SIGNS else run.text for run in passage.runs)
    taken: list[tuple[int, int]] = []
    for pattern, what in _IN_PROSE.items():
        for match in pattern.finditer(text):
            if not any(start <= match.start() < end for start, end in taken):
                taken.append(match.span())
                yield match[0].strip().rstrip(".,;"), what, _AS_CODE
