"""Invented numbers of measured outcomes in a copy of data/, one trial for each way that a choice can take them.

The checks of the choices and their campaign need more of such numbers per arm than real trials give. Every quotation
is invented with its row. What the review decided of real measurements gives way to the invented choices.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data_copy import Copy

from analysis.evidence.load import DATA

Cells = dict[str, str]
ADDRESS = "https://example.org/invented"

SCALES: tuple[Cells, ...] = (
    {"row_id": "scale-il-6", "quantity": "IL-6", "unit": "pg/mL", "kind": "value", "measures": "IL-6", "factor": "1"},
    {
        "row_id": "scale-crp-change", "quantity": "CRP change", "unit": "mg/L", "kind": "change", "measures": "CRP",
        "factor": "1",
    },
    {
        "row_id": "scale-crp-dl", "quantity": "CRP in mg/dL", "unit": "mg/dL", "kind": "value", "measures": "CRP",
        "factor": "10",
    },
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What one trial gives of one quantity on some days, and how the choice takes it.

    arms: day → what each arm has: patients, then the numbers, by column; statistic: as the descriptor calls it; uses:
    days that the choice names; further: role → days that a further choice of that role names.
    """

    trial: str
    analysis: str
    quantity: str
    unit: str
    statistic: str
    enters_as: str
    arms: dict[int, dict[str, Cells]]
    uses: tuple[int, ...]
    role: str = "primary"
    further: dict[str, tuple[int, ...]] = field(default_factory=dict)


def mean_sd(n: int, centre: str, sd: str) -> Cells:
    return {"n": str(n), "centre": centre, "sd": sd}


def quartiles(n: int, centre: str, low: str, high: str) -> Cells:
    return {"n": str(n), "centre": centre, "low": low, "high": high}


MEASURED = (
    Measured(
        "bowdish2023", "CRP", "CRP", "mg/L", "mean/SD", "final values",
        {
            7: {"treatment": mean_sd(112, "40.1", "30.2"), "control": mean_sd(110, "55.3", "35.4")},
            14: {"treatment": mean_sd(98, "22.6", "20.7"), "control": mean_sd(96, "31.8", "25.9")},
        },
        (7,),
    ),
    Measured(
        "monsel2022", "CRP", "CRP", "mg/L", "mean/SD", "computed changes",
        {
            0: {"treatment": mean_sd(21, "120.5", "60.6"), "control": mean_sd(24, "118.7", "58.2")},
            7: {"treatment": mean_sd(20, "44.8", "33.9"), "control": mean_sd(22, "61.3", "41.5")},
        },
        (0, 7),
    ),
    Measured(
        "gorman2023", "CRP", "CRP change", "mg/L", "mean/SE", "changes",
        {
            7: {
                "treatment": {"n": "30", "centre": "-72.4", "se": "9.5"},
                "control": {"n": "29", "centre": "-58.9", "se": "10.3"},
            }
        },
        (7,),
    ),
    Measured(
        "lanzoni2021", "CRP", "CRP in mg/dL", "mg/dL", "median/IQR", "final values",
        {6: {"treatment": quartiles(12, "4.5", "2.6", "7.1"), "control": quartiles(12, "6.4", "3.7", "9.8")}},
        (6,),
    ),
    Measured(
        "dilogo2021", "CRP", "CRP", "mg/L", "difference/95% CI", "final values",
        {7: {"treatment minus control": {"centre": "-12.5", "low": "-28.4", "high": "3.4"}}},
        (7,),
    ),
    Measured(
        "pochon2023", "CRP", "CRP", "mg/L", "mean/SD", "final values",
        {
            5: {"treatment": mean_sd(15, "66.1", "40.8"), "control": mean_sd(15, "70.2", "44.3")},
            9: {"treatment": mean_sd(14, "35.7", "28.6"), "control": mean_sd(15, "47.9", "33.1")},
        },
        (9,),
        further={"sensitivity": (5,)},
    ),
    Measured(
        "rebelatto2022", "CRP", "CRP", "mg/L", "mean/SD", "", {7: {"treatment": mean_sd(11, "38.3", "27.4")}}, (7,),
        role="listed",
    ),
    Measured(
        "shi2021", "IL-6", "IL-6", "pg/mL", "mean/95% CI", "final values",
        {3: {"treatment": quartiles(66, "24.2", "18.6", "29.8"), "control": quartiles(35, "30.9", "21.3", "40.5")}},
        (3,),
    ),
    Measured(
        "soetjahjo2023", "IL-6", "IL-6", "pg/mL", "median/IQR/range", "final values",
        {
            10: {
                "treatment": quartiles(21, "14.6", "8.9", "22.7") | {"minimum": "2.1", "maximum": "61.4"},
                "control": quartiles(21, "19.8", "11.2", "30.3") | {"minimum": "3.5", "maximum": "84.7"},
            }
        },
        (10,),
    ),
)  # fmt: skip


def slug(words: str) -> str:
    return words.lower().replace(" ", "-").replace("/", "-").replace("_", "-")


def row_id(one: Measured, day: int, arm: str) -> str:
    return f"continuous-{slug(one.trial)}-{slug(one.quantity)}-d{day}-{slug(arm)}"


def continuous() -> Iterator[Cells]:
    """The rows of continuous.csv."""
    for one in MEASURED:
        for day, arms in one.arms.items():
            for arm, numbers in arms.items():
                yield numbers | {
                    "row_id": row_id(one, day, arm), "trial": one.trial, "outcome": one.quantity, "unit": one.unit,
                    "timepoint_days": str(day), "arm": arm, "statistic": one.statistic, "address": ADDRESS,
                    "locator": "Table 2", "obtained": "reported",
                    "quotation": f"{one.quantity}, day {day}, {arm}: {' '.join(numbers.values())}",
                }  # fmt: skip


def choices() -> Iterator[Cells]:
    """The rows of choices.csv."""
    for one in MEASURED:
        for role, days in {one.role: one.uses, **one.further}.items():
            named = [row_id(one, day, arm) for day in days for arm in one.arms[day]]
            yield {
                "row_id": f"choice-{slug(one.analysis)}-{slug(one.trial)}" + ("-other" if role != one.role else ""),
                "analysis": one.analysis, "trial": one.trial, "rows": " ".join(named), "role": role,
                "enters_as": one.enters_as, "label": f"{one.trial}, day {days[-1]}", "reason": "an example",
                "decided_on": "2026-11-22", "decided_by": "the project",
            }  # fmt: skip


def sealed(folder: Path) -> Path:
    """A new data folder with the invented rows, sealed; returns it."""
    made = Copy(Path(shutil.copytree(DATA, folder)))
    add(made)
    made.seal()
    return made.folder


def add(copy: Copy) -> None:
    """Write the invented rows behind those of the copy, in place of real choices; it has to be sealed anew."""
    head, *known = copy.rows("choices")
    analyses = {one.analysis for one in MEASURED}
    copy.write("choices", [head, *(row for row in known if row[head.index("analysis")] not in analyses)])
    for table, added in (("scales", SCALES), ("continuous", continuous()), ("choices", choices())):
        rows = copy.rows(table)
        empty = {"whole_numbers": "false"} if table == "scales" else {}
        copy.write(table, [*rows, *([(empty | cells).get(name, "") for name in rows[0]] for cells in added)])
