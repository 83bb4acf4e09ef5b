"""The PRISMA 2020 flow of records, counted from the records table; boxes that do not add up stop the load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from analysis.evidence.extent import ABSTRACT, ARTICLE, EXTENTS
from analysis.evidence.load import Evidence
from analysis.evidence.rows import Record, Trial
from analysis.printing.quantities import quantity

DUPLICATE = "duplicate"
UNSCREENED = "not yet screened"
EXCLUDED_EARLY = "excluded on title and abstract"
NOT_RETRIEVED = "report not retrieved"
UNASSESSED = "report not yet assessed"
NO_TRIAL_REPORT = "not a trial report"
EXCLUDED = "excluded with reason"
SENSITIVITY = "sensitivity only"
AWAITING = "awaiting classification"
MAIN_REPORT = "included study, main report"
FURTHER_REPORT = "included study, further report"
#: the boxes of reports that were assessed
ASSESSED = (EXCLUDED, SENSITIVITY, AWAITING, MAIN_REPORT, FURTHER_REPORT)
#: those of reports that were sought
SOUGHT = (NOT_RETRIEVED, UNASSESSED, *ASSESSED)
#: those of records that were screened
SCREENED = (NO_TRIAL_REPORT, EXCLUDED_EARLY, *SOUGHT)
BOXES = (DUPLICATE, UNSCREENED, *SCREENED)
#: counts of the diagram that are shown only where there are any
IF_ANY = ("unscreened", "excluded_early", "not_retrieved", "unassessed")
#: the two columns of the diagram of PRISMA 2020
SIDES = ("databases and registers", "other methods")


class FlowError(ValueError):
    """The boxes of the flow do not add up, or disagree with the table of trials."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for exclusion and how many reports it excluded."""

    text: str
    reports: int = quantity("count")


@dataclass(frozen=True, slots=True)
class Boxes:
    """Counts of records and reports, in the order of the diagram.

    ``retrieval`` says whether it was recorded of any report that it was sought, and whether it could be had. What is
    ``unscreened`` or ``unassessed`` is not so yet.
    """

    reasons: Mapping[str, Reason]
    retrieval: bool
    identified: int = quantity("count")
    duplicates: int = quantity("count")
    unscreened: int = quantity("count")
    screened: int = quantity("count")
    not_trial_reports: int = quantity("count")
    excluded_early: int = quantity("count")
    sought: int = quantity("count")
    not_retrieved: int = quantity("count")
    unassessed: int = quantity("count")
    assessed: int = quantity("count")
    excluded: int = quantity("count")
    sensitivity_only: int = quantity("count")
    awaiting: int = quantity("count")
    included_reports: int = quantity("count")


@dataclass(frozen=True, slots=True)
class ReportsRead:
    """Eligible trials by how much of their own report could be read (PRISMA 2020, item 16a).

    All were sought; each is counted once, by the strongest that was read of it. Of those in the last three counts,
    ``unread`` have a report that is known.
    """

    sought: int = quantity("count")
    article_in_part: int = quantity("count")
    abstract: int = quantity("count")
    register_results: int = quantity("count")
    register_entry: int = quantity("count")
    others_only: int = quantity("count")
    unread: int = quantity("count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Boxes):
    """The boxes of all records, of each side of the diagram that has any, and what the review includes.

    ``sides`` is by ``databases_and_registers`` and ``other_methods``; a side without records is not there. ``read``
    says how much of the reports of the included trials could be read.
    """

    sides: Mapping[str, Boxes]
    read: ReportsRead
    included_trials: int = quantity("count")
    pooled_trials: int = quantity("count")


def flow(evidence: Evidence, pooled_trials: int) -> Flow:
    """Count the boxes, all empty where no records were kept.

    Raises ``FlowError`` if a record stands in no box or the boxes contradict the trials.
    """
    boxes = Counter(record.flow_box for record in evidence.records)
    unknown = sorted(set(boxes) - set(BOXES))
    if unknown:
        raise FlowError(
            f"data/records.csv: unknown flow_box {', '.join(map(repr, unknown))}; known: {', '.join(BOXES)}"
        )
    included = {record.trial for record in evidence.records if record.flow_box in (MAIN_REPORT, FURTHER_REPORT)}
    eligible = {trial.row_id for trial in evidence.eligible}
    if evidence.records and included != eligible:
        raise FlowError(
            "the trials with included reports in data/records.csv are not the eligible trials of data/trials.csv: "
            f"{', '.join(sorted(included ^ eligible))} stand in one of them only"
        )
    if evidence.records and boxes[MAIN_REPORT] != len(eligible):
        raise FlowError(
            f"data/records.csv names {boxes[MAIN_REPORT]} main reports for {len(eligible)} eligible trials"
        )
    total = count(evidence.records)
    sides = {
        side.replace(" ", "_"): count([record for record in evidence.records if record.identified_by == side])
        for side in SIDES
        if any(record.identified_by == side for record in evidence.records)
    }
    return Flow(
        **{part.name: getattr(total, part.name) for part in fields(Boxes)},
        sides=sides,
        read=ReportsRead(**{part.name: len(read_as(evidence, part.name)) for part in fields(ReportsRead)}),
        included_trials=len(eligible),
        pooled_trials=pooled_trials,
    )


def read_as(evidence: Evidence, counted: str) -> list[Trial]:
    """The eligible trials in one of the counts of ``ReportsRead``."""
    if counted == "sought":
        return list(evidence.eligible)
    if counted == "unread":
        return [
            trial for trial in evidence.eligible if trial.citation and trial.report_read not in (ARTICLE, ABSTRACT)
        ]
    (extent,) = (extent for extent in EXTENTS if extent.replace(" ", "_") == counted)
    return [trial for trial in evidence.eligible if trial.report_read == extent]


def count(records: Sequence[Record]) -> Boxes:
    """The boxes of these records. Raises ``FlowError`` if they do not add up."""
    boxes = Counter(record.flow_box for record in records)
    reasons = Counter(record.exclusion_class for record in records if record.flow_box == EXCLUDED)
    if "" in reasons:
        raise FlowError("data/records.csv: an excluded report has no exclusion_class")
    screened = len(records) - boxes[DUPLICATE] - boxes[UNSCREENED]
    sought = screened - boxes[NO_TRIAL_REPORT] - boxes[EXCLUDED_EARLY]
    assessed = sought - boxes[NOT_RETRIEVED] - boxes[UNASSESSED]
    reports = boxes[MAIN_REPORT] + boxes[FURTHER_REPORT]
    if assessed != reports + boxes[EXCLUDED] + boxes[SENSITIVITY] + boxes[AWAITING]:
        raise FlowError(
            "data/records.csv: the reports assessed are not the sum of those excluded, awaiting and included"
        )
    return Boxes(
        reasons={
            text.replace(" ", "_"): Reason(text, number)
            for text, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        },
        retrieval=any(record.retrieved for record in records),
        identified=len(records),
        duplicates=boxes[DUPLICATE],
        unscreened=boxes[UNSCREENED],
        screened=screened,
        not_trial_reports=boxes[NO_TRIAL_REPORT],
        excluded_early=boxes[EXCLUDED_EARLY],
        sought=sought,
        not_retrieved=boxes[NOT_RETRIEVED],
        unassessed=boxes[UNASSESSED],
        assessed=assessed,
        excluded=boxes[EXCLUDED],
        sensitivity_only=boxes[SENSITIVITY],
        awaiting=boxes[AWAITING],
        included_reports=reports,
    )
