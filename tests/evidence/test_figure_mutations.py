"""A campaign of mutations of a folder of figures: no slip there changes a value read in silence.

Each mutation is refused with its place named, or noticed by the seal, or listed as harmless with the reason why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import astuple
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from data_copy import Copy
from figure_mutations import NOTHING, READING, SEAL, TABLE, Files, Mutation, originals
from project_mutations import catalogue

from analysis.evidence import from_figures
from analysis.evidence.checks import sealed_descriptor, seals
from analysis.evidence.digitised import Estimate
from analysis.evidence.load import DataError, load
from analysis.evidence.problems import Problem
from analysis.evidence.rows_bookkeeping import Seal

pytestmark = pytest.mark.campaign

with TemporaryDirectory() as scratch:
    WHOLE = originals(Path(scratch))
CATALOGUE = catalogue(WHOLE)
TRIALS = ("invented2021", "another2021")


def write(folder: Path, files: Files) -> None:
    for name, raw in files.items():
        if raw is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(raw)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the sound figures and no tables."""
    data = tmp_path_factory.mktemp("figures") / "data"
    (data / from_figures.FOLDER).mkdir(parents=True)
    write(data / from_figures.FOLDER, WHOLE)
    return data


@pytest.fixture(scope="module")
def sound(data: Path) -> from_figures.FromFigures:
    return from_figures.read(data, TRIALS)


@pytest.fixture(scope="module")
def sealed(sound: from_figures.FromFigures) -> list[Seal]:
    return seals.renewed(sound.declared + sound.sealable, (), "the project", date(2026, 11, 28))


@pytest.fixture
def mutate(data: Path) -> Any:
    """Apply a mutation to the folder, and undo it after the test."""
    touched: list[str] = []

    def apply(mutation: Mutation) -> None:
        touched.extend(mutation.changed)
        write(data / from_figures.FOLDER, mutation.changed)

    yield apply
    write(data / from_figures.FOLDER, {name: WHOLE.get(name) for name in touched})


def by_reading(found: from_figures.FromFigures) -> list[Problem]:
    return [*found.result.open, *(problem for one in found.noticed() for _, problem in one.odd)]


def unlike(found: from_figures.FromFigures, sealed: list[Seal]) -> list[Problem]:
    """What the seals of rows and descriptor find."""
    of_rows = [seal for seal in sealed if seal.table not in sealed_descriptor.DESCRIPTORS]
    return [*sealed_descriptor.broken("data", found.declared, sealed), *seals.broken("data", found.sealable, of_rows)]


def values(found: from_figures.FromFigures) -> list[Any]:
    """All that analyses may take from the series, numbers to eleven digits; how rows are told apart is left aside."""

    def digits(estimate: Estimate | None) -> tuple[str, ...]:
        return () if estimate is None else tuple(f"{part:.10e}" for part in astuple(estimate))

    return [
        (one.row_id, one.trial, one.outcome, one.unit, one.arm, one.day, one.n, one.whisker, one.reader,
         digits(one.mean), digits(one.sd), [(role, digits(mark)) for role, mark in one.marks])
        for one in found.series
    ]  # fmt: skip


def test_the_folder_is_sound_before_it_is_spoilt(sound: from_figures.FromFigures, sealed: list[Seal]) -> None:
    assert by_reading(sound) == [] and unlike(sound, sealed) == []
    means = {one.series: one.mean.value for one in sound.series}
    assert means["crp-invented2021-msc-d7"] == pytest.approx(47.35) and means["il6-d7"] == pytest.approx(80)
    assert means["crp-box"] == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("mutation", CATALOGUE, ids=lambda mutation: mutation.name)
def test_no_mutation_of_a_figure_passes_in_silence(
    mutation: Mutation,
    mutate: Callable[[Mutation], None],
    data: Path,
    sound: from_figures.FromFigures,
    sealed: list[Seal],
    record_property: Callable[[str, str], None],
) -> None:
    mutate(mutation)
    found = from_figures.read(data, TRIALS)
    read = by_reading(found)
    broken = unlike(found, sealed)
    record_property("tally", f"mutations of figures: noticed by {mutation.noticed_by}")
    if mutation.noticed_by == READING:
        assert any(f"data/figures/{mutation.file}" == one.file and mutation.says in str(one) for one in read), [
            str(one) for one in read
        ] or "it is read"
        assert all(one.remedy for one in read)
        return
    assert not read, [str(one) for one in read]
    assert bool(broken) == (mutation.noticed_by == SEAL)
    where = mutation.file if mutation.group == "changed descriptor" else TABLE
    assert all(one.file == f"data/figures/{where}" for one in broken)
    if mutation.same:
        assert values(found) == values(sound)


def test_the_campaign_is_large_and_names_each_mutation_once() -> None:
    assert len({mutation.name for mutation in CATALOGUE}) == len(CATALOGUE)
    assert all(any(WHOLE.get(name) != raw for name, raw in mutation.changed.items()) for mutation in CATALOGUE)
    tally = Counter(mutation.noticed_by for mutation in CATALOGUE)
    assert tally[READING] >= 100 and all(mutation.same for mutation in CATALOGUE if mutation.noticed_by == NOTHING)


@pytest.mark.parametrize("mutation", CATALOGUE[::40], ids=lambda mutation: mutation.name)
def test_the_evidence_notices_what_the_campaign_notices(mutation: Mutation, copy: Copy) -> None:
    files = {name: raw and raw.replace(b"invented2021,", b"bowdish2023,") for name, raw in WHOLE.items()}
    write(copy.folder / "figures", files)
    assert len(copy.seal().digitised) == 3
    spoilt = {name: raw and raw.replace(b"invented2021,", b"bowdish2023,") for name, raw in mutation.changed.items()}
    write(copy.folder / "figures", spoilt)
    if mutation.noticed_by == NOTHING:
        assert len(load(copy.folder).digitised) == 3
    else:
        with pytest.raises(DataError, match="data/figures/"):
            load(copy.folder)
