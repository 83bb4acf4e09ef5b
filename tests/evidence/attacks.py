"""Attacks on a copy of the data folder, and what came of each: the tally of their campaigns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data_copy import Copy

from analysis.evidence import load as reading
from analysis.evidence.checks import seals
from analysis.evidence.rows import Tables

REFUSED, REFUSED_WITHOUT = "refused with place and remedy", "refused without place or remedy"
HARMLESS, CHANGED = "accepted, harmless", "accepted, with a changed result or text"


@dataclass(frozen=True)
class Attack:
    """A change of a copy, and the place and words of the message that must refuse it; ``file`` "": it loads."""

    name: str
    change: Callable[[Copy], object]
    file: str = ""
    column: str = ""
    says: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of an attack after the author had sealed it, where that was possible."""

    kind: str
    problems: tuple[reading.Problem, ...] = ()


def outcome(copy: Copy, attack: Attack, whole: Tables) -> Outcome:
    """Carry an attack out, seal what it changed, and load."""
    attack.change(copy)
    try:
        reading.seal(copy.folder, "the project", date(2026, 11, 22))
        found = reading.load(copy.folder).tables()
    except reading.DataError as error:
        told = all(problem.file and problem.remedy and problem.problem for problem in error.problems)
        placed = all(problem.row is not None or problem.column or _of_a_file(problem) for problem in error.problems)
        return Outcome(REFUSED if told and placed else REFUSED_WITHOUT, error.problems)
    same = all(found[name] == rows for name, rows in whole.tables().items() if name != seals.NAME)
    return Outcome(HARMLESS if same else CHANGED)


def _of_a_file(problem: reading.Problem) -> bool:
    """Whether a problem concerns a file as a whole: then its name is the place."""
    words = ("file", "folder", "JSON", "bytes", "object", "read", "resources", "number", "package", "other columns")
    return any(word in problem.problem for word in words)


def is_found(attack: Attack, found: Outcome) -> bool:
    """Whether one of the messages is the one that the attack asks for."""
    return any(
        problem.file.endswith(attack.file) and attack.column in problem.column and attack.says in str(problem)
        for problem in found.problems
    )
