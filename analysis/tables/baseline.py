"""Who the patients were at entry: every characteristic that was read of the eligible trials, per arm, as read.

Trials report different things in different ways, so a row is one characteristic of one trial; nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.evidence.rows import Baseline
from analysis.printing.cells import PREFIX
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.tree import Review
from analysis.tables.frame import Cell, Table, cite_trial

ARMS = ("treatment", "control", "both")
#: what a trial planned to do is not what its patients were like, and arm sizes stand with the trials
PLANNED, ARM_SIZE = "protocol", "randomised"
NOTHING = "none read"
#: how a statistic reads where it stands first, and after another of the same arm in parentheses
ALONE = {"percent": "{.value}%", "percent (population: intubated)": "{.value}%", "SD": "SD {.value}"}
RANGE, COUNT = "median (IQR)", "count"
#: shares whose bounds are kept in words
IN_PERCENT = "percent range"


def characteristics(printer: Printer) -> Table | Phrase:
    """Characteristics at entry by trial and arm, and the trials of which none was read.

    A sentence stands in place of the table where none was read of any eligible trial.
    """
    review: Review = printer.tree
    rows: list[tuple[Cell, ...]] = []
    for trial in review.evidence.eligible:
        read = [
            row
            for row in review.evidence.baseline
            if row.trial == trial.row_id and row.statistic != PLANNED and row.characteristic != ARM_SIZE
        ]
        if not read:
            rows.append((cite_trial(printer, trial.row_id), NOTHING, *(EN_DASH,) * (len(ARMS) + 1)))
        for number, found in enumerate(by_characteristic(read).values()):
            name: Cell = cite_trial(printer, trial.row_id) if number == 0 else ""
            first = next(row for rows_of_arm in found.values() for row in rows_of_arm)
            cells = [said(printer, found[arm]) if arm in found else EN_DASH for arm in ARMS]
            rows.append((name, head(printer, first), *cells, obtained(printer, found)))
    if all(row[1] == NOTHING for row in rows):
        return printer.say("No characteristic of the patients of an eligible trial was read.")
    arms = (printer.say("{Treatment}"), printer.say("{Comparator}"), "Both arms")
    return Table(("Trial", "Characteristic", *arms, "Obtained"), tuple(rows), "llllll")


def by_characteristic(rows: Iterable[Baseline]) -> dict[str, dict[str, list[Baseline]]]:
    """Characteristic → arm → its rows, all in the order in which they stand in the data."""
    found: dict[str, dict[str, list[Baseline]]] = {}
    for row in rows:
        found.setdefault(row.characteristic, {}).setdefault(row.arm, []).append(row)
    return found


def head(printer: Printer, row: Baseline) -> Phrase:
    """The characteristic with the unit of its numbers, once; counts, shares and words have none."""
    measured = row.value is not None and row.statistic in ("mean", "SD", RANGE)
    with_unit = row.unit and measured and row.unit.lower() not in row.characteristic.lower()
    return printer.say("{.characteristic}, {.unit}" if with_unit else "{.characteristic}", f"{PREFIX}{row.row_id}")


def said(printer: Printer, rows: Sequence[Baseline]) -> Phrase:
    """One arm's numbers: ``64 (SD 10.4)``, ``17/21 (81%)``, ``median 124 (68 to 164)``, or the report's words.

    What two sources give alike stands once; where they differ, both stand.
    """
    once: dict[object, Baseline] = {}
    for row in rows:
        of = row.n if row.statistic == COUNT else None
        once.setdefault((template(row), row.value, row.value_text, row.low, row.high, of), row)
    parts = [printer.say(template(row), f"{PREFIX}{row.row_id}") for row in once.values()]
    first, *further = parts
    return phrase(first, *(piece for part in further for piece in (" (", part, ")")))


def template(row: Baseline) -> str:
    """How a row is said."""
    if row.value is None or row.statistic == IN_PERCENT:
        return "{.value_text}%" if row.statistic == IN_PERCENT else "{.value_text}"
    if row.statistic == RANGE and row.low is not None and row.high is not None:
        return "median {.value} ({.low} to {.high})"
    if row.statistic == COUNT and row.n is not None:
        return "{.value}/{.n}"
    return ALONE.get(row.statistic, "{.value}")


def obtained(printer: Printer, found: Mapping[str, Sequence[Baseline]]) -> Phrase:
    """How the numbers of a characteristic were got, each way once."""
    ways: dict[str, Phrase] = {}
    for row in (row for rows in found.values() for row in rows):
        if row.obtained not in ways:
            ways[row.obtained] = printer.say("{.obtained}", f"{PREFIX}{row.row_id}")
    shown: list[Phrase | str] = []
    for way in ways.values():
        shown += [", " if shown else "", way]
    return phrase(*shown)
