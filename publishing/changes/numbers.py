"""The printed numbers of two versions: which moved, by how much, which are new, which went, which were renamed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard

from publishing.changes.versions import Printed, PrintedPlace, Version
from publishing.verify.contract import CLAIM_TAG

#: relative movements below this come from the order in which a processor adds, not from data or code
NOISE = 1e-9
#: an appendix may show a value unrounded beside its printed text; so many decimals are no text that is read
_UNROUNDED = re.compile(r"[.,]\d{7}")


class Fate(StrEnum):
    MOVED = "moved"
    REWORDED = "reworded"
    REPRINTED = "printed otherwise"
    RENAMED = "renamed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class NumberChange:
    """What became of one printed number.

    What is printed from the results or the data may also be words; they are reworded, while a number moves.
    ``key`` is the new one, or the old one where it went; ``old_key`` differs from it for a renamed number. The texts
    are all forms in which it is printed. ``places`` counts its printings by place. ``still_computed`` says of a new
    or gone number whether the other version has its value and does not print it.
    """

    fate: Fate
    key: str
    old_key: str
    meaning: str
    old: object
    new: object
    old_texts: tuple[str, ...]
    new_texts: tuple[str, ...]
    places: Mapping[PrintedPlace, int]
    reportable: bool
    still_computed: bool = False

    @property
    def absolute(self) -> float | None:
        """New less old; None when either is no number."""
        return self.new - self.old if is_number(self.old) and is_number(self.new) else None

    @property
    def relative(self) -> float | None:
        """The absolute change as a share of the old value; None where that is none or zero."""
        change = self.absolute
        return change / abs(self.old) if change is not None and is_number(self.old) and self.old else None

    @property
    def is_visible(self) -> bool:
        """Whether a reader sees it: its printed text changed."""
        return self.fate is not Fate.RENAMED and self.old_texts != self.new_texts


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """An interpretive phrase: whether its condition held, what the condition is, what it prints."""

    name: str
    says: str
    held: bool | None
    holds: bool | None
    old_predicate: str
    new_predicate: str
    old_texts: tuple[str, ...]
    new_texts: tuple[str, ...]
    places: Mapping[PrintedPlace, int]
    #: whether another side of the claim holds, which the documents print in its place
    gives_way: bool = False

    @property
    def is_flipped(self) -> bool:
        return None not in (self.held, self.holds) and self.held != self.holds


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes in the order of their importance; ``noise`` counts numbers that moved less than :data:`NOISE`."""

    numbers: tuple[NumberChange, ...]
    claims: tuple[ClaimChange, ...]
    unchanged: int
    noise: int

    def of(self, *fates: Fate) -> tuple[NumberChange, ...]:
        return tuple(one for one in self.numbers if one.fate in fates)


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare_numbers(old: Version, new: Version) -> Comparison:
    """Compare everything that either version prints."""
    before, after = _Printings(old, new), _Printings(new, old)
    found: list[NumberChange] = []
    unchanged = noise = 0
    for key in [*after.keys, *(key for key in before.keys if key not in after.keys)]:
        fate, is_noise = _fate(key, before, after)
        noise += is_noise
        if fate is None:
            unchanged += 1
        else:
            found.append(_change(fate, key, key, before, after))
    numbers = sorted(_with_renamed(found, before, after), key=_importance)
    return Comparison(tuple(numbers), tuple(_claims(old, new)), unchanged, noise)


class _Printings:
    """What a version prints by key; of one whose documents fail, also what the other prints and it can compute."""

    def __init__(self, version: Version, other: Version) -> None:
        self.version, self._other = version, other
        self.by_key: dict[str, list[Printed]] = {}
        for one in version.printed:
            if not one.key.startswith(CLAIM_TAG):
                self.by_key.setdefault(one.key, []).append(one)
        self._forms: dict[str, dict[str, None]] = {}
        for one in () if version.is_printed else other.printed:
            self._forms.setdefault(one.key, {})[one.text] = None
        wanted = list(self.by_key)
        if not version.is_printed:
            reportable = (key for key, entry in version.entries.items() if entry.get("reportable"))
            wanted += [one.key for one in other.printed] if other.printed else reportable
        self.keys = dict.fromkeys(key for key in wanted if key in version.entries)

    def texts(self, key: str) -> tuple[str, ...]:
        if key in self.by_key:
            texts = dict.fromkeys(one.text for one in self.by_key[key])
            return tuple(text for text in texts if not _UNROUNDED.search(text)) or tuple(texts)
        return self._would_be_printed(key) if key in self.keys else ()

    def _would_be_printed(self, key: str) -> tuple[str, ...]:
        """The texts in the forms in which the other version prints it: each rule gives its texts in one order."""
        own, theirs = ((one.entries.get(key, {}).get("texts") or []) for one in (self.version, self._other))
        forms = [theirs.index(text) for text in self._forms.get(key, ()) if text in theirs]
        return tuple(own[form] for form in forms if form < len(own)) or tuple(own[:1])

    def places(self, key: str) -> Mapping[PrintedPlace, int]:
        return Counter(one.place for one in self.by_key.get(key, ()))

    def entry(self, key: str) -> Mapping[str, Any]:
        return self.version.entries.get(key, {})


def _fate(key: str, before: _Printings, after: _Printings) -> tuple[Fate | None, bool]:
    if key not in before.keys:
        return Fate.NEW, False
    if key not in after.keys:
        return Fate.GONE, False
    old, new = before.entry(key).get("value"), after.entry(key).get("value")
    is_noise = not _equal(old, new) and not _moved(old, new)
    if _moved(old, new):
        are_words = not (is_number(old) or is_number(new))
        return (Fate.REWORDED if are_words else Fate.MOVED), False
    both_known = before.version.is_printed and after.version.is_printed
    if both_known and not set(before.texts(key)) & set(after.texts(key)):
        return Fate.REPRINTED, is_noise
    return None, is_noise


def _equal(old: object, new: object) -> bool:
    both_nan = all(isinstance(one, float) and math.isnan(one) for one in (old, new))
    return both_nan or bool(old == new)


def _moved(old: object, new: object) -> bool:
    if is_number(old) and is_number(new) and not _equal(old, new):
        return not math.isclose(old, new, rel_tol=NOISE, abs_tol=0.0)
    return not _equal(old, new)


def _change(fate: Fate, key: str, old_key: str, before: _Printings, after: _Printings) -> NumberChange:
    old, new = before.entry(old_key), after.entry(key)
    return NumberChange(
        fate=fate,
        key=key,
        old_key=old_key,
        meaning=str((new or old).get("meaning") or ""),
        old=old.get("value"),
        new=new.get("value"),
        old_texts=before.texts(old_key),
        new_texts=after.texts(key),
        places=after.places(key) or before.places(old_key),
        reportable=bool((new or old).get("reportable")),
        still_computed=fate in (Fate.NEW, Fate.GONE) and bool(old) and bool(new),
    )


def _with_renamed(found: Sequence[NumberChange], before: _Printings, after: _Printings) -> list[NumberChange]:
    """A key that went and one that came are one number when value, kind and texts agree, and no third has them."""
    went, came = _by_identity(found, Fate.GONE, before), _by_identity(found, Fate.NEW, after)
    renamed = {
        went[same][0].key: came[same][0].key
        for same in went.keys() & came.keys()
        if len(went[same]) == len(came[same]) == 1
    }
    rest = [one for one in found if one.key not in renamed and one.key not in renamed.values()]
    return [*rest, *(_change(Fate.RENAMED, new, old, before, after) for old, new in renamed.items())]


def _by_identity(
    found: Iterable[NumberChange], fate: Fate, side: _Printings
) -> dict[tuple[object, ...], list[NumberChange]]:
    """Numbers by what stays when a key is renamed; those that are still computed have kept their key."""
    groups: dict[tuple[object, ...], list[NumberChange]] = {}
    for one in found:
        if one.fate is fate and not one.still_computed:
            entry = side.entry(one.key)
            groups.setdefault((repr(entry.get("value")), entry.get("kind"), side.texts(one.key)), []).append(one)
    return groups


def _importance(change: NumberChange) -> tuple[int, bool]:
    """What readers see first, and of that what is marked reportable; otherwise the order of the documents stays."""
    fates = (Fate.MOVED, Fate.REWORDED, Fate.REPRINTED, Fate.NEW, Fate.GONE, Fate.RENAMED)
    hidden = change.fate is Fate.MOVED and not change.is_visible
    return len(fates) if hidden else fates.index(change.fate), not change.reportable


# Claims ----------------------------------------------------------------------------------------------------------


def gives_way(claims: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    """Whether a claim does not hold and another side of it does."""
    sides = [claim for one, claim in claims.items() if first_side(claims, one) == first_side(claims, name)]
    return not claims.get(name, {}).get("holds", True) and any(claim["holds"] for claim in sides)


def first_side(claims: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """The claim that this one is another side of, or itself."""
    return str(claims.get(name, {}).get("other_side_of") or name)


def _claims(old: Version, new: Version) -> list[ClaimChange]:
    """Claims that flipped, then those whose words or condition changed, then new and gone ones."""
    before, after = _phrases(old), _phrases(new)
    found = []
    for name in [*new.claims, *(name for name in old.claims if name not in new.claims)]:
        was, now = old.claims.get(name, {}), new.claims.get(name, {})
        change = ClaimChange(
            name=name,
            says=str(now.get("says") or was.get("says") or ""),
            held=was.get("holds"),
            holds=now.get("holds"),
            old_predicate=str(was.get("predicate") or ""),
            new_predicate=str(now.get("predicate") or ""),
            old_texts=tuple(dict.fromkeys(one.text for one in before.get(name, []))),
            new_texts=tuple(dict.fromkeys(one.text for one in after.get(name, []))),
            places=Counter(one.place for one in after.get(name) or before.get(name, [])),
            gives_way=gives_way(new.claims, name),
        )
        both_known = old.is_printed and new.is_printed
        reworded = both_known and set(change.old_texts) != set(change.new_texts)
        if change.held != change.holds or change.old_predicate != change.new_predicate or reworded:
            found.append(change)
    return sorted(found, key=lambda one: (not one.is_flipped, None in (one.held, one.holds)))


def _phrases(version: Version) -> dict[str, list[Printed]]:
    found: dict[str, list[Printed]] = {}
    for one in version.printed:
        if one.key.startswith(CLAIM_TAG):
            found.setdefault(one.key.removeprefix(CLAIM_TAG), []).append(one)
    return found
