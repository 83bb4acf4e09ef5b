"""The one tree of results of a review.

Everything that the documents print hangs from ``build()``: a key such as ``pain.pooled.estimate`` leads to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from analysis.evidence.assessors import is_own
from analysis.evidence.implied import NOBODY
from analysis.evidence.load import DATA, Evidence, load
from analysis.evidence.rows_question import COUNTED, DIRECTION_ONLY
from analysis.judgements.bias import LOW, Bias, bias
from analysis.judgements.certainty import certainties, disputed_severity
from analysis.judgements.certainty_conditions import Described, Pooling
from analysis.judgements.confirmed import confirmed
from analysis.judgements.missing_evidence import missing_evidence
from analysis.printing.declarations import METADATA, read_declarations
from analysis.results import second_moderators
from analysis.results.choices import choices
from analysis.results.crosschecks import crosschecks
from analysis.results.stated import make_known
from analysis.results.tree import Directions, PublishedEstimate, PublishedRatio, Review, TrialsSummary
from analysis.synthesis.absolute_effects import absolute
from analysis.synthesis.availability import availability
from analysis.synthesis.bayesian import posteriors
from analysis.synthesis.conversions import conversions
from analysis.synthesis.directions import domains
from analysis.synthesis.flow import flow
from analysis.synthesis.measures import by_measure
from analysis.synthesis.missing_results import bounds
from analysis.synthesis.moderators import moderators
from analysis.synthesis.multiverse import specifications
from analysis.synthesis.outcome_shapes import CountedOutcome, Outcome
from analysis.synthesis.outcomes import by_source, outcome, restricted
from analysis.synthesis.per_arm import Measured, numbers_per_arm
from analysis.synthesis.searches import searches
from analysis.synthesis.sensitivity import cumulative
from analysis.synthesis.small_studies import small_studies

Result = TypeVar("Result")

RATIOS = ("RR", "OR", "IRR")
JUDGEMENTS = ("low", "some concerns", "high", "unclear")
#: trials whose statements on biomarkers bear on the question
RELEVANT = ("eligible", "sensitivity only", "awaiting classification")


def build(folder: Path = DATA, metadata: Path = METADATA) -> Review:
    """Load and check the evidence in ``folder`` and compute every result; ``metadata`` holds the declarations.

    Raises ``DataError`` for evidence that cannot be trusted and the errors of the modules that compute.
    """
    evidence, declarations, chosen = load(folder), read_declarations(metadata), choices(metadata)
    make_known(evidence)
    asked = {one.key: one for one in evidence.outcomes if one.kind != DIRECTION_ONLY}
    outcomes = {key: outcome(evidence, one) for key, one in asked.items()}
    biases = {key: bias(evidence, one) for key, one in asked.items()}
    outcomes = {key: restrictions(found, biases[key]) for key, found in outcomes.items()}
    counted = {key: found for key, found in outcomes.items() if isinstance(found, CountedOutcome)}
    primary = outcomes[evidence.primary.key]
    trials = summary(evidence)
    all_measures = {key: by_measure(found, asked[key].measures) for key, found in outcomes.items()}
    measures = {key: found.results for key, found in all_measures.items() if found.results}
    bayes = known({key: posteriors(found, chosen.of(found)) for key, found in outcomes.items()})
    absolutes = known({key: absolute(found) for key, found in counted.items()})
    measured_per_arm = numbers_per_arm(evidence, evidence.digitised)
    biomarkers = {name: directions(evidence, name, measured_per_arm) for name in markers(evidence)}
    directed = domains(evidence, outcomes)
    disputed = disputed_severity(evidence)
    available = availability(evidence, directed, measured_per_arm)
    explored = explorations(evidence, outcomes)
    return Review(
        evidence=evidence,
        declarations=declarations,
        outcomes=outcomes,
        biomarkers=biomarkers,
        trials=trials,
        flow=flow(evidence, primary.k_shown),
        searches=searches(evidence),
        published=published(evidence),
        conversions=conversions(evidence),
        measures=measures,
        caveats=known({key: found.caveats for key, found in all_measures.items()}),
        declined={key: found.declined for key, found in all_measures.items() if found.declined},
        bayes=bayes,
        absolute=absolutes,
        cumulative=known({key: cumulative(found) for key, found in outcomes.items()}),
        specifications=known({key: specifications(evidence, one) for key, one in asked.items()}),
        bounds={key: bounds(evidence, found) for key, found in counted.items()},
        **explored,
        domains=directed,
        bias=biases[evidence.primary.key],
        biases=biases,
        availability=available,
        missing_evidence=missing_evidence(outcomes, available),
        certainty=certainties(
            evidence,
            {key: Pooling(found, absolutes.get(key), biases[key], disputed) for key, found in outcomes.items()},
            {
                key: Described(found, biases.get(key, biases[evidence.primary.key]), trials.eligible)
                for key, found in directed.items()
            },
        ),
        further=known({key: further(evidence, primary) for key, further in chosen.further.items()}),
        confirmed=confirmed(evidence),
        crosschecks=crosschecks(
            evidence,
            {**outcomes, "measures": measures},
            bayes,
            second_moderators.checks(evidence, outcomes, explored["moderators"], explored["small_studies"]),
        ),
        screened_on=f"{day:%-d %B %Y}" if (day := last_day(evidence)) else None,
        digitised_series=len(evidence.digitised),
        data_digest=evidence.digest,
    )


def explorations(evidence: Evidence, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """The fields of the tree that say by what effects differ, and whether small trials show others."""
    asked, funnels = moderators(evidence, outcomes), small_studies(outcomes)
    return {
        "moderators": asked.answers,
        "moderators_declined": asked.declined,
        "small_studies": funnels.tested,
        "small_studies_declined": funnels.untested,
    }


def last_day(evidence: Evidence) -> date | None:
    """The day of the last search; without one, of the last decision; None where none has a day."""
    searched = [search.searched_on for search in evidence.searches]
    decided = [choice.decided_on for choice in evidence.choices if choice.decided_on != NOBODY]
    return max(searched or decided, default=None)


def restrictions(outcome: Outcome, judged: Bias) -> Outcome:
    """The outcome with its analyses restricted by risk of bias and by source (Cochrane Handbook 7.6.2, 10.14)."""
    if outcome.pooled is None:
        return outcome
    low = [trial for trial, found in judged.trials.items() if found.domains["overall"].judgement == LOW]
    by_bias = restricted(outcome, low, "low risk of bias only", "results at some concerns or high risk are left out")
    found = dict(by_source(outcome)) | ({"low_risk": by_bias} if by_bias else {})
    return replace(outcome, sensitivity={**outcome.sensitivity, **found})


def known(found: Mapping[str, Result | None]) -> dict[str, Result]:
    """The results that are there: of outcomes whose evidence does not allow one, none is."""
    return {key: result for key, result in found.items() if result}


def markers(evidence: Evidence) -> list[str]:
    """The outcomes on which statements are collected: all that are not counted, but for those read off quantities."""
    indicated = {indicator.outcome for indicator in evidence.indicators}
    return [one.key for one in evidence.outcomes if one.kind != COUNTED and one.key not in indicated]


def directions(evidence: Evidence, biomarker: str, measured: Mapping[Measured, tuple[str, ...]]) -> Directions:
    """What the trials with an eligible comparator that were not excluded said about one biomarker."""
    relevant = {
        trial.row_id
        for trial in evidence.trials
        if trial.comparator_class in evidence.comparators and trial.eligibility in RELEVANT
    }
    found = [row for row in evidence.biomarkers if row.biomarker == biomarker and row.trial in relevant]
    numbers = {trial: measured[at] for trial in sorted(relevant) if (at := Measured(trial, biomarker)) in measured}
    spoken = [row for row in found if row.direction in ("lower", "higher", "no clear difference")]
    return Directions(
        biomarker=biomarker,
        rows=(*(row.row_id for row in found), *(row for rows in numbers.values() for row in rows)),
        trials=len({row.trial for row in found} | numbers.keys()),
        statements=len(spoken),
        lower=sum(row.direction == "lower" for row in spoken),
        higher=sum(row.direction == "higher" for row in spoken),
        no_difference=sum(row.direction == "no clear difference" for row in spoken),
        between_arms=sum(row.comparison == "between arms" for row in spoken),
        with_numbers=len(numbers),
    )


def summary(evidence: Evidence) -> TrialsSummary:
    """Trials by what became of them, and the sizes of the eligible ones."""
    eligible = evidence.eligible
    reported = [trial for trial in eligible if trial.citation]
    sized = [trial for trial in eligible if None not in (trial.randomised_treatment, trial.randomised_control)]
    years = [trial.year for trial in reported or eligible if trial.year is not None]
    sizes = [
        size
        for trial in eligible
        for size in (trial.randomised_treatment, trial.randomised_control)
        if size is not None
    ]
    tally = {name: sum(trial.eligibility == name for trial in evidence.trials) for name in (*RELEVANT, "excluded")}
    published = [row for row in evidence.risk_of_bias if not is_own(row, evidence.assessors)]
    judged = {row.trial for row in published if row.judgement in JUDGEMENTS}
    return TrialsSummary(
        candidates=len(evidence.trials),
        eligible=len(eligible),
        reported=len(reported),
        register_only=len(eligible) - len(reported),
        sized=len(sized),
        randomised=sum(sizes),
        sensitivity_only=tally["sensitivity only"],
        awaiting=tally["awaiting classification"],
        excluded=tally["excluded"],
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        judged=len(judged & {trial.row_id for trial in eligible}),
    )


def published(evidence: Evidence) -> Mapping[str, PublishedEstimate]:
    """Pooled estimates that other reviews printed, on the scale on which they printed them."""
    found: dict[str, PublishedEstimate] = {}
    for row in evidence.published:
        kind = PublishedRatio if row.measure in RATIOS else PublishedEstimate
        without = share = None
        if row.patients_with_placebo is not None and row.patients_total:
            without = row.patients_total - row.patients_with_placebo
            share = without / row.patients_total
        found[row.row_id.removeprefix("published-").replace("-", "_")] = kind(
            row=row.row_id,
            review=row.review,
            citation=row.citation,
            outcome=row.outcome,
            outcome_class=row.outcome_class,
            measure=row.measure,
            estimate=row.estimate,
            low=row.low,
            high=row.high,
            i2=None if row.i2_percent is None else row.i2_percent / 100,
            k=row.k,
            participants=row.n,
            with_placebo=row.patients_with_placebo,
            without_placebo=without,
            patients=row.patients_total,
            share_without_placebo=share,
        )
    return found
