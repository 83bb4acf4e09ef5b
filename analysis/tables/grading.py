"""Tables of judgements: summary of findings, ratings of certainty, and which results could be read."""

from __future__ import annotations

from analysis.judgements.bias import CONCERNS, HIGH, LOW, Judgement
from analysis.judgements.certainty import standing
from analysis.printing.numbers import EN_DASH, NO_BREAK
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.review.tree import Review
from analysis.tables.frame import Table
from analysis.tables.manuscript import counts, interval_head

POOLED = {
    "deaths": "Death, at about one month or as reported",
    "serious": "Serious adverse event, at least one",
}
DESCRIBED = {"CRP": "CRP", "IL-6": "IL-6", "severity": "Clinical severity"}
NOT_POOLED = "not pooled"
RESULTS = {"deaths": "death", "serious": "serious adverse event"}
JUDGEMENT_SIGNS = {LOW: "+", CONCERNS: "!", HIGH: "\N{MINUS SIGN}"}
#: what could be read of a result → sign before the words
SIGNS = {"numbers": "+", "words only": "~", "measured, no result": "?", "not mentioned": EN_DASH}


def summary_of_findings(printer: Printer) -> Table:
    """One line per outcome: participants, events, relative and absolute effect, certainty with its reasons (GRADE).

    The absolute effect holds for the risk of all control patients of the trials shown, taken as known.
    """
    rows: list[tuple[object, ...]] = []
    for key, name in POOLED.items():
        rows.append(
            (
                name,
                phrase(printer(f"{key}.k_shown"), " (", printer(f"{key}.participants_shown"), ")"),
                counts(printer, key),
                printer.short(f"{key}.pooled"),
                printer(f"absolute.{key}.pooled_risk.control"),
                fewer_or_more(printer, f"absolute.{key}.pooled_risk"),
                phrase(rating(printer, key), ": ", reasons(printer, key)),
            )
        )
    for key, name in DESCRIBED.items():
        rows.append(
            (
                name, trials_read(printer, key), said(printer, key), NOT_POOLED, EN_DASH, EN_DASH,
                phrase(rating(printer, key), ": ", reasons(printer, key)),
            )
        )  # fmt: skip
    return Table(
        heads=(
            "Outcome",
            "Trials (patients)",
            "Events/patients, MSC v placebo, or direction with MSC",
            interval_head(printer, "Risk ratio", "deaths.pooled"),
            "With placebo, per 1,000",
            interval_head(printer, "Difference with MSC, per 1,000", "deaths.pooled"),
            "Certainty, and levels taken off",
        ),
        rows=tuple(rows),
        align="lllllll",
    )


def fewer_or_more(printer: Printer, at: str) -> Phrase:
    """``74 fewer (185 fewer to 108 more)``."""

    def one(suffix: str = "") -> tuple[Printed | str, ...]:
        return printer(f"{at}.size{suffix}"), NO_BREAK, printer(f"{at}.direction{suffix}")

    return phrase(*one(), " (", *one("_low"), " to ", *one("_high"), ")")


def trials_read(printer: Printer, key: str) -> Phrase:
    """How many trials gave numbers on an outcome that was not pooled, of those that mention it or are eligible."""
    if key == "severity":
        at = f"availability.outcomes.{key}"
        return phrase(printer(f"{at}.numbers"), " of ", printer(f"{at}.trials"), " with numbers")
    at = f"biomarkers.{key}"
    return phrase(printer(f"{at}.with_numbers"), " of ", printer(f"{at}.trials"), " with numbers per arm")


def said(printer: Printer, key: str) -> Phrase:
    """Directions of the trials, eligible ones where they compare the arms; better before worse."""
    if key == "severity":
        at = f"domains.{key}.sign_test" if printer.tree.domains[key].sign_test else f"domains.{key}"
        return phrase(
            "better in ", printer(f"{at}.favourable"), ", worse in ", printer(f"{at}.unfavourable"), ", both in ",
            printer(f"{at}.mixed"),
        )  # fmt: skip
    at = f"biomarkers.{key}"
    return phrase("lower in ", printer(f"{at}.lower"), ", higher in ", printer(f"{at}.higher"))


def rating(printer: Printer, key: str) -> Phrase:
    """``⊕○○○ very low``. Raises ``RatingFails`` where a rating does not stand."""
    standing(printer.tree, key)
    return phrase(printer(f"certainty.{key}.symbols"), " ", printer(f"certainty.{key}.certainty"))


def reasons(printer: Printer, key: str) -> Phrase:
    """``risk of bias (1), imprecision (2)``: the domains that took levels off."""
    review: Review = printer.tree
    parts: list[Printed | str] = []
    for name, found in review.certainty[key].ratings.items():
        if found.levels:
            levels = printer(f"certainty.{key}.ratings.{name}.levels")
            parts += [", " if parts else "", f"{found.domain} (", levels, ")"]
    return phrase(*parts) if parts else phrase("not lowered")


def certainty(printer: Printer) -> Table:
    """Every rating of every outcome with its reason, and the overall certainty that follows."""
    review: Review = printer.tree
    names = POOLED | DESCRIBED
    rows: list[tuple[object, ...]] = []
    for key, found in review.certainty.items():
        for number, (name, one) in enumerate(found.ratings.items()):
            levels = f"certainty.{key}.ratings.{name}.levels"
            rows.append(
                (
                    names[key] if number == 0 else "",
                    one.domain,
                    printer.cell(one.row, "rating"),
                    printer(levels),
                    printer.cell(one.row, "reason"),
                )
            )
        rows.append(("", "overall", rating(printer, key), EN_DASH, printer.cell(found.row, "reason")))
    return Table(heads=("Outcome", "Domain", "Rating", "Levels taken off", "Reason"), rows=tuple(rows), align="lllll")


def missing_results(printer: Printer) -> Table:
    """Eligible trials × outcomes: what could be read of each result (after ROB-ME), with the count of each column."""
    review: Review = printer.tree
    found = review.availability
    rows: list[tuple[object, ...]] = []
    for name, trial in found.trials.items():
        at = f"availability.trials.{name}"
        statuses = (
            phrase(f"{SIGNS[read.status]} ", printer(f"{at}.outcomes.{key}.status"))
            for key, read in trial.outcomes.items()
        )
        rows.append((printer(f"{at}.label"), *statuses))
    totals = (
        phrase(
            printer(f"availability.outcomes.{key}.numbers"), " of ", printer(f"availability.outcomes.{key}.trials")
        )
        for key in found.outcomes
    )
    rows.append(("With numbers per arm", *totals))
    return Table(
        heads=("Trial", *(printer(f"availability.outcomes.{key}.label") for key in found.outcomes)),
        rows=tuple(rows),
        align="l" * (len(found.outcomes) + 1),
    )


def bias_by_result(printer: Printer) -> Table:
    """RoB 2 by trial and result, one judgement per domain: published where read, ours where none was."""
    review: Review = printer.tree
    rows: list[tuple[object, ...]] = []
    for key, judged in (("deaths", review.bias), ("serious", review.bias_serious)):
        for name in getattr(review, key).trials:
            cells = (judgement(printer, found) for found in judged.trials[name].domains.values())
            rows.append((printer.cell(name, "label"), RESULTS[key], *cells))
    domains = review.bias.summary
    return Table(
        heads=("Trial", "Result", *(printer(f"bias.summary.{key}.label") for key in domains)),
        rows=tuple(rows),
        align="l" * (2 + len(domains)),
    )


def judgement(printer: Printer, found: Judgement) -> Phrase | str:
    """``(!) some concerns, ours``; a dash where there is none."""
    if not found.row:
        return EN_DASH
    sign = JUDGEMENT_SIGNS[found.judgement]
    return phrase(f"({sign}) ", printer.cell(found.row, "judgement"), ", ours" if found.own else "")
