"""What kind of quantity a field of a result holds, declared once, where the field is defined.

A result is a tree of frozen dataclasses. ``quantity("ratio")`` in a field's definition says how a value found there
is to be read and, later, printed; ``look_up`` follows a dotted key such as ``outcome.rr.estimate`` to value and kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from typing import Any, NamedTuple

#: kind → what a value of it is, with its unit
KINDS: dict[str, str] = {
    "ratio": "ratio of two risks or odds, on its natural scale (no effect = 1)",
    "log ratio": "natural logarithm of a ratio (no effect = 0)",
    "difference": "difference on the scale of the outcome (no effect = 0)",
    "mean difference": "difference in means in the unit of the outcome (no effect = 0)",
    "measurement": "mean, SD or standard error in the unit of the measurement",
    "percentage points": "risk difference as a fraction of 1, printed in percentage points",
    "variance": "between-trial variance on the scale of the analysis",
    "fraction": "part of a whole, 0 to 1, printed as a percentage",
    "statistic": "value of a test statistic",
    "probability": "p-value, 0 to 1",
    "posterior probability": "probability given the data and a prior, 0 to 1, printed as a percentage",
    "count": "number of things, a whole number",
    "per 1000": "people per 1,000",
    "days": "number of days",
    "year": "calendar year",
    "text": "words, printed as they are",
    "unrounded": "a result as it was computed",
    "deviation": "relative deviation between two computations, a share of 1",
    "as read": "a cell of the evidence, printed as its source has it, with signs set",
}


class UnknownKey(KeyError):
    """A key that names nothing in the tree of results; the message says where it fails and what is there."""

    def __str__(self) -> str:
        return str(self.args[0])


class Found(NamedTuple):
    """What stands at a key."""

    value: Any
    kind: str


def quantity(kind: str, default: Any = MISSING) -> Any:
    """Declare a dataclass field that holds a quantity of ``kind`` (one of ``KINDS``)."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of quantity {kind!r}; known: {', '.join(KINDS)}")
    return field(metadata={"kind": kind}, default=default)


def spread() -> Any:
    """Declare a field that holds a mapping whose members are named without it: ``field["x"]`` has the key ``x``."""
    return field(metadata={"spread": True})


def step(here: Any, part: str) -> tuple[Any, str]:
    """What ``part`` of a key leads to, and its kind ("" where it is no quantity). Raises ``UnknownKey``."""
    if isinstance(here, Mapping):
        if part not in here:
            raise UnknownKey(part)
        return here[part], ""
    if not is_dataclass(here):
        raise UnknownKey(part)
    named = {one.name: one for one in fields(here)}
    if part in named:
        return getattr(here, part), named[part].metadata.get("kind", "")
    if isinstance(getattr(type(here), part, None), property):
        return getattr(here, part), ""
    for one in named.values():
        if one.metadata.get("spread") and part in getattr(here, one.name):
            return getattr(here, one.name)[part], ""
    raise UnknownKey(part)


def parts_of(here: Any) -> list[str]:
    """The names that a key may go on with."""
    if isinstance(here, Mapping):
        return [str(name) for name in here]
    if not is_dataclass(here):
        return []
    there = [one.name for one in fields(here)]
    return there + [name for one in fields(here) if one.metadata.get("spread") for name in getattr(here, one.name)]


def look_up(tree: Any, key: str) -> Found:
    """The value at a dotted ``key`` of ``tree`` and its kind.

    A part of the key names a field, or a member of a mapping. Raises ``UnknownKey``.
    """
    here, kind = tree, ""
    walked: list[str] = []
    for part in key.split("."):
        try:
            here, kind = step(here, part)
        except UnknownKey:
            raise UnknownKey(missing(key, walked, part, parts_of(here))) from None
        walked.append(part)
    if not kind:
        raise UnknownKey(f"{key}: what stands there is not declared as a quantity, so it cannot be printed")
    return Found(here, kind)


def walk(tree: Any, prefix: str = "") -> Iterator[tuple[str, Found]]:
    """Every declared quantity that hangs from ``tree``, with its key; what is None is not there."""
    if is_dataclass(tree):
        for one in fields(tree):
            value, kind = getattr(tree, one.name), one.metadata.get("kind", "")
            if kind and value is not None:
                yield f"{prefix}{one.name}", Found(value, kind)
            yield from walk(value, prefix if one.metadata.get("spread") else f"{prefix}{one.name}.")
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from walk(value, f"{prefix}{name}.")


def missing(key: str, walked: list[str], part: str, there: list[str]) -> str:
    place = ".".join(walked) or "the tree"
    return f"{key}: {place} has no {part!r}; it has {', '.join(sorted(map(str, there))) or 'no parts'}"
