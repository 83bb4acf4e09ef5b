"""Which numbers a condition reads: numbers in disguise that note every use of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from typing import Any

from analysis.results.claims import NOT_THERE, Condition
from analysis.results.tree import Review


class Told:
    """A number in disguise: every use of it writes its ``key`` to ``seen``."""

    def __init__(self, value: Any, seen: list[str], key: str = "") -> None:
        self._value, self._seen, self._key = value, seen, key

    def _plain(self, other: Any) -> Any:
        self._seen.append(self._key)
        if isinstance(other, Told):
            other._seen.append(other._key)
            return other._value
        return other

    def __lt__(self, other: Any) -> bool:
        return bool(self._value < self._plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self._value <= self._plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._value > self._plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._value >= self._plain(other))

    def __eq__(self, other: object) -> bool:
        return bool(self._value == self._plain(other))

    def __bool__(self) -> bool:
        self._seen.append(self._key)
        return bool(self._value)

    def __add__(self, other: Any) -> Any:
        return self._value + self._plain(other)

    def __sub__(self, other: Any) -> Any:
        return self._value - self._plain(other)

    def __rsub__(self, other: Any) -> Any:
        return self._plain(other) - self._value

    def __mul__(self, other: Any) -> Any:
        return self._value * self._plain(other)

    def __truediv__(self, other: Any) -> Any:
        return self._value / self._plain(other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._plain(other) / self._value

    __radd__, __rmul__ = __add__, __mul__
    __hash__ = None  # type: ignore[assignment]


def numbers_read(condition: Condition, review: Review) -> list[str]:
    """The keys of the numbers that a condition on the results looks at, in the order in which it does, each once.

    Of a condition that cannot be decided, those that it looks at before it meets what is missing.
    """
    seen: list[str] = []
    with suppress(*NOT_THERE):  # what it has read until then is the answer
        condition(disguised(review, seen))
    return list(dict.fromkeys(seen))


def disguised(here: Any, seen: list[str], prefix: str = "") -> Any:
    """A copy of a tree of results with every number that is declared a quantity replaced by a ``Told``."""
    if is_dataclass(here) and not isinstance(here, type):
        changed = {}
        for one in fields(here):
            value = getattr(here, one.name)
            key = prefix if one.metadata.get("spread") else f"{prefix}{one.name}."
            if one.metadata.get("kind") and isinstance(value, int | float) and not isinstance(value, bool):
                changed[one.name] = Told(value, seen, key.removesuffix("."))
            elif is_dataclass(value) or isinstance(value, Mapping):
                changed[one.name] = disguised(value, seen, key)
        return replace(here, **changed) if changed else here
    if isinstance(here, Mapping):
        return {name: disguised(value, seen, f"{prefix}{name}.") for name, value in here.items()}
    return here
