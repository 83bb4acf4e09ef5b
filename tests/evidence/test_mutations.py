"""A campaign of mutations: no slip in data/ changes a result in silence.

Each mutation of a copy of data/ is either refused, with file, row and column named, or the results are those of the
original. The tally is printed at the end of the test run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from measured_mutations import CHECKED, catalogue_of_measured
from mutations import Mutation, catalogue, files_of

from analysis.evidence import checks
from analysis.evidence import load as reading
from analysis.evidence.checks import CHECKS, seals
from analysis.results.build import build
from analysis.results.tree import Review

pytestmark = pytest.mark.campaign
Mutate = Callable[[Mutation], None]

CATALOGUE = catalogue()
MEASURED = catalogue_of_measured()
WHOLE = files_of(reading.DATA)
COUNT_SLIPS = (
    "swapped arms", "swapped events", "changed count", "changed arm size", "digits transposed",
    "survivors for deaths",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(reading.DATA, tmp_path_factory.mktemp("mutated") / "data"))


@pytest.fixture(scope="module")
def measured_copy(measured_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(measured_folder, tmp_path_factory.mktemp("mutated measures") / "data"))


@pytest.fixture
def mutate(folder: Path) -> Iterator[Mutate]:
    """Apply a mutation to the copy, and undo it after the test."""
    yield from applying(folder)


@pytest.fixture
def mutate_measured(measured_copy: Path) -> Iterator[Mutate]:
    """Apply a mutation to the copy with invented measurements, and undo it after the test."""
    yield from applying(measured_copy)


def applying(folder: Path) -> Iterator[Mutate]:
    before: dict[str, bytes | None] = {}

    def write(name: str, raw: bytes | None) -> None:
        if raw is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(raw)

    def apply(mutation: Mutation) -> None:
        for name, raw in mutation.changed.items():
            before.setdefault(name, (folder / name).read_bytes() if (folder / name).exists() else None)
            write(name, raw)

    yield apply
    for name, raw in before.items():
        write(name, raw)


def problems(folder: Path) -> tuple[reading.Problem, ...]:
    try:
        reading.load(folder)
    except reading.DataError as error:
        return error.problems
    return ()


def is_expected(problem: reading.Problem, mutation: Mutation) -> bool:
    words = str(problem)
    return (
        (not mutation.file or problem.file == f"data/{mutation.file}")
        and (mutation.row is None or problem.row == mutation.row)
        and (
            not mutation.column
            or mutation.column in problem.column.split(", ")
            or between_two_cells(problem, mutation)
        )
        and mutation.says in words
    ) or f"repeats row {mutation.row};" in words


def between_two_cells(problem: reading.Problem, mutation: Mutation) -> bool:
    """Whether a check found the row's cells at odds: which of the two is wrong it cannot know."""
    return mutation.group == "wrong value" and problem.row == mutation.row and problem.check == "references"


def leaves(tree: Any, at: str = "") -> dict[str, Any]:
    """Every value of a tree of results by its key; members of mappings count by name, not by order."""
    if is_dataclass(tree):
        found: dict[str, Any] = {}
        for part in fields(tree):
            found |= leaves(getattr(tree, part.name), f"{at}.{part.name}")
        return found
    if isinstance(tree, dict):
        return {key: value for name, member in tree.items() for key, value in leaves(member, f"{at}.{name}").items()}
    if isinstance(tree, tuple | list):
        return {key: value for i, member in enumerate(tree) for key, value in leaves(member, f"{at}.{i}").items()}
    return {at: tree}


def results(built: Review) -> dict[str, Any]:
    """Everything that was computed; the digest and the rows themselves are left aside."""
    parts = {part.name: getattr(built, part.name) for part in fields(built)}
    return leaves({name: part for name, part in parts.items() if name not in ("evidence", "data_digest")})


@pytest.mark.parametrize("mutation", CATALOGUE, ids=lambda mutation: mutation.name)
def test_no_mutation_changes_a_result_in_silence(
    mutation: Mutation, mutate: Mutate, folder: Path, record_property: Callable[[str, str], None]
) -> None:
    mutate(mutation)
    found = problems(folder)
    if mutation.harmless:
        assert not found, found[0]
        # Results are computed from these rows alone; that they are the same is shown once, below.
        assert reading.load(folder).tables() == reading.load().tables()
        record_property("tally", "mutations of data/: harmless")
        return
    assert found, f"{mutation.name} loads"
    assert any(is_expected(problem, mutation) for problem in found), [str(problem) for problem in found[:5]]
    by_seal = all(problem.check == seals.NAME for problem in found)
    if mutation.group in COUNT_SLIPS:
        # Caught even if an author sealed it: quotation, percentage, ratio or another source speaks against it.
        assert not by_seal
    record_property("tally", f"mutations of data/: refused by {'the seal alone' if by_seal else 'a check'}")


@pytest.mark.parametrize("mutation", MEASURED, ids=lambda mutation: mutation.name)
def test_no_mutation_changes_what_is_measured_in_silence(
    mutation: Mutation, mutate_measured: Mutate, measured_copy: Path, record_property: Callable[[str, str], None]
) -> None:
    mutate_measured(mutation)
    found = problems(measured_copy)
    assert found, f"{mutation.name} loads"
    assert any(is_expected(problem, mutation) for problem in found), [str(problem) for problem in found[:5]]
    by_seal = all(problem.check == seals.NAME for problem in found)
    # Caught even if an author sealed it: another row, the scale or the outcome speaks against it.
    assert not (by_seal and mutation.group in CHECKED)
    record_property(
        "tally", f"mutations of what is measured: refused by {'the seal alone' if by_seal else 'a check'}"
    )


def test_the_campaign_is_large_and_names_each_mutation_once() -> None:
    assert len(CATALOGUE) >= 200
    assert len({mutation.name for mutation in CATALOGUE}) == len(CATALOGUE)
    assert all(any(WHOLE.get(name) != raw for name, raw in m.changed.items()) for m in CATALOGUE)


def test_the_campaign_of_measurements_is_large_and_spoils_each_table(measured_folder: Path) -> None:
    whole = files_of(measured_folder)
    changed = [name for mutation in MEASURED for name, raw in mutation.changed.items() if whole[name] != raw]
    assert len(changed) == len(MEASURED) == len({mutation.name for mutation in MEASURED})
    assert len(MEASURED) >= 200
    assert all(changed.count(f"{table}.csv") >= 20 for table in ("outcomes", "choices", "scales", "continuous"))


@pytest.mark.parametrize("mutation", CATALOGUE[::25], ids=lambda mutation: mutation.name)
def test_checks_that_remember_find_what_forgetful_ones_find(
    mutation: Mutation, mutate: Mutate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(mutation)
    found = problems(folder)
    monkeypatch.setattr(checks, "CHECKS", CHECKS)
    assert found == problems(folder)


def test_harmless_mutations_all_at_once_leave_every_result_as_it_was(
    mutate: Mutate, folder: Path, tree: Review
) -> None:
    for mutation in CATALOGUE:
        if mutation.harmless:
            mutate(mutation)
    expected, found = results(tree), results(build(folder))
    assert len(expected) > 1000
    assert repr(found) == repr(expected)
