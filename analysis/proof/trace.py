"""Where a printed number comes from, for the terminal: by its key, or by the text as it is printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from textwrap import fill
from typing import Any

from analysis.printing import cells
from analysis.printing.keys import find
from analysis.printing.numbers import NO_BREAK, unrounded
from analysis.printing.quantities import KINDS, UnknownKey
from analysis.proof.catalogue import allowed, printable
from analysis.proof.meaning import meaning
from analysis.proof.origins import origin
from analysis.proof.predicates import predicate
from analysis.proof.recompute import computations
from analysis.proof.told import Told
from analysis.results.claim_printing import CLAIMS
from analysis.results.claims import NOT_THERE
from analysis.results.tree import Review

WIDTH = 100
#: so many rows are shown with their words; of more, only the first
SHOWN = 12


def trace(review: Review, asked: str) -> str:
    """The proof of the key ``asked``, or the keys that print the text ``asked``. Raises ``UnknownKey``."""
    try:
        find(review, asked)
    except UnknownKey as unknown:
        keys = keys_of_text(review, asked)
        if not keys:
            raise UnknownKey(f"{asked!r} is no key, and no result prints so ({unknown})") from None
        lines = [f"{asked!r} is printed for {len(keys)} key{'s' * (len(keys) != 1)}:"]
        lines += [f"  {key} = {unrounded(find(review, key).value)}" for key in keys]
        return "\n".join([*lines, "", "Ask for one of them: python -m analysis trace KEY"])
    return "\n".join(proof(review, asked))


def keys_of_text(review: Review, text: str) -> list[str]:
    """The keys whose value may be printed as ``text``; a hyphen stands for a minus, a space for a no-break one."""
    wanted = alike(text)
    return [key for key, found in printable(review) if wanted in map(alike, allowed(found))]


def alike(text: str) -> str:
    return text.strip().replace(NO_BREAK, " ").replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")


def proof(review: Review, key: str) -> Iterator[str]:
    """The lines of one key's proof, none wider than ``WIDTH`` but for addresses."""
    found = find(review, key)
    source = origin(review, key)
    yield key
    if not key.startswith(cells.PREFIX):
        yield wrapped("is", meaning(review, re.sub(r"^(second|deviation)\.", "", key)))
    yield wrapped("value", repr(found.value))
    yield wrapped("printed", " or ".join(allowed(found)))
    yield wrapped("kind", f"{found.kind}: {KINDS[found.kind]}")
    yield wrapped("method", source.method)
    yield wrapped("code", f"{source.code.name} ({source.code.file})")
    for second in computations(review):
        if second.key == key:
            said = f"{float(second.theirs)!r} by {second.by}, relative deviation {second.deviation:.1e}"
            yield wrapped("second", said)
    yield from claims(review, key)
    yield f"rows      {len(source.rows)}"
    for row_id in source.rows[:SHOWN]:
        yield from row_lines(review, row_id)
    if len(source.rows) > SHOWN:
        yield f"  and {len(source.rows) - SHOWN} more, the last {source.rows[-1]}"


def claims(review: Review, key: str) -> Iterator[str]:
    """The claims whose condition reads the value at ``key``."""
    for name, claim in CLAIMS.items():
        if reads(claim.holds, review, key):
            state = "FAILS" if claim.fault(review) else "holds"
            yield wrapped("claim", f"{name} ({state}): {claim.says}; {predicate(claim.holds)}")


def reads(holds: Callable[[Review], bool], review: Review, key: str) -> bool:
    """Whether the condition looks at the value, found by putting a value in its place that tells when it is used."""
    if key.startswith((cells.PREFIX, "second.", "deviation.")):
        return False
    seen: list[str] = []
    try:
        holds(with_value(review, key.split("."), Told(find(review, key).value, seen)))
    except NOT_THERE:
        return bool(seen)
    return bool(seen)


def with_value(here: Any, parts: list[str], value: Any) -> Any:
    """A copy of a tree with another value at a key."""
    if not parts:
        return value
    first, *rest = parts
    if is_dataclass(here) and not isinstance(here, type):
        named = {field.name: field for field in fields(here)}
        if first in named:
            return replace(here, **{first: with_value(getattr(here, first), rest, value)})
        for name, field in named.items():
            if field.metadata.get("spread") and first in getattr(here, name):
                return replace(here, **{name: with_value(getattr(here, name), parts, value)})
        return here
    return {**here, first: with_value(here[first], rest, value)}


def row_lines(review: Review, row_id: str) -> Iterator[str]:
    row = review.evidence.row(row_id)
    said = [str(getattr(row, name, "")) for name in ("obtained", "source", "locator")]
    yield fill(f"{row_id}: {', '.join(filter(None, said)) or 'a decision of this review'}", WIDTH,
               initial_indent="  ", subsequent_indent="    ")  # fmt: skip
    words = getattr(row, "quotation", "") or getattr(row, "reason", "")
    if words:
        yield fill(f"“{words}”" if getattr(row, "quotation", "") else words, WIDTH,
                   initial_indent="    ", subsequent_indent="    ")  # fmt: skip
    address = getattr(row, "address", "")
    if address:
        yield f"    {address}"


def wrapped(name: str, text: str) -> str:
    return fill(text, WIDTH, initial_indent=f"{name:<10}", subsequent_indent=" " * 10, break_on_hyphens=False)
