"""Numerals and number words that carry no key, and the list of those that may.

Whatever reads as a number is one: digits of every script, exponents, fractions, and English number words from two up.
What the structure of an output identifies (numbers of sections and floats, citations, the reference list, addresses,
indices in formulas) is no business of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from publishing.project.errors import PublishingError
from publishing.verify.passages import Kind, Passage, Place

REMEDY = "print it through its key, reword, or allow the exact words with a reason."
_UNITS = "two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_LARGE = "dozen hundred thousand million billion".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = "|".join(_UNITS + _TEENS + _LARGE)
_WORD = re.compile(
    rf"(?<![^\W_])(?:(?:{'|'.join(_TENS)})(?:[- ](?:one|{'|'.join(_UNITS)}))?|{_SMALL})s?(?![^\W_])", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\s()\[\]“”\"]+")
#: signs that belong to the number behind them, and so into its key
_SIGNS = re.compile(r"(?:(?:^|[\s(\[])[-+]|[−<>≤≥±~≈])\s?$")
_STRUCTURAL = frozenset({Kind.LABEL, Kind.REFERENCE, Kind.CITATION, Kind.ADDRESS, Kind.SCRIPT, Kind.SCALE})


@dataclass(frozen=True, slots=True)
class Allowance:
    """Words that may stand in a document although they hold a numeral: exactly these, and why.

    One that is ``always`` allowed need not stand anywhere.
    Without ``text`` it is all cells of the table whose caption begins with ``table``, such as a table of examples.
    """

    text: str
    reason: str
    documents: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    table: str = ""
    always: bool = False

    def covers(self, document: str, passage: Passage) -> bool:
        return (
            (not self.documents or document in self.documents)
            and (not self.places or passage.place.value in self.places)
            and (not self.table or (passage.place is Place.CELL and passage.caption.startswith(self.table)))
        )

    def found_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every occurrence that is not part of a longer word or number."""
        if not self.text:
            yield 0, len(text)
            return
        if self.text not in text:
            return
        for match in re.finditer(rf"(?<![^\W_]){re.escape(self.text)}(?![^\W_]|[.,]\d)", text):
            if not (match.start() > 1 and text[match.start() - 1] in ".,-–" and text[match.start() - 2].isdigit()):
                yield match.span()


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral without a key: the words around it, and its place."""

    text: str
    context: str
    passage: Passage


@dataclass(slots=True)
class Allowed:
    """The list, which remembers what was used of it."""

    entries: Sequence[Allowance]
    used: set[Allowance] = field(default_factory=set)

    def unused(self) -> list[Allowance]:
        return [entry for entry in self.entries if entry not in self.used and not entry.always]

    def spans(self, document: str, passage: Passage, text: str) -> Iterator[tuple[int, int]]:
        for entry in self.entries:
            if entry.covers(document, passage):
                for span in entry.found_in(text):
                    self.used.add(entry)
                    yield span


def read_allowed(path: Path) -> Allowed:
    """Read the allow list. Raises :class:`PublishingError` for an entry without reason or numeral, or doubled."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    found: list[Allowance] = []
    for number, entry in enumerate(entries, start=1):
        found.append(_allowance(path, number, entry))
    texts = [entry.text for entry in found if entry.text]
    doubled = {text for text in texts if texts.count(text) > 1}
    if doubled:
        raise PublishingError(f"{', '.join(sorted(doubled))} stands here twice.", source=path, remedy="delete one.")
    return Allowed(found)


def _allowance(path: Path, number: int, entry: object) -> Allowance:
    words = {"text", "reason"}, {"text", "reason", "documents", "places", "table", "always"}
    scope = {"table", "documents", "reason"}, {"table", "documents", "reason"}
    if not isinstance(entry, Mapping) or not any(least <= entry.keys() <= most for least, most in (words, scope)):
        raise PublishingError(
            f"entry {number} needs text and reason, or table, documents and reason.",
            source=path,
            remedy="add what is missing.",
        )
    text, reason = str(entry.get("text", "")), str(entry["reason"]).strip()
    places = tuple(entry.get("places", ()))
    if len(reason) < 10:
        raise PublishingError(f"the reason for {text!r} says nothing.", source=path, remedy="say why it has no key.")
    if text and not any(_is_numeric(sign) for sign in text) and not _WORD.search(text):
        raise PublishingError(f"{text!r} holds no numeral.", source=path, remedy="delete the entry.")
    if unknown := set(places) - {place.value for place in Place}:
        raise PublishingError(f"there is no place {', '.join(sorted(unknown))}.", source=path, remedy="correct it.")
    return Allowance(
        text,
        reason,
        tuple(entry.get("documents", ())),
        places,
        str(entry.get("table", "")),
        entry.get("always") is True,
    )


def _is_numeric(sign: str) -> bool:
    return unicodedata.category(sign) in ("Nd", "No", "Nl")


def without_key(document: str, passage: Passage, allowed: Allowed) -> list[Numeral]:
    """The numerals of a passage that have neither a key nor a place in the structure nor on the list."""
    # affiliations' marks, addresses and ORCIDs are the authors' own
    if passage.place in (Place.REFERENCES, Place.AUTHORS):
        return []
    text = _plain(passage.text)
    free = [True] * len(text)
    position = 0
    for run in passage.runs:
        is_code = run.kind is Kind.CODE and any(sign.isalpha() for sign in run.text)
        if run.key is not None or run.kind in _STRUCTURAL or is_code:
            free[position : position + len(run.text)] = [False] * len(run.text)
        position += len(run.text)
    open_text = "".join(sign if is_free else "\0" for sign, is_free in zip(text, free, strict=True))
    if not _WORD.search(open_text) and not any(map(_is_numeric, open_text)):
        return []
    for start, end in allowed.spans(document, passage, open_text):
        free[start:end] = [False] * (end - start)
    suspects = {index for index, sign in enumerate(text) if free[index] and _is_numeric(sign)}
    for word in _WORD.finditer(open_text):
        if all(free[word.start() : word.end()]):
            suspects |= set(range(*word.span()))
    return list(_numerals(passage, text, sorted(suspects)))


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-")


def _numerals(passage: Passage, text: str, suspects: list[int]) -> Iterator[Numeral]:
    reported = -1
    for index in suspects:
        if index < reported:
            continue
        token = next(match for match in _TOKEN.finditer(text) if match.end() > index)
        start, end = min(token.start(), index), max(token.end(), index + 1)
        while end in suspects:
            end += 1
        reported = end
        yield Numeral(text[start:end].strip(".,;:"), text[max(start - 40, 0) : end + 40], passage)


def glued_signs(passage: Passage) -> Iterator[Numeral]:
    """Signs typed before a keyed number: they change what it says without being part of what was printed."""
    if passage.place is Place.FIGURE:
        # signs in drawings are symbols of their own
        return
    text, position = _plain(passage.text), 0
    for run in passage.runs:
        end = position + len(run.text)
        if run.key is not None and run.text[:1].isdigit():
            sign = _SIGNS.search(text[max(position - 3, 0) : position])
            is_keyed = position > 0 and _run_at(passage, position - 1).key is not None
            if sign is not None and not is_keyed:
                yield Numeral(sign[0].strip(" ([") + run.text, text[max(position - 40, 0) : end + 40], passage)
        position = end


def _run_at(passage: Passage, position: int) -> Any:
    for run in passage.runs:
        if position < len(run.text):
            return run
        position -= len(run.text)
    return passage.runs[-1]
