"""How much of a trial's own report could be read, told from the rows that cite it (PRISMA 2020, item 16a).

A row shows by its source and its locator where it was read. The locators are free text, so the words that decide
stand here and nowhere else; a full text is never claimed, since a row shows one place of it only.
"""

from __future__ import annotations

import re

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.evidence.rows import Baseline, BiomarkerStatement, Continuous, Count, RiskOfBias, Tables, Trial

ARTICLE = "article in part"
ABSTRACT = "abstract"
REGISTER_RESULTS = "register results"
REGISTER_ENTRY = "register entry"
OTHERS = "others only"
#: the strongest first; of all that rows of a trial show, the strongest is recorded
EXTENTS = (ARTICLE, ABSTRACT, REGISTER_RESULTS, REGISTER_ENTRY, OTHERS)

#: words of a locator
NAMES_REGISTER = re.compile(r"\b(?:register|registry|ClinicalTrials\.gov)\b", re.I)
NAMES_RESULTS = re.compile(r"\b(?:ResultsSection|results)\b", re.I)
NAMES_ABSTRACT = re.compile(r"\babstract\b", re.I)

#: a fact about a trial, with the place where it was read
Cited = Trial | Count | Continuous | BiomarkerStatement | Baseline | RiskOfBias | DigitisedSeries


def shown_by(row: Cited, trial: Trial) -> str:
    """What one row of a trial shows to have been read.

    A report of the trial is its reference, or whatever is said to be reported by the trial itself. An article has a
    row in the bibliography; an abstract may stand on a page without one.
    """
    if row.obtained == "registry" or NAMES_REGISTER.search(row.locator):
        return REGISTER_RESULTS if NAMES_RESULTS.search(row.locator) else REGISTER_ENTRY
    own = row.obtained == "reported" or (row.source != "" and row.source == trial.citation)
    if own and NAMES_ABSTRACT.search(row.locator):
        return ABSTRACT
    return ARTICLE if own and row.source else OTHERS


def strongest(tables: Tables) -> dict[str, tuple[str, Cited]]:
    """Trial → the most that any row shows to have been read of it, and the first row that does.

    The row of the trial itself counts too, so every trial is there.
    """
    trials = {trial.row_id: trial for trial in tables.trials}
    found: dict[str, tuple[str, Cited]] = {}
    rows: tuple[Cited, ...] = (
        *tables.trials, *tables.counts, *tables.continuous, *tables.biomarkers, *tables.baseline,
        *tables.risk_of_bias, *tables.digitised,
    )  # fmt: skip
    for row in rows:
        if row.trial not in trials:  # a row on several trials at once
            continue
        shown = shown_by(row, trials[row.trial])
        if row.trial not in found or EXTENTS.index(shown) < EXTENTS.index(found[row.trial][0]):
            found[row.trial] = (shown, row)
    return found
