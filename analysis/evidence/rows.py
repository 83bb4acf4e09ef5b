"""The kinds of fact in data/, one frozen row type per table. What each column means: data/datapackage.json.

Text that is absent is "", anything else that is absent is None. `row_id` is unique over all tables and stable.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date

from analysis.evidence.digitised.series import DigitisedSeries
from analysis.evidence.rows_bookkeeping import (
    AcceptedFinding,
    Assessor,
    Confirmation,
    Reference,
    ReferenceCheck,
    Scale,
    Seal,
    Search,
)
from analysis.evidence.rows_judgements import CertaintyRating, ReportingItem, StrategyLine
from analysis.evidence.rows_question import (
    AskedOutcome,
    Criterion,
    Indicator,
    Moderator,
    PrintedWord,
    StatedCondition,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A fact that was read somewhere, and where.

    source: key in references.bib, "" for a page without an entry; locator: table, figure, page, abstract; quotation:
    at most 25 words, " … " where words are left out; obtained: reported, derived, digitised, secondary source,
    registry, company report, as put to the project.
    """

    source: str
    address: str
    locator: str
    quotation: str
    obtained: str
    note: str


@dataclass(frozen=True, slots=True)
class Trial(Reported):
    """A candidate trial, its design, whether it is eligible (`eligibility`, `reason`) and what was read of it."""

    row_id: str
    label: str
    citation: str
    year: int | None
    title: str
    journal: str
    doi: str
    pmid: str
    registry_id: str
    country: str
    design: str
    randomised: str
    blinding: str
    comparator: str
    comparator_class: str
    severity: str
    intervention: str
    intervention_class: str
    dose: str
    randomised_treatment: int | None
    randomised_control: int | None
    follow_up: str
    eligibility: str
    exclusion_class: str
    reason: str
    report_read: str

    @property
    def trial(self) -> str:
        """The trial's key, which is its row id."""
        return self.row_id

    @property
    def published(self) -> tuple[bool, int, int, str]:
        """What puts trials in the order of publication: year, then PubMed number, then the name.

        PubMed numbers rise with the day on which a record was made; a trial without one comes last in its year, one
        without a report last of all.
        """
        return (
            not self.citation,
            self.year or 0,
            int(self.pmid) if self.pmid.isdigit() else sys.maxsize,
            self.row_id,
        )


@dataclass(frozen=True, slots=True)
class Count(Reported):
    """Events and patients per arm as one source gives them; conflicting sources are rows of their own."""

    row_id: str
    trial: str
    outcome: str
    outcome_detail: str
    timepoint_days: int | None
    timepoint_text: str
    events_treatment: int | None
    n_treatment: int | None
    events_control: int | None
    n_control: int | None
    counted_unit: str
    printed_measure: str
    printed_estimate: float | None
    printed_low: float | None
    printed_high: float | None
    printed_p: float | None

    @property
    def complete(self) -> bool:
        """True if both arms have events and totals."""
        return None not in (self.events_treatment, self.n_treatment, self.events_control, self.n_control)


@dataclass(frozen=True, slots=True)
class Continuous(Reported):
    """A continuous outcome of one arm, or of the difference between arms, as reported."""

    row_id: str
    trial: str
    outcome: str
    unit: str
    timepoint_days: int | None
    arm: str
    n: int | None
    statistic: str
    centre: float
    low: float | None
    high: float | None
    sd: float | None
    se: float | None
    minimum: float | None
    maximum: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class BiomarkerStatement(Reported):
    """What a source says of one biomarker without numbers per arm: direction, p-value, or that it was measured."""

    row_id: str
    trial: str
    biomarker: str
    other_name: str
    timepoint_text: str
    arms_text: str
    comparison: str
    direction: str
    p_value_text: str
    n: int | None


@dataclass(frozen=True, slots=True)
class Baseline(Reported):
    """A characteristic at entry, per arm or for both; `value` is the number, `value_text` what is not one number."""

    row_id: str
    trial: str
    arm: str
    characteristic: str
    unit: str
    n: int | None
    statistic: str
    value: float | None
    value_text: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RiskOfBias(Reported):
    """A judgement of risk of bias for a trial AND a result, with who judged; our own name the rows they rest on."""

    row_id: str
    trial: str
    outcome: str
    tool: str
    domain: str
    judgement: str
    reason: str
    assessed_by: str
    rests_on: str
    judged_on: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record found. `flow_box` is the box of the flow diagram that counts it, each record in exactly one.

    search: the search of searches.csv that found it, "" where it came from none; duplicate_of: what it is a copy
    of, by `duplicate_rule`; screener_1, screener_2: what two screeners decided before they spoke of it.
    """

    row_id: str
    number: int
    address: str
    title: str
    year: int | None
    kind: str
    is_duplicate: bool
    decision: str
    reason: str
    trial: str
    flow_box: str
    exclusion_class: str
    used_as_source: bool
    identified_by: str
    query: str
    note: str
    search: str
    authors: str
    doi: str
    pmid: str
    registration: str
    duplicate_of: str
    duplicate_rule: str
    screener_1: str
    screener_2: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class PublishedPooled(Reported):
    """A pooled estimate that another review printed."""

    row_id: str
    review: str
    citation: str
    outcome: str
    outcome_class: str
    measure: str
    estimate: float
    low: float
    high: float
    i2_percent: float | None
    k: int | None
    n: int | None
    model: str
    patients_with_placebo: int | None
    patients_total: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which result of a trial enters an analysis and why.

    rows: ids of the rows and digitised series that it rests on, "" where a trial is listed without any; enters_as:
    what is taken from them (`analysis.evidence.rows_question.WAYS`), "" where it is listed.
    """

    row_id: str
    analysis: str
    trial: str
    rows: str
    role: str
    enters_as: str
    label: str
    reason: str
    decided_on: date
    decided_by: str

    @property
    def row_ids(self) -> tuple[str, ...]:
        """The ids in `rows`."""
        return tuple(self.rows.split())


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that disagree, or one that disagrees with itself (`row_b` is then ""), and what was done."""

    row_id: str
    trial: str
    topic: str
    statement_a: str
    row_a: str
    statement_b: str
    row_b: str
    resolution: str
    reason: str


@dataclass(frozen=True, slots=True)
class AbstractClaim(Reported):
    """A claim of the published abstract that this review answers."""

    row_id: str
    claim: str


@dataclass(frozen=True, slots=True)
class ProtocolChoice:
    """A methodological decision and whether it was taken before the data were seen."""

    row_id: str
    topic: str
    decision: str
    reason: str
    prespecified: bool
    decided_on: date


Row = (
    Trial | Count | Continuous | BiomarkerStatement | Baseline | RiskOfBias | Record | PublishedPooled
    | Choice | Conflict | AbstractClaim | ProtocolChoice | CertaintyRating | StrategyLine
    | ReportingItem | AskedOutcome | Criterion | StatedCondition | Indicator | PrintedWord | Moderator
    | Reference | ReferenceCheck | Search | Scale | AcceptedFinding | Assessor | Confirmation | Seal
)  # fmt: skip


@dataclass(frozen=True)
class Tables:
    """All tables of data/, each in the order of its file, and the series read from figures."""

    trials: tuple[Trial, ...]
    counts: tuple[Count, ...]
    continuous: tuple[Continuous, ...]
    biomarkers: tuple[BiomarkerStatement, ...]
    baseline: tuple[Baseline, ...]
    risk_of_bias: tuple[RiskOfBias, ...]
    searches: tuple[Search, ...]
    records: tuple[Record, ...]
    published: tuple[PublishedPooled, ...]
    choices: tuple[Choice, ...]
    conflicts: tuple[Conflict, ...]
    claims: tuple[AbstractClaim, ...]
    protocol: tuple[ProtocolChoice, ...]
    certainty: tuple[CertaintyRating, ...]
    strategies: tuple[StrategyLine, ...]
    reporting: tuple[ReportingItem, ...]
    bibliography: tuple[Reference, ...]
    bibliography_checks: tuple[ReferenceCheck, ...]
    scales: tuple[Scale, ...]
    exceptions: tuple[AcceptedFinding, ...]
    outcomes: tuple[AskedOutcome, ...]
    criteria: tuple[Criterion, ...]
    conditions: tuple[StatedCondition, ...]
    indicators: tuple[Indicator, ...]
    words: tuple[PrintedWord, ...]
    moderators: tuple[Moderator, ...]
    assessors: tuple[Assessor, ...]
    confirmations: tuple[Confirmation, ...]
    seals: tuple[Seal, ...]
    digitised: tuple[DigitisedSeries, ...] = field(default=(), kw_only=True)

    def tables(self) -> dict[str, tuple[Row, ...]]:
        """Every table by name, which is also the name of its file."""
        return {name: getattr(self, name) for name in ROW_TYPES}


def id_column(row: Row) -> str:
    """The column that tells a row apart from others: row_id, or the first one where there is none."""
    return "row_id" if "row_id" in row.__dataclass_fields__ else next(iter(row.__dataclass_fields__))


ROW_TYPES: dict[str, type[Row]] = {
    "trials": Trial,
    "counts": Count,
    "continuous": Continuous,
    "biomarkers": BiomarkerStatement,
    "baseline": Baseline,
    "risk_of_bias": RiskOfBias,
    "searches": Search,
    "records": Record,
    "published": PublishedPooled,
    "choices": Choice,
    "conflicts": Conflict,
    "claims": AbstractClaim,
    "protocol": ProtocolChoice,
    "certainty": CertaintyRating,
    "strategies": StrategyLine,
    "reporting": ReportingItem,
    "bibliography": Reference,
    "bibliography_checks": ReferenceCheck,
    "scales": Scale,
    "exceptions": AcceptedFinding,
    "outcomes": AskedOutcome,
    "criteria": Criterion,
    "conditions": StatedCondition,
    "indicators": Indicator,
    "words": PrintedWord,
    "moderators": Moderator,
    "assessors": Assessor,
    "confirmations": Confirmation,
    "seals": Seal,
}
