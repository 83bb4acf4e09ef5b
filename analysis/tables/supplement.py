"""The tables of the supplement."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.review.tree import Outcome, Review, Variant
from analysis.tables.differences import modifiers, questions
from analysis.tables.frame import Markdown, Table
from analysis.tables.grading import bias_by_result, certainty, missing_results
from analysis.tables.manuscript import cite, field, interval_head, prediction_head
from analysis.tables.proof import crosschecks
from analysis.tables.reporting import checklist, strategies

__all__ = [
    "bias_by_result",
    "biomarkers",
    "certainty",
    "checklist",
    "conflicts",
    "crosschecks",
    "missing_results",
    "modifiers",
    "near_misses",
    "protocol",
    "published",
    "questions",
    "risk_of_bias",
    "sources",
    "strategies",
    "unavailable",
    "variants",
]

JUDGEMENT_SYMBOLS = {"low": "+", "some concerns": "!", "high": "−", "unclear": "?"}


def conflicts(printer: Printer) -> Table:
    """Every conflict in the evidence, with what was done about it."""
    review: Review = printer.tree
    rows = []
    for row in review.evidence.conflicts:
        label = field(printer, row.trial, "label") if row.trial else "Several"
        cells = [
            field(printer, row.row_id, c) for c in ("topic", "statement_a", "statement_b", "resolution", "reason")
        ]
        topic, first, second, resolution, reason = cells
        rows.append((label, topic, first, second, Phrase((resolution, ": ", reason))))
    return Table(
        heads=("Trial", "What", "One source", "The other", "What was done, and why"),
        rows=tuple(rows),
        align="lllll",
    )


def variants(printer: Printer, key: str, group: str, head: str) -> Table:
    """One line per variant of an outcome's analysis, the primary result first."""
    outcome: Outcome = getattr(printer.tree, key)
    found: Mapping[str, Variant] = getattr(outcome, group)
    lines: list[tuple[Printed | str, str]] = []
    if group != "estimators":
        lines.append(("as in the primary analysis", f"{key}.pooled"))
    lines += [(printer(f"{key}.{group}.{name}.label"), f"{key}.{group}.{name}.pooled") for name in found]
    return Table(
        heads=(
            head,
            "Trials",
            "Patients",
            interval_head(printer, "Risk ratio", f"{key}.pooled"),
            "P",
            "τ²",
            "I²",
            prediction_head(printer, f"{key}.pooled"),
        ),
        rows=tuple(variant_row(printer, label, at) for label, at in lines),
        align="lrrlrrrl",
    )


def variant_row(printer: Printer, label: Printed | str, at: str) -> tuple[object, ...]:
    return (
        label,
        printer(f"{at}.k"),
        printer(f"{at}.participants"),
        printer.short(at),
        printer(f"{at}.p_value"),
        printer(f"{at}.tau2"),
        printer(f"{at}.i2"),
        EN_DASH if printer.find(f"{at}.prediction_low").value is None else printer.prediction(at, EN_DASH),
    )


def unavailable(printer: Printer, key: str) -> Table:
    """Eligible trials without usable counts for an outcome, by name, with the reason."""
    review: Review = printer.tree
    outcome: Outcome = getattr(review, key)
    rows = []
    for name, trial in outcome.unavailable.items():
        record = review.evidence.trial(name)
        rows.append(
            (
                cite(field(printer, name, "label"), record.citation),
                field(printer, name, "registry_id"),
                printer(f"{key}.unavailable.{name}.randomised"),
                field(printer, trial.row, "reason"),
            )
        )
    return Table(
        heads=("Trial", "Registry number", "Randomised", "What was available"),
        rows=tuple(rows),
        align="llrl",
    )


def sources(printer: Printer) -> Table:
    """The words in which each count of the primary and sensitivity analyses was read."""
    review: Review = printer.tree
    counts_by_id = {count.row_id: count for count in review.evidence.counts}
    rows = []
    for choice in review.evidence.choices:
        if choice.role not in ("primary", "sensitivity"):
            continue
        count = counts_by_id[choice.counts_row]
        numbers = [
            field(printer, count.row_id, c)
            for c in ("events_treatment", "n_treatment", "events_control", "n_control")
        ]
        rows.append(
            (
                phrase(field(printer, choice.trial, "label"), f", {choice.analysis}, {choice.role}"),
                Phrase((numbers[0], "/", numbers[1], " v ", numbers[2], "/", numbers[3])),
                Markdown(f"{field(printer, count.row_id, 'locator')} ([link]({count.address}))"),
                field(printer, count.row_id, "quotation"),
            )
        )
    return Table(
        heads=("Trial, outcome, use", "Counts, MSC v control", "Where", "Words read"),
        rows=tuple(rows),
        align="llll",
    )


def biomarkers(printer: Printer) -> Table:
    """What was said of CRP and IL-6, trial by trial."""
    review: Review = printer.tree
    rows = []
    for row in review.evidence.biomarkers:
        if row.biomarker not in ("CRP", "IL-6"):
            continue
        trial = review.evidence.trial(row.trial)
        cells = [
            field(printer, row.row_id, c)
            for c in ("biomarker", "direction", "comparison", "timepoint_text", "quotation")
        ]
        rows.append(
            (
                cite(field(printer, trial.row_id, "label"), trial.citation),
                field(printer, trial.row_id, "comparator_class"),
                *cells,
            )
        )
    return Table(
        heads=("Trial", "Control", "Marker", "With MSC", "Compared", "When", "Words read"),
        rows=tuple(rows),
        align="lllllll",
    )


def published(printer: Printer) -> Table:
    """Pooled estimates that other reviews printed."""
    rows = []
    for name, row in printer.tree.published.items():
        at = f"published.{name}"
        interval = printer.interval(at, join=" to ")
        rows.append(
            (
                cite(field(printer, row.row, "review"), row.citation),
                field(printer, row.row, "outcome"),
                row.measure,
                Phrase((printer(f"{at}.estimate"), " (", *interval.parts, ")")),
                EN_DASH if row.k is None else printer(f"{at}.k"),
                EN_DASH if row.participants is None else printer(f"{at}.participants"),
                EN_DASH if row.i2 is None else printer(f"{at}.i2"),
            )
        )
    return Table(
        heads=("Review", "Outcome", "Measure", "Estimate (interval)", "Studies", "Patients", "I²"),
        rows=tuple(rows),
        align="lllllll",
    )


def risk_of_bias(printer: Printer) -> Table:
    """All judgements, published ones and our own, with who judged and why; trials without a published one say so."""
    review: Review = printer.tree
    rows = []
    for row in review.evidence.risk_of_bias:
        label = field(printer, row.trial, "label") if row.trial else "Several trials"
        cells = [
            field(printer, row.row_id, c) for c in ("outcome", "tool", "domain", "judgement", "assessed_by", "reason")
        ]
        symbol = JUDGEMENT_SYMBOLS.get(row.judgement)
        judgement = cells[3] if symbol is None else Phrase((f"({symbol}) ", cells[3]))
        rows.append((label, *cells[:3], judgement, *cells[4:]))
    return Table(
        heads=("Trial", "Result", "Tool", "Domain", "Judgement", "Judged by", "Reason"),
        rows=tuple(rows),
        align="lllllll",
    )


def near_misses(printer: Printer) -> Table:
    """Trials that look eligible and are not, or not yet, with the reason."""
    review: Review = printer.tree
    shown = [trial for trial in review.evidence.trials if trial.eligibility != "eligible"]
    return Table(
        heads=("Trial", "Design", "Control", "What became of it", "Reason"),
        rows=tuple(
            (
                cite(field(printer, trial.row_id, "label"), trial.citation),
                *(field(printer, trial.row_id, c) for c in ("design", "comparator", "eligibility", "reason")),
            )
            for trial in shown
        ),
        align="lllll",
    )


def protocol(printer: Printer) -> Table:
    """The decisions of the review, their reasons, and whether the evidence had been seen when they were taken."""
    review: Review = printer.tree
    return Table(
        heads=("Topic", "Decision", "Reason", "Taken"),
        rows=tuple(
            (
                *(field(printer, row.row_id, c) for c in ("topic", "decision", "reason")),
                phrase("in advance, " if row.prespecified else "post hoc, ", printer.cell(row.row_id, "decided_on")),
            )
            for row in review.evidence.protocol
        ),
        align="llll",
    )
