"""Copies of data/ after the moves that an owner makes most: a count corrected, deaths of further trials found.

The numbers are invented and stand in rows of real trials, so they never leave a temporary folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from invented import read, write

from analysis.evidence.load import DATA, seal

#: deaths and patients with MSC, then with the control
Arms = tuple[int, int, int, int]
#: of every eligible trial whose deaths the review has not read
FOUND: dict[str, Arms] = {
    "gorman2023": (9, 30, 8, 30),
    "pochon2023": (4, 15, 5, 15),
    "soetjahjo2023": (6, 21, 9, 21),
    "martinez_munoz2024": (1, 10, 2, 10),
    "covid_msv_nct04361942": (2, 12, 4, 12),
    "immunitybio_nct04397796": (4, 20, 7, 20),
    "minnesota_nct04466098": (8, 30, 9, 30),
    "restem_nct04494386": (5, 30, 8, 30),
    "duke_nct04399889": (3, 15, 5, 15),
}

#: the same of every trial of known size, with other numbers: those without are of unknown size
FOUND_OF_KNOWN_SIZE: dict[str, Arms] = {
    "gorman2023": (5, 30, 7, 30),
    "pochon2023": (2, 15, 4, 15),
    "soetjahjo2023": (8, 21, 10, 21),
    "martinez_munoz2024": (1, 10, 2, 10),
}


def moved(
    folder: Path,
    counts: Mapping[str, Arms] | None = None,
    found: Mapping[str, Arms] | None = None,
    rated: Mapping[str, tuple[str, str]] | None = None,
) -> Path:
    """A sealed copy in ``folder``: ``counts`` by row of counts.csv take other numbers, ``found`` by trial are new.

    ``rated`` holds the ratings and levels of the certainty on death that the new results ask for, by domain.
    """
    shutil.copytree(DATA, folder)
    columns, rows = read(folder, "certainty")
    for row in rows:
        if row["outcome"] == "death" and row["domain"] in (rated or {}):
            row["rating"], row["levels"] = (rated or {})[row["domain"]]
    write(folder, "certainty", columns, rows)
    columns, rows = read(folder, "counts")
    for row in rows:
        if row["row_id"] in (counts or {}):
            row.update(arms((counts or {})[row["row_id"]]), note="")
    for trial, numbers in (found or {}).items():
        rows.append(
            {
                "row_id": f"deaths-{trial}-found",
                "trial": trial,
                "outcome": "death",
                "timepoint_days": "28",
                "timepoint_text": "day 28",
                "counted_unit": "patients",
                "address": "https://example.org/invented",
                "locator": "Table 2",
                "obtained": "reported",
                **arms(numbers),
            }
        )
    write(folder, "counts", columns, rows)
    columns, rows = read(folder, "choices")
    for row in rows:
        if row["analysis"] == "death" and row["trial"] in (found or {}) and row["role"] == "listed":
            row.update(rows=f"deaths-{row['trial']}-found", role="primary", enters_as="counts", reason="found")
    write(folder, "choices", columns, rows)
    seal(folder, "the project", date(2026, 11, 22))
    return folder


def arms(numbers: Arms) -> dict[str, str]:
    """Cells of a row of counts, with the words in which they could have been read."""
    events, n, events_control, n_control = map(str, numbers)
    return {
        "events_treatment": events,
        "n_treatment": n,
        "events_control": events_control,
        "n_control": n_control,
        "quotation": f"{events}/{n} v {events_control}/{n_control} died",
    }
