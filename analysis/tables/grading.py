"""Tables of judgements: summary of findings, ratings of certainty, and which results could be read."""

from __future__ import annotations

from analysis.certainty_rating import standing
from analysis.numbers import EN_DASH, NO_BREAK, Phrase, Printed, Printer, phrase
from analysis.results import Review
from analysis.tables.frame import Table
from analysis.tables.manuscript import counts, interval_head

POOLED = {
    "deaths": "Death from any cause, at about one month or as reported",
    "serious": "At least one serious adverse event",
}
DESCRIBED = {"CRP": "CRP", "IL-6": "IL-6", "severity": "Clinical severity"}
NOT_POOLED = "not pooled"
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
                phrase(printer(f"{key}.participants_shown"), " (", printer(f"{key}.k_shown"), ")"),
                counts(printer, key),
                printer.short(f"{key}.pooled"),
                phrase(printer(f"absolute.{key}.pooled_risk.control"), " per 1,000"),
                fewer_or_more(printer, f"absolute.{key}.pooled_risk"),
                rating(printer, key),
                reasons(printer, key),
            )
        )
    for key, name in DESCRIBED.items():
        rows.append(
            (
                name, number(printer, key), said(printer, key), NOT_POOLED, EN_DASH, EN_DASH, rating(printer, key),
                reasons(printer, key),
            )
        )  # fmt: skip
    return Table(
        heads=(
            "Outcome",
            "Participants (trials)",
            "Events/patients, MSC v placebo, or direction with MSC",
            interval_head(printer, "Risk ratio", "deaths.pooled"),
            "Risk with placebo",
            interval_head(printer, "With MSC, per 1,000", "deaths.pooled"),
            "Certainty",
            "Why lowered",
        ),
        rows=tuple(rows),
        align="llllllll",
    )


def fewer_or_more(printer: Printer, at: str) -> Phrase:
    """``74 fewer (185 fewer to 108 more)``."""

    def one(suffix: str = "") -> tuple[Printed | str, ...]:
        return printer(f"{at}.size{suffix}"), NO_BREAK, printer(f"{at}.direction{suffix}")

    return phrase(*one(), " (", *one("_low"), " to ", *one("_high"), ")")


def number(printer: Printer, key: str) -> Phrase:
    """How many eligible trials gave numbers or words on an outcome that was not pooled."""
    at = f"availability.outcomes.{key}"
    return phrase(printer(f"{at}.numbers"), " with numbers, ", printer(f"{at}.words"), " with words only")


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
    """``⊕◯◯◯ very low``. Raises ``RatingFails`` where a rating does not stand."""
    standing(printer.tree, key)
    return phrase(printer(f"certainty.{key}.symbols"), " ", printer(f"certainty.{key}.certainty"))


def reasons(printer: Printer, key: str) -> Phrase:
    """The domains that took levels off, with how many."""
    review: Review = printer.tree
    parts: list[Printed | str] = []
    for name, found in review.certainty[key].ratings.items():
        if found.levels:
            parts += [
                "; " if parts else "",
                f"{found.domain} (\N{MINUS SIGN}",
                printer(f"certainty.{key}.ratings.{name}.levels"),
                ")",
            ]
    return phrase(*parts) if parts else phrase("not lowered")


def certainty(printer: Printer) -> Table:
    """Every rating of every outcome with its reason, and the overall certainty that follows."""
    review: Review = printer.tree
    names = POOLED | DESCRIBED
    rows: list[tuple[object, ...]] = []
    for key, found in review.certainty.items():
        for name, one in found.ratings.items():
            levels = f"certainty.{key}.ratings.{name}.levels"
            taken = phrase("\N{MINUS SIGN}", printer(levels)) if one.levels else printer(levels)
            rows.append(
                (names[key], one.domain, printer.cell(one.row, "rating"), taken, printer.cell(one.row, "reason"))
            )
        rows.append((names[key], "overall", rating(printer, key), EN_DASH, printer.cell(found.row, "reason")))
    return Table(heads=("Outcome", "Domain", "Rating", "Levels", "Reason"), rows=tuple(rows), align="lllll")


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
