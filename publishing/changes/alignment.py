"""Which element of one sequence became which of another: equal ones first, then those that are most alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")
#: positions in the old and the new sequence; None where there is no counterpart
Pair = tuple[int | None, int | None]
Words = Counter[str]

#: elements less alike than this are no versions of one another
_ALIKE = 0.5
#: above so many comparisons a stretch is paired in order, or the time would grow without bound
_MOST_COMPARISONS = 160_000


def align(
    old: Sequence[T],
    new: Sequence[T],
    same: Callable[[T], Hashable],
    name: Callable[[T], Hashable],
    words: Callable[[T], Words],
) -> list[Pair]:
    """Pairs in the order of both sequences, removals before additions.

    ``same`` tells equal elements; among the rest ``name`` finds counterparts by what identifies them (the first cell
    of a table's row), None where nothing does; ``words`` by what they have in common.
    """
    pairs: list[Pair] = []
    for equal, (i1, i2), (j1, j2) in _stretches([same(one) for one in old], [same(one) for one in new]):
        if equal:
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            pairs += _by_name(old, new, range(i1, i2), range(j1, j2), name, words)
    return pairs


def _stretches(old: list[Hashable], new: list[Hashable]) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", (i1, i2), (j1, j2)


def _by_name(
    old: Sequence[T],
    new: Sequence[T],
    here: range,
    there: range,
    name: Callable[[T], Hashable],
    words: Callable[[T], Words],
) -> Iterator[Pair]:
    before = [_unique(position, [name(old[i]) for i in here], "old") for position in range(len(here))]
    after = [_unique(position, [name(new[j]) for j in there], "new") for position in range(len(there))]
    for equal, (i1, i2), (j1, j2) in _stretches(before, after):
        if equal:
            yield from zip(here[i1:i2], there[j1:j2], strict=True)
        else:
            yield from _by_words(old, new, here[i1:i2], there[j1:j2], words)


def _unique(position: int, names: Sequence[Hashable], side: str) -> Hashable:
    """The name, or something that equals nothing where there is no name."""
    return names[position] if names[position] is not None else (side, position)


def _by_words(
    old: Sequence[T], new: Sequence[T], here: range, there: range, words: Callable[[T], Words]
) -> Iterator[Pair]:
    chosen: list[tuple[int, int]] = []
    if here and there:
        if len(here) * len(there) > _MOST_COMPARISONS:
            chosen = list(zip(here, there, strict=False))
        else:
            chosen = _best(here, there, [words(old[i]) for i in here], [words(new[j]) for j in there])
    yield from _filled(chosen, here, there)


def _filled(chosen: Sequence[tuple[int, int]], here: range, there: range) -> Iterator[Pair]:
    """The pairs with what stands between them: removals first, then additions."""
    i, j = here.start, there.start
    for left, right in [*chosen, (here.stop, there.stop)]:
        yield from ((k, None) for k in range(i, left))
        yield from ((None, k) for k in range(j, right))
        if left < here.stop and right < there.stop:
            yield left, right
        i, j = left + 1, right + 1


def _best(here: range, there: range, before: list[Words], after: list[Words]) -> list[tuple[int, int]]:
    """The pairs in order whose likenesses have the greatest sum."""
    rows, columns = len(here), len(there)
    likeness = [[alike(a, b) for b in after] for a in before]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            found = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _ALIKE else 0.0
            best[i][j] = max(found, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if likeness[i][j] >= _ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((here[i], there[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def word_counts(words: Iterable[str]) -> Words:
    return Counter(words)


def alike(old: Words, new: Words) -> float:
    """Share of words in common, 0 to 1."""
    total = old.total() + new.total()
    return 1.0 if total == 0 else 2 * (old & new).total() / total
