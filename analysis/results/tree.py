"""The shape of the results: one tree of frozen dataclasses, every field declared as the kind of quantity it holds.

Nothing here computes and nothing is rounded. Ratios stand on their natural scale; τ² on the log scale of the ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.evidence.load import Evidence
from analysis.judgements.bias import Bias
from analysis.judgements.certainty import Certainty
from analysis.judgements.confirmed import Confirmed
from analysis.judgements.missing_evidence import MissingEvidence
from analysis.printing.declarations import Declarations
from analysis.printing.quantities import quantity, spread
from analysis.synthesis.absolute_effects import Absolute
from analysis.synthesis.availability import Availability
from analysis.synthesis.bayesian import Posterior
from analysis.synthesis.conversions import Conversion
from analysis.synthesis.directions import Domain
from analysis.synthesis.flow import Flow
from analysis.synthesis.measures import Caveat
from analysis.synthesis.missing_results import Bounds
from analysis.synthesis.moderators import Answer, Declined
from analysis.synthesis.multiverse import Specifications
from analysis.synthesis.outcome_shapes import (
    CountedOutcome,
    Outcome,
    Pooled,
    PooledDifference,
    TrialResult,
    Unavailable,
    Variant,
)
from analysis.synthesis.searches import Searches
from analysis.synthesis.small_studies import SmallStudies, Untested

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CountedOutcome",
    "CrossCheck",
    "Directions",
    "Outcome",
    "Pooled",
    "PooledDifference",
    "PublishedEstimate",
    "PublishedRatio",
    "Review",
    "TrialResult",
    "TrialsSummary",
    "Unavailable",
    "Variant",
]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """A result computed a second time by code that shares nothing with ours."""

    key: str
    by: str
    ours: float
    theirs: float
    tolerance: float

    @property
    def deviation(self) -> float:
        """Relative deviation."""
        return abs(self.ours - self.theirs) / max(abs(self.theirs), 1e-12)


@dataclass(frozen=True, slots=True)
class Directions:
    """What placebo-controlled trials said about one biomarker, counted by direction."""

    biomarker: str
    rows: tuple[str, ...]
    trials: int = quantity("count")
    statements: int = quantity("count")
    lower: int = quantity("count")
    higher: int = quantity("count")
    no_difference: int = quantity("count")
    between_arms: int = quantity("count")
    with_numbers: int = quantity("count")


@dataclass(frozen=True, slots=True)
class TrialsSummary:
    """The trials that were considered, counted.

    Of the eligible ones ``reported`` have a report, ``register_only`` a register entry and no more, ``sized`` arms of
    known size; the years are those of the reports.
    """

    candidates: int = quantity("count")
    eligible: int = quantity("count")
    reported: int = quantity("count")
    register_only: int = quantity("count")
    sized: int = quantity("count")
    randomised: int = quantity("count")
    sensitivity_only: int = quantity("count")
    awaiting: int = quantity("count")
    excluded: int = quantity("count")
    first_year: int | None = quantity("year")
    last_year: int | None = quantity("year")
    judged: int = quantity("count")


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """A pooled estimate that another review printed, in the unit that it printed."""

    row: str
    review: str
    citation: str
    outcome: str
    outcome_class: str
    measure: str
    estimate: float = quantity("difference")
    low: float = quantity("difference")
    high: float = quantity("difference")
    i2: float | None = quantity("fraction", None)
    k: int | None = quantity("count", None)
    participants: int | None = quantity("count", None)
    with_placebo: int | None = quantity("count", None)
    without_placebo: int | None = quantity("count", None)
    patients: int | None = quantity("count", None)
    share_without_placebo: float | None = quantity("fraction", None)


@dataclass(frozen=True, slots=True)
class PublishedRatio(PublishedEstimate):
    """A pooled ratio that another review printed."""

    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The whole tree, with the evidence that it was computed from.

    ``outcomes`` holds everything that is counted or measured, by key; keys of results begin with that of the outcome
    (``pain.pooled.estimate``). Further analyses are mappings from the same keys, in which outcomes that are not
    pooled are missing: all measures and models (``declined``: those that refused; ``caveats``: what they note),
    posteriors by prior, absolute effects, cumulative results, the multiverse, and bounds for missing trials by
    interval. ``bias`` holds the judgements of bias of the results on the primary outcome, ``biases`` those of every
    outcome.

    ``moderators`` holds the characteristics of trials by which effects may differ, by outcome and characteristic, and
    ``small_studies`` the test of each funnel. Where there are too few trials, the sentences that say so stand in
    ``moderators_declined`` and ``small_studies_declined``.

    ``missing_evidence`` holds what the trials without results mean for each synthesis (ROB-ME).
    ``availability`` says which result of which eligible trial could be read, ``certainty`` holds our GRADE ratings by
    outcome, ``searches`` what each search brought, ``further`` the results that only this review has
    (``analysis.results.choices``), ``confirmed`` who confirmed what, and ``declarations`` what the authors say of
    themselves and of the review, from the project's metadata.
    """

    evidence: Evidence
    declarations: Declarations
    outcomes: Mapping[str, Outcome] = spread()
    biomarkers: Mapping[str, Directions]
    trials: TrialsSummary
    flow: Flow
    searches: Searches
    published: Mapping[str, PublishedEstimate]
    conversions: Mapping[str, Conversion]
    measures: Mapping[str, Mapping[str, Variant]]
    declined: Mapping[str, Mapping[str, str]]
    caveats: Mapping[str, Mapping[str, Caveat]]
    bayes: Mapping[str, Mapping[str, Posterior]]
    absolute: Mapping[str, Absolute]
    cumulative: Mapping[str, Mapping[str, Variant]]
    specifications: Mapping[str, Specifications]
    bounds: Mapping[str, Mapping[str, Bounds]]
    moderators: Mapping[str, Mapping[str, Answer]]
    moderators_declined: Mapping[str, Mapping[str, Declined]]
    small_studies: Mapping[str, SmallStudies]
    small_studies_declined: Mapping[str, Untested]
    domains: Mapping[str, Domain]
    bias: Bias
    biases: Mapping[str, Bias]
    availability: Availability
    missing_evidence: Mapping[str, MissingEvidence]
    certainty: Mapping[str, Certainty]
    further: Mapping[str, Any] = spread()
    confirmed: Mapping[str, Confirmed]
    crosschecks: tuple[CrossCheck, ...]
    digitised_series: int = quantity("count")
    data_digest: str = quantity("text")
    screened_on: str | None = quantity("text")

    def counted(self, key: str) -> CountedOutcome:
        """A counted outcome. Raises ``KeyError`` where there is none of that key, ``TypeError`` for another kind."""
        outcome = self.outcomes[key]
        if not isinstance(outcome, CountedOutcome):
            raise TypeError(f"{key} is not counted")
        return outcome

    def frame(self, key: str) -> pd.DataFrame:
        """What stands at a key as a data frame (`analysis.results.frames`); KeyError naming the keys there are."""
        from analysis.results import frames

        return frames.frame(self, key)

    @property
    def primary(self) -> Outcome:
        """The primary outcome."""
        return self.outcomes[self.evidence.primary.key]
