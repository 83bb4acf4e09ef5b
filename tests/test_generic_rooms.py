"""The rooms that serve any review know no topic: none of this review's words stands in their code.

The words are read off data/: names of trials, outcomes and arms, and what the review is about. Only the room
``analysis/review``, the documents and data/ may use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.evidence.load import Evidence

ROOT = Path(__file__).resolve().parents[1]
ROOMS = sorted(
    path
    for package in ("analysis", "publishing")
    for path in (ROOT / package).iterdir()
    if path.is_dir() and path.name not in ("review", "__pycache__")
)
CODE = (".py", ".lua", ".js", ".html", ".css", ".typ", ".yml", ".jats")
#: what the review is about, beyond the names in its tables
TOPIC = ("mesenchym", "stromal", "covid", "sars-cov", "umbilical", "bone marrow", "c-reactive", "interleukin")
#: what the reviews in examples/ are about; the textbook may show a method on their data, as its sources do
EXAMPLES = ("tuberculosis", "bcg", "vaccine", "length of stay", "specialist care")
#: words of outcomes that have a meaning of their own in statistics, in grading or in any report of a trial
#: shorter names of trials are words of other things too
SHORTEST_NAME = 5
COMMON = {"serious", "severity"}


def words(evidence: Evidence, examples: tuple[str, ...] = EXAMPLES) -> set[str]:
    names = {trial.label.split()[0] for trial in evidence.trials}
    trials = {name for name in names if len(name) >= SHORTEST_NAME} | {trial.row_id for trial in evidence.trials}
    outcomes = {word for asked in evidence.outcomes for word in (asked.key, asked.name)}
    treatment = evidence.called("treatment")
    return {word.lower() for word in (*trials, *outcomes, treatment, *TOPIC, *examples)} - COMMON


def found(room: Path, evidence: Evidence) -> Iterator[str]:
    known = words(evidence, () if room.name == "methods" else EXAMPLES)
    pattern = re.compile(rf"(?<![a-z])({'|'.join(sorted(map(re.escape, known), key=len))})(?![a-z])", re.I)
    for path in sorted(room.rglob("*")):
        if path.suffix in CODE and "__pycache__" not in path.parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if match := pattern.search(line):
                    yield f"{path.relative_to(ROOT)}:{number}: {match[0]!r}"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.parent.name}/{room.name}")
def test_a_generic_room_knows_no_word_of_this_review(room: Path, evidence: Evidence) -> None:
    assert list(found(room, evidence)) == []


def test_the_search_finds_the_words_where_they_may_stand(evidence: Evidence) -> None:
    assert any("deaths" in line for line in found(ROOT / "analysis" / "review", evidence))
