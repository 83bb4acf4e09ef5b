"""The results that a reader must be able to find in print. `verify` fails when one of them is printed nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from analysis.review.tree import Review
from analysis.synthesis.flow import Flow

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
OUTCOMES = ("deaths", "serious")
SYNTHESIS = ("trials", "with_numbers", "lower", "higher")


def reportable(review: Review) -> dict[str, str]:
    """Key → why it must be printed."""
    return dict(wanted(review))


def wanted(review: Review) -> Iterator[tuple[str, str]]:
    for outcome in OUTCOMES:
        for part, names, reason in OUTCOME:
            for name in names:
                yield f"{outcome}.{part}{name}", reason
    for box in fields(Flow):
        if "kind" in box.metadata:
            yield f"flow.{box.name}", "a box of the flow diagram (PRISMA item 16a)"
    for name in review.flow.reasons:
        yield f"flow.reasons.{name}.reports", "reports excluded, with the reason (PRISMA item 16b)"
    for name in review.biomarkers:
        for quantity in SYNTHESIS:
            yield f"biomarkers.{name}.{quantity}", "result of a synthesis without pooling (SWiM item 8)"
    for name in ("low", "high"):
        yield (
            f"deaths.modified.{name}",
            "the cautious interval, to be shown beside the primary one of the main outcome",
        )
    yield "trials.eligible", "the size of the review"
    yield "trials.randomised", "the size of the review"
