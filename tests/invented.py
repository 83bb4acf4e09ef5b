"""Copies of data/ in which trials give invented measurements: what figures, tables and sentences show of them.

The numbers are those of ``tests/reference/measured_outcomes_input.csv``: trials with means and standard deviations,
quantiles, changes from baseline, standard errors read from a bar chart, and intervals; one more gives skewed
quantiles, which have no effect. They stand in rows of real trials, so they never leave a temporary folder.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from analysis.evidence.load import DATA, seal
from analysis.judgements.certainty import unrated
from analysis.results.tree import Review

INPUT = Path(__file__).parent / "reference" / "measured_outcomes_input.csv"
#: name in the file of numbers → trial of the review
TRIALS = {
    "invented1": "dilogo2021",
    "invented2": "monsel2022",
    "invented3": "rebelatto2022",
    "invented4": "shi2021",
    "invented5": "gorman2023",
}
#: a trial with quantiles so skewed that no mean can be had
SKEWED = "pochon2023"
OUTCOMES = {"marker A": "CRP", "marker B": "IL-6"}
DAY = 7
#: domain → rating and levels that the results bear out, of all invented trials and of only one
RATINGS = {
    "risk of bias": ("serious", "1"),
    "inconsistency": ("not serious", "0"),
    "indirectness": ("not serious", "0"),
    "imprecision": ("serious", "1"),
    "missing results": ("suspected", "1"),
    "overall": ("very low", ""),
}
#: where they differ among all invented trials
OTHERWISE = {("CRP", "inconsistency"): ("serious", "1")}

Row = dict[str, str]


def read(folder: Path, table: str) -> tuple[list[str], list[Row]]:
    """Columns and rows of a table."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def write(folder: Path, table: str, columns: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Replace a table."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def invented(folder: Path, trials: Mapping[str, str] = TRIALS, skewed: bool = True) -> Path:
    """A sealed copy of data/ in ``folder`` in which these trials, and no others, give CRP and IL-6 per arm."""
    shutil.copytree(DATA, folder)
    set_aside(folder)
    rows = [row for row in measurements() if row["trial"] in trials.values()]
    if skewed:
        rows += skewed_quantiles()
    add_scales(folder)
    columns, known = read(folder, "continuous")
    write(folder, "continuous", columns, [*known, *rows])
    explain(folder, rows)
    columns, known = read(folder, "choices")
    write(folder, "choices", columns, [*known, *decisions(rows)])
    rate(folder, alone=len(trials) == 1)
    seal(folder, "the project", date(2026, 11, 22))
    return folder


def without_numbers(review: Review, keys: Iterable[str]) -> Review:
    """The results as they are where no trial gives these outcomes per arm."""
    for key in keys:
        empty = replace(review.outcomes[key], trials={}, pooled=None, k=0, k_shown=0, participants_shown=0)
        review = replace(
            review,
            outcomes={**review.outcomes, key: empty},
            biomarkers={**review.biomarkers, key: replace(review.biomarkers[key], with_numbers=0)},
            certainty={**review.certainty, key: unrated([])},
        )
    return review


def explain(folder: Path, rows: Iterable[Row]) -> None:
    """Arms of the invented numbers are larger than those of the real trials that lend them their names."""
    sizes = {
        (trial["row_id"], arm): int(trial[f"randomised_{arm}"] or 0)
        for trial in read(folder, "trials")[1]
        for arm in ("treatment", "control")
    }
    columns, known = read(folder, "exceptions")
    larger = [
        {"row_id": f"exception-{row['row_id']}", "check": "possible values", "row": row["row_id"], "column": "n",
         "value": row["n"], "reason": "an invented number"}
        for row in rows
        if row["n"] and int(row["n"]) > sizes.get((row["trial"], row["arm"]), int(row["n"]))
    ]  # fmt: skip
    write(folder, "exceptions", columns, [*known, *larger])


def set_aside(folder: Path) -> None:
    """Whatever the evidence says of the markers per arm is listed only."""
    columns, rows = read(folder, "choices")
    for row in rows:
        if row["analysis"] in OUTCOMES.values():
            row.update(role="listed", enters_as="", rows="")
    write(folder, "choices", columns, rows)


def measurements() -> list[Row]:
    """The rows of the file of numbers as rows of continuous.csv."""
    with INPUT.open(encoding="utf-8", newline="") as stream:
        return [measurement(row) for row in csv.DictReader(stream) if row["trial"] in TRIALS]


def measurement(row: Row) -> Row:
    change = " change" if row["kind"] == "change" else ""
    shown = [row[column] for column in ("n", "centre", "low", "high", "sd", "se") if row[column]]
    return result(
        TRIALS[row["trial"]],
        OUTCOMES[row["outcome"]] + change,
        row["unit"],
        row["arm"],
        shown,
        statistic=row["statistic"],
        n=row["n"],
        centre=row["centre"],
        low=row["low"],
        high=row["high"],
        sd=row["sd"],
        se=row["se"],
        obtained="digitised" if "chart" in row["obtained"] else "reported",
    )


def skewed_quantiles() -> list[Row]:
    """Quartiles of both arms that lie too far from symmetric ones around the median."""
    return [
        result(
            SKEWED, "CRP", "mg/L", arm, [n, centre, low, high],
            statistic="median/IQR", n=n, centre=centre, low=low, high=high, obtained="reported",
        )
        for arm, n, centre, low, high in (
            ("treatment", "40", "12.5", "9.5", "40.5"),
            ("control", "41", "16.5", "12.5", "52.5"),
        )
    ]  # fmt: skip


def result(trial: str, quantity: str, unit: str, arm: str, shown: list[str], **columns: str) -> Row:
    return {
        "row_id": f"continuous-{trial.replace('_', '-')}-{quantity.lower().replace(' ', '-')}-invented-{arm}",
        "trial": trial,
        "outcome": quantity,
        "unit": unit,
        "timepoint_days": str(DAY),
        "arm": arm,
        "address": "https://example.org/invented",
        "locator": "invented",
        "quotation": f"day {DAY}: " + " ".join(shown),
        **columns,
    }


def add_scales(folder: Path) -> None:
    columns, rows = read(folder, "scales")
    known = {row["quantity"] for row in rows}
    for outcome, unit in (("CRP", "mg/L"), ("IL-6", "pg/mL")):
        for quantity, kind, least in ((outcome, "value", "0"), (f"{outcome} change", "change", "")):
            if quantity not in known:
                row_id = f"scale-{quantity.lower().replace(' ', '-')}-invented"
                row = {"row_id": row_id, "quantity": quantity, "unit": unit, "kind": kind, "least": least}
                rows.append(row | {"measures": outcome, "factor": "1", "whole_numbers": "false"})
    write(folder, "scales", columns, rows)


def decisions(rows: Iterable[Row]) -> list[Row]:
    """A primary choice for each trial and marker."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["outcome"].removesuffix(" change"), row["trial"]), []).append(row)
    return [
        {
            "row_id": f"choice-{outcome.lower()}-{trial.replace('_', '-')}-invented",
            "analysis": outcome,
            "trial": trial,
            "rows": " ".join(row["row_id"] for row in arms),
            "role": "primary",
            "enters_as": "changes" if arms[0]["outcome"].endswith("change") else "final values",
            "label": f"{trial}, day {DAY}, invented",
            "reason": "invented",
            "decided_on": "2026-11-22",
            "decided_by": "the project",
        }
        for (outcome, trial), arms in found.items()
    ]


def rate(folder: Path, alone: bool) -> None:
    """Ratings of certainty that the invented results bear out."""
    columns, rows = read(folder, "certainty")
    rows = [row for row in rows if row["outcome"] not in OUTCOMES.values()]
    for outcome in OUTCOMES.values():
        for domain, usual in RATINGS.items():
            rating, levels = usual if alone else OTHERWISE.get((outcome, domain), usual)
            row = {"row_id": f"certainty-{outcome.lower()}-{domain.replace(' ', '-')}", "outcome": outcome}
            row |= {
                "domain": domain,
                "rating": rating,
                "levels": levels,
                "reason": "invented",
                "keys": f"{outcome}.k",
            }
            rows.append(row | {"decided_on": "2026-11-29", "decided_by": "the project"})
    write(folder, "certainty", columns, rows)
