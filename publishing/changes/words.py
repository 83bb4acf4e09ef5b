"""How values, texts and causes are said, alike in the page, the table and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from publishing.changes.causes import Cause
from publishing.changes.numbers import ClaimChange, Comparison, Fate, NumberChange, is_number
from publishing.changes.text_changes import TextChanges

MINUS = "\N{MINUS SIGN}"
NOTHING = "–"


def value(found: object) -> str:
    """Unrounded, as Python would write it; a text as it is, nothing as a dash."""
    if found is None:
        return NOTHING
    return repr(found).replace("-", MINUS) if is_number(found) else str(found)


def texts(found: Sequence[str]) -> str:
    """All forms in which a number is printed."""
    return " / ".join(found) or NOTHING


def absolute(change: NumberChange) -> str:
    return NOTHING if change.absolute is None else _signed(f"{change.absolute:.4g}", change.absolute)


def relative(change: NumberChange) -> str:
    share = change.relative
    return NOTHING if share is None else _signed(f"{100 * share:.3g}", share) + " %"


def _signed(text: str, number: float) -> str:
    return f"+{text}" if number > 0 else text.replace("-", MINUS)


def move(change: NumberChange) -> str:
    """“0.80 → 0.83 (+3.9 %)”."""
    share = "" if change.relative is None else f" ({relative(change)})"
    return f"{texts(change.old_texts)} → {texts(change.new_texts)}{share}"


def short_cause(cause: Cause) -> str:
    """The cause with one row spelled out."""
    rows = [row.short for row in cause.rows[:1]]
    if not rows:
        return str(cause)
    others = len(cause.rows) - 1 + len(cause.entered) + len(cause.left)
    rows += [f"and {counted(others, 'more row')}"] if others else []
    rows += ["code behind it changed too"] if cause.computing or cause.imported else []
    return "; ".join(rows)


def verdict(change: ClaimChange) -> str:
    """What became of a claim, in words."""
    if change.held is None:
        return "new"
    if change.holds is None:
        return "gone"
    if change.is_flipped:
        gone = "gives way to another side" if change.gives_way else "no longer holds"
        return gone if change.held else "now holds"
    if change.old_predicate != change.new_predicate:
        return "its condition changed"
    if not change.old_texts:
        return "newly printed"
    return "its words changed" if change.new_texts else "no longer printed"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str], most: int) -> str:
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def summary(comparison: Comparison, texts: Sequence[TextChanges]) -> Iterator[str]:
    """The counts, one line each."""
    moved = comparison.of(Fate.MOVED)
    visible = sum(one.is_visible for one in moved)
    yield f"{counted(len(moved), 'printed number')} moved, {visible} of them visibly"
    others = (Fate.REWORDED, Fate.REPRINTED, Fate.NEW, Fate.GONE, Fate.RENAMED)
    counts = ", ".join(f"{len(comparison.of(fate))} {fate}" for fate in others)
    yield f"{counts}, {comparison.unchanged} as they were"
    flipped = [one for one in comparison.claims if one.is_flipped]
    yield f"{counted(len(flipped), 'claim')} flipped, {len(comparison.claims) - len(flipped)} changed otherwise"
    for one in texts:
        passages = counted(len(one.changes), "passage")
        redrawn = f", {counted(len(one.redrawn), 'picture')} drawn otherwise" if one.redrawn else ""
        yield f"{one.document}: {one.number_changed} of {passages} changed{redrawn}"
