"""Tables of further analyses: measures and models, posteriors, subsets, the multiverse, bounds, directions, GRADE."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.review.tree import Review
from analysis.synthesis.missing_results import Assumed, Bounds
from analysis.tables.frame import Markdown, Table
from analysis.tables.manuscript import cite, interval_head

OUTCOMES = {"deaths": "Death from any cause", "serious": "Serious adverse event"}
#: factors of the multiverse in the order of the table
FACTORS = {
    "measure": "Measure",
    "estimator": "Estimator",
    "interval": "Interval",
    "zeros": "Empty cells",
    "reading": "Deaths of one trial",
    "no_placebo": "Trials",
    "mixed": "Trials",
    "double_zero": "Trials",
    "largest": "Trials",
}


def measures(printer: Printer, key: str) -> Table:
    """One outcome by every measure and model. Risk differences are in percentage points."""
    rows = []
    for name, variant in printer.tree.measures[key].items():
        at = f"measures.{key}.{name}.pooled"
        known = variant.pooled.tau2 is not None
        rows.append(
            (
                printer(f"measures.{key}.{name}.label"),
                printer(f"{at}.k"),
                printer(f"{at}.participants"),
                printer.short(at),
                printer(f"{at}.p_value"),
                printer(f"{at}.tau2") if known else EN_DASH,
                EN_DASH if variant.pooled.i2 is None else printer(f"{at}.i2"),
            )
        )
    level = printer(f"{key}.pooled.level")
    return Table(
        heads=(
            "Measure and model",
            "Trials",
            "Patients",
            phrase("Estimate (", level, " CI)"),
            "P",
            "τ²",
            "I²",
        ),
        rows=tuple(rows),
        align="lrrlrrr",
    )


def posteriors(printer: Printer) -> Table:
    """The pooled risk ratio of both outcomes under each prior of the between-trial standard deviation."""
    rows = []
    for key, name in OUTCOMES.items():
        for prior, found in printer.tree.bayes[key].items():
            at = f"bayes.{key}.{prior}"
            rows.append(
                (
                    name,
                    Markdown(f"{printer(f'{at}.prior')} [@{found.citation}]"),
                    printer.short(at),
                    printer(f"{at}.probability_below_1"),
                    phrase(printer(f"{at}.tau"), " (", printer.interval(at, "tau_low", "tau_high", EN_DASH), ")"),
                    printer.prediction(at, EN_DASH),
                )
            )
    level = printer("bayes.deaths.half_normal_05.level")
    return Table(
        heads=(
            "Outcome",
            "Prior of τ",
            phrase("Risk ratio, posterior median (", level, " CrI)"),
            "Probability that the ratio is below one",
            phrase("τ, posterior median (", level, " CrI)"),
            phrase(level, " interval for a new trial"),
        ),
        rows=tuple(rows),
        align="lllrll",
    )


def shrinkage(printer: Printer, key: str = "deaths", prior: str = "half_normal_05") -> Table:
    """Each trial's own risk ratio, and what it becomes when it borrows from the others."""
    rows = []
    for name in printer.tree.bayes[key][prior].shrunken:
        at = f"bayes.{key}.{prior}.shrunken.{name}"
        own = printer.short(f"{key}.trials.{name}")
        rows.append((printer.cell(name, "label"), own, printer.short(at), printer(f"{at}.shrinkage")))
    return Table(
        heads=(
            "Trial",
            interval_head(printer, "Risk ratio of the trial", f"{key}.pooled"),
            phrase("Shrunken (", printer(f"bayes.{key}.{prior}.level"), " CrI)"),
            "Share of the pooled effect",
        ),
        rows=tuple(rows),
        align="lllr",
    )


def four_trials(printer: Printer) -> Table:
    """Every set of four trials with death counts: pooled ratio with both intervals."""
    review: Review = printer.tree
    if review.four is None:
        raise ValueError("fewer than four trials carry information on death, so there is no set of four to show")
    rows = []
    for name in review.four.shown.members:
        at = f"four.shown.members.{name}"
        rows.append(
            (
                printer(f"{at}.label"),
                printer(f"{at}.pooled.k"),
                printer.short(f"{at}.pooled"),
                printer.interval(f"{at}.wald", join=EN_DASH),
            )
        )
    return Table(
        heads=(
            "Trials",
            "With deaths",
            interval_head(printer, "Risk ratio", "deaths.pooled"),
            phrase(printer("deaths.pooled.level"), " Wald interval"),
        ),
        rows=tuple(rows),
        align="lrll",
    )


def specifications(printer: Printer, key: str) -> Table:
    """The multiverse by choice: analyses, how many favour MSC, how many intervals exclude no effect."""
    found = printer.tree.specifications[key]
    at = f"specifications.{key}"
    lines: list[tuple[str, str]] = [
        ("All analyses", f"{at}.every"),
        ("Placebo-controlled trials only", f"{at}.placebo_only"),
        ("Placebo-controlled trials only, Hartung-Knapp or modified", f"{at}.placebo_only_hk"),
    ]
    rows: list[tuple[object, ...]] = [(text, *shares(printer, where)) for text, where in lines]
    for name in found.by_choice:
        factor = name.rpartition("_")[0]
        where = f"{at}.by_choice.{name}"
        rows.append((phrase(f"{FACTORS[factor]}: ", printer(f"{where}.label")), *shares(printer, where)))
    return Table(
        heads=(
            "Choice",
            "Distinct analyses",
            "Favouring MSC",
            "Interval excludes no effect, for MSC",
            "Interval excludes no effect, for control",
        ),
        rows=tuple(rows),
        align="lrrrr",
    )


def shares(printer: Printer, at: str) -> tuple[Printed, ...]:
    return tuple(printer(f"{at}.{field}") for field in ("count", "favourable", "for_treatment", "for_control"))


def bounds(printer: Printer, key: str = "deaths") -> Table:
    """What the trials without results would have to show to make the pooled interval exclude no effect."""
    rows = []
    found: Mapping[str, Bounds] = printer.tree.bounds[key]
    for interval, bound in found.items():
        for name in ("lowest_risk", "pooled_risk", "highest_risk"):
            at = f"bounds.{key}.{interval}.{name}"
            risk = getattr(bound, name)
            rows.append(
                (
                    bound.interval,
                    phrase(printer(f"{at}.control_risk"), " (", printer(f"{at}.label"), ")"),
                    assumed(printer, at, "benefit", risk.benefit_from, risk.benefit_to),
                    assumed(printer, at, "harm", risk.harm_from, risk.harm_to),
                )
            )
    return Table(
        heads=(
            "Interval",
            "Control risk assumed in the missing trials",
            "Common ratio that would exclude no effect for MSC (events, MSC v control)",
            "The same for control",
        ),
        rows=tuple(rows),
        align="llll",
    )


def assumed(printer: Printer, at: str, side: str, first: Assumed | None, last: Assumed | None) -> Phrase:
    if first is None or last is None:
        return Phrase(("none",))
    parts: list[Phrase] = [
        phrase(
            printer(f"{at}.{side}_{end}.ratio"), " (", printer(f"{at}.{side}_{end}.events_treatment"), " v ",
            printer(f"{at}.{side}_{end}.events_control"), ")",
        )
        for end in ("from", "to")
    ]  # fmt: skip
    return phrase(parts[0], " to ", parts[1])


def directions(printer: Printer) -> Table:
    """The results behind each direction of the effect-direction plot."""
    review: Review = printer.tree
    rows = []
    for key, domain in review.domains.items():
        for name, found in domain.trials.items():
            trial = review.evidence.trial(name)
            rows.append(
                (
                    printer(f"domains.{key}.name"),
                    cite(printer.cell(name, "label"), trial.citation),
                    found.direction,
                    "between arms" if found.between_arms else "not compared with placebo",
                    printer(f"domains.{key}.trials.{name}.summary"),
                )
            )
    return Table(
        heads=("Domain", "Trial", "Direction", "Compared", "Results (+ favourable, − unfavourable, ? not stated)"),
        rows=tuple(rows),
        align="lllll",
    )


def placebo_share(printer: Printer) -> Table:
    """Published pooled CRP and IL-6 differences, and how many of their patients were in trials without placebo."""
    rows = []
    for name, row in printer.tree.published.items():
        if row.outcome_class not in ("CRP", "IL-6"):
            continue
        at = f"published.{name}"
        known = row.share_without_placebo is not None
        rows.append(
            (
                cite(printer.cell(row.row, "review"), row.citation),
                printer.cell(row.row, "outcome"),
                printer.short(at),
                printer(f"{at}.patients") if known else "not stated",
                printer(f"{at}.without_placebo") if known else "not known",
                printer(f"{at}.share_without_placebo") if known else EN_DASH,
            )
        )
    level = printer("deaths.pooled.level")
    return Table(
        heads=(
            "Review",
            "Marker",
            phrase("Mean difference (", level, " CI)"),
            "Patients",
            "In trials without placebo",
            "Share",
        ),
        rows=tuple(rows),
        align="lllrrr",
    )
