"""What is said to have been read of each trial's report, against the rows that cite it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.extent import EXTENTS, strongest
from analysis.evidence.rows import Tables, Trial


def report_read(tables: Tables) -> Examined:
    """The extent recorded of each trial is the strongest that a row of it shows: no more, and no less."""
    found = strongest(tables)

    def look(trial: Trial) -> Iterator[Finding]:
        shown, row = found[trial.row_id]
        said = trial.report_read
        if not said:  # not recorded of any trial where the column was left away
            return
        if EXTENTS.index(said) < EXTENTS.index(shown):
            yield Finding(
                trial, "report_read", f"is more than any row of {trial.row_id} shows, which is {shown}",
                f"add the row that was read there, or write {shown}",
            )  # fmt: skip
        if EXTENTS.index(said) > EXTENTS.index(shown):
            yield Finding(
                trial, "report_read", f"is less than {row.row_id} shows, read in {row.locator}",
                f"write {shown}, or correct source and locator of that row",
            )  # fmt: skip

    return per_row(look, tables.trials)


CHECKS = (
    Check("report read", Kind.SLIP, "is as much of each report said to be read as its rows show?", report_read),
)
