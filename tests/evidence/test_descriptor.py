"""An independent reader, the frictionless package, finds the package valid and reads the same rows."""

from __future__ import annotations

import pytest
from frictionless import Package

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA, Evidence


@pytest.fixture(scope="module")
def package() -> Package:
    return Package(str(DATA / "datapackage.json"))


def test_package_is_valid(package: Package) -> None:
    report = package.validate()
    assert report.valid, [error.message for task in report.tasks for error in task.errors]
    assert len(report.tasks) == 27


def test_counts_are_read_alike(package: Package, evidence: Evidence) -> None:
    rows = package.get_resource("counts").read_rows()
    assert [row["row_id"] for row in rows] == [count.row_id for count in evidence.counts]
    for column in ("events_treatment", "n_treatment", "events_control", "n_control", "timepoint_days"):
        assert [row[column] for row in rows] == [getattr(count, column) for count in evidence.counts]
    for column in ("printed_estimate", "printed_low", "printed_high", "printed_p"):
        ours = [getattr(count, column) for count in evidence.counts]
        assert [None if row[column] is None else float(row[column]) for row in rows] == ours


def test_every_column_is_described() -> None:
    for table in read_descriptor(DATA):
        assert table.description
        for field in table.fields:
            assert field.description, (table.name, field.name)


def test_every_number_has_a_unit_or_is_a_number_in_a_log() -> None:
    without = {
        (table.name, field.name)
        for table in read_descriptor(DATA)
        for field in table.fields
        if field.type in ("integer", "number") and not field.unit
    }
    assert without == {("records", "number")}
