"""The results that a reader must be able to find in print. `verify` fails when one of them is printed nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from analysis.results.tree import CountedOutcome, Review
from analysis.synthesis.flow import IF_ANY, Boxes, Flow, ReportsRead

#: (part of the tree below each outcome, its quantities, why they must be printed)
OUTCOME: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "",
        ("k", "k_shown", "k_unavailable"),
        "which trials carry the result and which are missing (PRISMA items 16, 21)",
    ),
    (
        "",
        ("events_treatment", "n_treatment", "events_control", "n_control"),
        "summary counts of each arm (PRISMA item 19)",
    ),
    ("pooled.", ("estimate", "low", "high"), "the primary result with its precision (PRISMA item 20b)"),
    ("pooled.", ("p_value",), "the test of the primary result, whatever it says"),
    ("pooled.", ("prediction_low", "prediction_high"), "the range of effects to expect in a new trial"),
    ("pooled.", ("i2", "tau2"), "statistical heterogeneity (PRISMA item 20b)"),
    ("mantel_haenszel.", ("estimate", "low", "high"), "the result without a correction of zero cells"),
)
#: the same of what is measured
MEASURED = tuple(entry for entry in OUTCOME if entry[0] == "pooled.")
MODIFIED = "the cautious interval, to be shown beside that of the main outcome, and wherever it is the wider one"
SYNTHESIS = ("trials", "with_numbers", "lower", "higher")


def reportable(review: Review) -> dict[str, str]:
    """Key → why it must be printed."""
    return dict(wanted(review))


def wanted(review: Review) -> Iterator[tuple[str, str]]:
    for key, outcome in review.outcomes.items():
        for part, names, reason in OUTCOME if isinstance(outcome, CountedOutcome) else MEASURED:
            holder = getattr(outcome, part.rstrip(".")) if part else outcome
            for name in names:
                if holder is not None and getattr(holder, name) is not None:
                    yield f"{key}.{part}{name}", reason
        for name, trial in outcome.trials.items():
            if outcome.pooled is None and trial.estimable:
                for quantity in ("estimate", "low", "high"):
                    yield f"{key}.trials.{name}.{quantity}", "a result of a trial that is not pooled (PRISMA item 19)"
    if review.evidence.records:
        yield from diagram(review.flow)
    for name in review.biomarkers:
        for quantity in stated(review, name):
            yield f"biomarkers.{name}.{quantity}", "result of a synthesis without pooling (SWiM item 8)"
    for key, outcome in review.outcomes.items():
        if outcome.modified is not None and (outcome.wider or key == review.evidence.primary.key):
            for name in ("low", "high"):
                yield f"{key}.modified.{name}", MODIFIED
    yield "trials.eligible", "the size of the review"
    if review.trials.sized:
        yield "trials.randomised", "the size of the review"


def diagram(flow: Flow) -> Iterator[tuple[str, str]]:
    """What the flow diagram shows."""
    for box in fields(Flow):
        if "kind" in box.metadata and shown(flow, box.name):
            yield f"flow.{box.name}", "a box of the flow diagram (PRISMA item 16a)"
    for read in fields(ReportsRead):
        if getattr(flow.read, read.name):
            yield f"flow.read.{read.name}", "reports sought, and how much of them was read (PRISMA item 16a)"
    for at, boxes in drawn(flow):
        for name in boxes.reasons:
            yield f"{at}.reasons.{name}.reports", "reports excluded, with the reason (PRISMA item 16b)"


def shown(flow: Flow, box: str) -> bool:
    """Whether the diagram has this box: some are there only where records came through a search that was screened."""
    return flow.retrieval if box == "sought" else box not in IF_ANY or bool(getattr(flow, box))


def drawn(flow: Flow) -> Iterator[tuple[str, Boxes]]:
    """The boxes that the diagram shows: each side by itself where records came from both."""
    if len(flow.sides) > 1:
        yield from ((f"flow.sides.{name}", side) for name, side in flow.sides.items())
    else:
        yield "flow", flow


def stated(review: Review, name: str) -> tuple[str, ...]:
    """What is printed of the statements on a marker: how many trials give numbers only where they are not pooled."""
    outcome = review.outcomes.get(name)
    pooled = outcome is not None and outcome.pooled is not None
    return tuple(one for one in SYNTHESIS if not (pooled and one == "with_numbers"))
