"""Everything that can be printed, with its proof, as one JSON file: what the checks of the outputs are told.

``entries``    key → value, kind, meaning, allowed texts, rule, method, code, rows, second computation
``rows``       row id → source, address, locator, quotation, how obtained
``claims``     name → what it says, the expression behind it, whether it holds
``panels``     id → the table behind a panel of an HTML page, complete
``figures``    name of a figure → the table of what it draws
``cards``      name of a trial → what a line of a figure opens
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.evidence.rows import Row
from analysis.evidence.rows_bookkeeping import Reference
from analysis.printing import cells
from analysis.printing.contract import Catalogue, Claim, Entry, RowProof, Second, Stated, Values, place_of_key
from analysis.printing.keys import DEVIATION, SECOND, find
from analysis.printing.log import code_digest, plain
from analysis.printing.numbers import CannotPrint, texts
from analysis.printing.quantities import Found, walk
from analysis.proof import figure_data, trial_cards
from analysis.proof.meaning import meaning
from analysis.proof.origins import computed_by, rows_behind
from analysis.proof.predicates import predicate
from analysis.proof.recompute import computations
from analysis.results.claim_printing import CLAIMS
from analysis.results.reportable import reportable
from analysis.results.tree import CrossCheck, Review
from analysis.synthesis import what_if

#: columns that are printed nowhere as numbers or words: they hold the tables together
UNPRINTED = ("row_id", "source", "address")
#: what is printed of a series that was read from a figure, beside its results
OF_A_SERIES = ("outcome", "unit", "arm", "day", "n", "obtained", "locator", "quotation")
#: the reference list is written by the citation processor, not by us
NOT_OURS = ("bibliography", "bibliography_checks")


def catalogue(review: Review) -> Catalogue:
    """The whole file."""
    second = {one.key: one for one in computations(review)}
    wanted = reportable(review)
    entries = {key: entry(review, key, found, second, wanted) for key, found in printable(review)}
    return {
        "digest": {"data": review.data_digest, "code": code_digest()},
        "entries": {key: one for key, one in entries.items() if one["texts"]},
        "rows": row_proofs(review),
        "claims": claims(review),
        "panels": what_if.tables(review),
        "figures": figure_data.tables(review),
        "cards": trial_cards.cards(review),
    }


def values(review: Review, keys: Collection[str]) -> Values:
    """Of the whole file what a comparison of two versions needs of ``keys``, in a third of the time.

    Keys that cannot be printed are left out, as they are from the whole file.
    """
    wanted = reportable(review)
    entries = {key: stated(review, key, found, wanted) for key, found in printable(review) if key in keys}
    return {
        "entries": {key: one for key, one in entries.items() if one["texts"]},
        "rows": row_proofs(review),
        "claims": claims(review),
    }


def row_proofs(review: Review) -> dict[str, RowProof]:
    evidence = review.evidence
    return {
        row.row_id: proof(review, row) for rows in (*evidence.tables().values(), evidence.digitised) for row in rows
    }


def claims(review: Review) -> dict[str, Claim]:
    return {
        name: {
            "says": claim.says,
            "predicate": predicate(claim.holds),
            "holds": not claim.fault(review),
            "other_side_of": claim.other_side_of,
        }
        for name, claim in CLAIMS.items()
    }


def printable(review: Review) -> Iterator[tuple[str, Found]]:
    """Every key that a document can print: the tree, the second computations shown at render, the cells."""
    yield from walk(review)
    for check in review.crosschecks:
        for prefix in (SECOND, DEVIATION):
            yield prefix + check.key, find(review, prefix + check.key)
    exported = {search.row_id for search in review.evidence.searches if search.digest}
    for name, rows in review.evidence.tables().items():
        for row in rows if name not in NOT_OURS else ():
            # records that an export brought are thousands, and are counted, never printed cell by cell
            if getattr(row, "search", "") in exported:
                continue
            for column in review.evidence.columns[name]:
                value = getattr(row, column)
                if column not in UNPRINTED and value not in (None, ""):
                    key = cells.key_of(row.row_id, column)
                    yield key, cells.look_up_cell(review.evidence, key)
    for series in review.evidence.digitised:
        for column in OF_A_SERIES:
            if getattr(series, column) not in (None, ""):
                key = cells.key_of(series.row_id, column)
                yield key, cells.look_up_cell(review.evidence, key)


def entry(
    review: Review, key: str, found: Found, second: Mapping[str, CrossCheck], wanted: Mapping[str, str]
) -> Entry:
    said, again = stated(review, key, found, wanted), second.get(key)
    how, code = computed_by(review, key)
    return {
        "value": said["value"],
        "kind": said["kind"],
        "meaning": said["meaning"],
        "rule": found.kind,
        "texts": said["texts"],
        "method": how,
        "code": code.name,
        "file": code.file,
        "rows": said["rows"],
        "second": proof_again(again) if again else None,
        "anchor": place_of_key(key),
        "reportable": said["reportable"],
    }


def stated(review: Review, key: str, found: Found, wanted: Mapping[str, str]) -> Stated:
    if key.startswith(cells.PREFIX):
        row_id, column = cells.row_and_column(key)
        words = f"{column.replace('_', ' ')} in the row {row_id}"
    else:
        words = meaning(review, key.removeprefix(SECOND).removeprefix(DEVIATION))
    return {
        "value": plain(found.value),
        "kind": found.kind,
        "meaning": words,
        "texts": allowed(found),
        "rows": list(rows_behind(review, key)),
        "reportable": key in wanted,
    }


def proof_again(again: CrossCheck) -> Second:
    """The second computation: by what, its value, how far it lies off and how far it may."""
    return {
        "by": again.by,
        "value": plain(again.theirs),
        "deviation": plain(again.deviation),
        "tolerance": plain(again.tolerance),
    }


def allowed(found: Found) -> list[str]:
    """The texts that the rules may print; none when the kind's rule refuses the value (no infinite limit prints)."""
    try:
        return texts(found.kind, found.value)
    except CannotPrint:
        return []


def proof(review: Review, row: Row | DigitisedSeries) -> RowProof:
    """Where a row was read, in what words. A row that records a decision gives its reason instead of a quotation."""
    said = {name: getattr(row, name, "") for name in RowProof.__annotations__}
    words = said["quotation"] or getattr(row, "reason", "")
    return {**said, "name": name(review, row), "quotation": words}  # type: ignore[typeddict-item]


def name(review: Review, row: Row | DigitisedSeries) -> str:
    """What readers call a row: the trial, and the work that it was read in where that is not the trial's own."""
    trial = next((one for one in review.evidence.trials if one.row_id == getattr(row, "trial", "")), None)
    source = getattr(row, "source", "")
    cited = {one.key: one for one in review.evidence.bibliography}.get(source)
    work = named_work(cited) if cited is not None else source
    if trial is None:
        return work
    return trial.label if source in ("", trial.citation) else f"{trial.label}, in {work}"


def named_work(reference: Reference) -> str:
    """``Smith 2020``; of a work whose authors were not read, its journal and year."""
    first = reference.authors.partition(";")[0].partition(",")[0].strip("{} ")
    return " ".join(filter(None, (first or reference.journal_or_publisher, str(reference.year or ""))))
