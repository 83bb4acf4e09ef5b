"""One thing entered as two: trials that share their title, words or design, references that share a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator

from analysis.evidence.checks.findings import Check, Examined, Finding, Kind, per_row
from analysis.evidence.quoted import quoted_words
from analysis.evidence.rows import Record, Row, Tables, Trial
from analysis.evidence.rows_bookkeeping import Reference

ONE_TRIAL = "if the patients are the same, make it one trial; if not, say so in exceptions.csv"
#: a title or quotation of fewer words may be that of two
FEWEST_WORDS = 5
#: share of words that two titles have in common, of all in either, from which on they are hardly two
ALIKE = 0.9


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def trials(tables: Tables) -> Examined:
    """No two trials have the same report, title, words, or arms with the same dose in the same place."""
    found: dict[str, list[Finding]] = defaultdict(list)
    owners: dict[Hashable, Trial] = {}

    def claim(key: tuple[object, ...], trial: Trial, row: Row, column: str, what: str) -> None:
        owner = owners.setdefault(key, trial)
        if owner is not trial:
            found[trial.row_id].append(Finding(row, column, f"{what} {owner.row_id} too", ONE_TRIAL))

    by_id = {trial.row_id: trial for trial in tables.trials}
    titles = [(trial, words) for trial in tables.trials if len(words := words_of(trial.title)) >= FEWEST_WORDS]
    for number, (trial, words) in enumerate(titles):
        for other, theirs in titles[:number]:
            if len(words & theirs) >= ALIKE * len(words | theirs):
                found[trial.row_id].append(Finding(trial, "title", f"is that of {other.row_id} too", ONE_TRIAL))
                break
    for trial in tables.trials:
        claim(("label", trial.label.casefold()), trial, trial, "label", "is the label of")
        if trial.citation:
            claim(("citation", trial.citation), trial, trial, "citation", "is the report of")
        if quoted_words(trial.quotation) >= FEWEST_WORDS:
            claim(("quotation", trial.quotation, trial.address), trial, trial, "quotation", "is quoted for")
        sizes = (trial.randomised_treatment, trial.randomised_control)
        if None not in sizes and trial.dose and trial.country:
            alike = (*sizes, trial.country.casefold(), trial.dose.casefold(), trial.comparator_class)
            claim(("design", *alike), trial, trial, "dose", "goes with the arms and the country of")
    for count in tables.counts:
        if quoted_words(count.quotation) >= FEWEST_WORDS:
            claim(("count", count.quotation), by_id[count.trial], count, "quotation", "is quoted for")
    for trial in tables.trials:
        yield found[trial.row_id]


def references(tables: Tables) -> Examined:
    """No two references have the same DOI, PubMed number or title, and a trial's number is that of its own record."""
    first: dict[tuple[str, str], Reference] = {}

    def of_reference(row: Reference) -> Iterator[Finding]:
        for column in ("doi", "pmid", "title"):
            value = getattr(row, column).casefold()
            if not value or (column == "title" and len(words_of(value)) < FEWEST_WORDS):
                continue
            other = first.setdefault((column, value), row)
            if other is not row:
                yield Finding(row, column, f"is the {column} of {other.key} too", "keep one reference, and cite it")

    owner = {(c, value): t for t in tables.trials for c in ("doi", "pmid") if (value := getattr(t, c).casefold())}

    def of_record(row: Record) -> Iterator[Finding]:
        for column in ("doi", "pmid"):
            trial = owner.get((column, getattr(row, column).casefold()))
            if trial is not None and row.trial and row.trial != trial.row_id:
                yield Finding(row, column, f"is the {column} of {trial.row_id}, another trial", "make the two agree")

    yield from per_row(of_reference, tables.bibliography)
    yield from per_row(of_record, tables.records)


CHECKS = (
    Check("trials entered twice", Kind.ODDITY, "does no trial stand under two names?", trials),
    Check("references entered twice", Kind.ODDITY, "is each DOI, PMID and title that of one reference?", references),
)
