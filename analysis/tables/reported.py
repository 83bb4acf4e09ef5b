"""The reportable numbers (``analysis.results.reportable``) with what they rest on and what other code makes of them.

A reader of the PDF alone finds here the results that must be reported; the origin of every other number stands on the
page that is made of the finished documents (``publishing.verify.origins``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.printing import numbers
from analysis.printing.keys import DEVIATION, SECOND
from analysis.printing.printer import Printer, escaped
from analysis.proof.meaning import holder_of, path, words
from analysis.proof.origins import origin
from analysis.results.reportable import reportable
from analysis.results.tree import CrossCheck, Review
from analysis.tables.frame import Markdown, Table

#: so many rows of the evidence are named one by one behind a result; of more, only the tables that they stand in
NAMED = 8
#: part of a key → how it is written; any other part reads as it is, without underscores
SHORT = {
    "p_value": "P",
    "tau2": "τ²",
    "i2": "I²",
    "k": "trials",
    "k_shown": "trials with counts",
    "k_unavailable": "trials without usable counts",
    "n_treatment": "patients with treatment",
    "n_control": "patients with control",
    "events_treatment": "events with treatment",
    "events_control": "events with control",
}
#: step of a key to a result → how it is written where the result has no name of its own
STEPS = {
    "mantel haenszel": "Mantel-Haenszel",
    "modified": "modified Hartung-Knapp interval",
    "flow": "flow of records",
    "read": "reports read",
    "reasons": "reasons for exclusion",
}
#: steps that a reader does not need
UNSAID = frozenset({"sides"})


def reported(printer: Printer) -> Table:
    """One row for each result with reportable numbers: as printed with all digits, sources, and computed again."""
    review: Review = printer.tree
    groups: dict[str, list[str]] = {}
    for key in reportable(review):
        groups.setdefault(group_of(review, key), []).append(key)
    return Table(
        heads=("Result", "Numbers, unrounded", "Read in", "Computed again"),
        rows=tuple(
            (
                named(review, at),
                Markdown("; ".join(f"{name_in(printer, at, key)} {printer.unrounded(key)}" for key in keys)),
                Markdown(read_in(printer, keys)),
                Markdown(again(printer, at, keys)),
            )
            for at, keys in groups.items()
        ),
        align="llll",
    )


def group_of(review: Review, key: str) -> str:
    """The key of the result that holds ``key``; of results in a mapping, the key of the mapping."""
    holder = holder_of(key)
    above = holder_of(holder)
    return above if above and isinstance(path(review, above)[-1], Mapping) else holder


def named(review: Review, at: str) -> str:
    """The result at ``at`` as a reader calls it."""
    steps = [STEPS.get(step, step) for step in words(review, at) if step and step not in UNSAID]
    return ", ".join(steps) or "the review"


def name_in(printer: Printer, at: str, key: str) -> str:
    """A number's name within its result: ``estimate``, or ``A 2023 estimate`` where the result is of trials."""
    trials = {trial.row_id for trial in printer.tree.evidence.trials}
    return " ".join(
        str(printer.cell(part, "label")) if part in trials else escaped(SHORT.get(part, part.replace("_", " ")))
        for part in key.removeprefix(f"{at}.").split(".")
    )


def read_in(printer: Printer, keys: Sequence[str]) -> str:
    """The rows of the evidence behind ``keys``, by trial, reference and place; of many, the tables they are in."""
    review: Review = printer.tree
    behind = list(dict.fromkeys(row for key in keys for row in origin(review, key).rows))
    if 0 < len(behind) <= NAMED:
        return "; ".join(source(printer, row) for row in behind)
    files = {row.row_id: f"{name}.csv" for name, found in review.evidence.tables().items() for row in found}
    files |= {series.row_id: "figures/points.csv" for series in review.evidence.digitised}
    named = dict.fromkeys(files[row] for row in behind)
    return "rows of " + ", ".join(f"`data/{name}`" for name in named) if named else numbers.EN_DASH


def source(printer: Printer, row_id: str) -> str:
    """``A 2023 [4], Table 2``: the trial, the reference and the place in it."""
    row = printer.tree.evidence.row(row_id)
    trial = getattr(row, "trial", "")
    cited = getattr(row, "source", "")
    parts = [
        str(printer.cell(trial, "label")) if trial else escaped(row_id),
        f"[@{cited}]" if cited else "",
    ]
    place = str(printer.cell(row_id, "locator")) if getattr(row, "locator", "") else ""
    return ", ".join(filter(None, (" ".join(filter(None, parts)), place)))


def again(printer: Printer, at: str, keys: Sequence[str]) -> str:
    """What other code computes of ``keys``, by the code, with the greatest relative deviation."""
    checks = {check.key: check for check in printer.tree.crosschecks}
    by: dict[str, list[CrossCheck]] = {}
    for key in keys:
        if key in checks:
            by.setdefault(checks[key].by, []).append(checks[key])
    said = []
    for other, found in by.items():
        values = "; ".join(f"{name_in(printer, at, one.key)} {printer(SECOND + one.key)}" for one in found)
        worst = max(found, key=lambda one: abs(one.deviation))
        said.append(f"by {escaped(other)}: {values} (relative deviation at most {printer(DEVIATION + worst.key)})")
    return "; ".join(said) or numbers.EN_DASH
