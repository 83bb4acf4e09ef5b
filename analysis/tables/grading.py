"""Tables of judgements: summary of findings, ratings of certainty, and which results could be read."""

from __future__ import annotations

from analysis.evidence.rows_question import COUNTED
from analysis.judgements.bias import CONCERNS, HIGH, LOW, Judgement
from analysis.judgements.certainty import standing
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.review.tree import Review
from analysis.tables.frame import Cell, Table
from analysis.tables.manuscript import COUNTS

JUDGEMENT_SIGNS = {LOW: "+", CONCERNS: "!", HIGH: "\N{MINUS SIGN}"}
#: what could be read of a result → sign before the words
SIGNS = {"numbers": "+", "words only": "~", "measured, no result": "?", "not mentioned": EN_DASH}


def summary_of_findings(printer: Printer) -> Table:
    """One line per outcome: participants, events, relative and absolute effect, certainty with its reasons (GRADE).

    The absolute effect holds for the risk of all control patients of the trials shown, taken as known.
    """
    asked = printer.tree.evidence.outcomes
    level = f"{printer.tree.evidence.primary.key}.pooled.level"
    pooled = (
        (
            name,
            printer.say("{.k_shown} ({.participants_shown})", key),
            printer.say(COUNTS, key),
            printer.short(f"{key}.pooled"),
            printer(f"absolute.{key}.pooled_risk.control"),
            fewer_or_more(printer, f"absolute.{key}.pooled_risk"),
            phrase(rating(printer, key), ": ", reasons(printer, key)),
        )
        for key, name in ((one.key, one.in_findings) for one in asked if one.kind == COUNTED)
    )
    described = (
        (
            name,
            trials_read(printer, key),
            direction(printer, key),
            "not pooled",
            EN_DASH,
            EN_DASH,
            phrase(rating(printer, key), ": ", reasons(printer, key)),
        )
        for key, name in ((one.key, one.in_findings) for one in asked if one.kind != COUNTED)
    )
    return Table(
        rows=(*pooled, *described),
        heads=(
            "Outcome",
            "Trials (patients)",
            printer.say("Events/patients, {treatment} v {comparator}, or direction with {treatment}"),
            printer.say("Risk ratio ({.}~CI)", level),
            printer.say("With {comparator}, per 1,000"),
            printer.say("Difference with {treatment}, per 1,000 ({.}~CI)", level),
            "Certainty, and levels taken off",
        ),
        align="lllllll",
    )


def fewer_or_more(printer: Printer, at: str) -> Phrase:
    """``74 fewer (185 fewer to 108 more)``."""
    return printer.say("{.size}~{.direction} ({.size_low}~{.direction_low} to {.size_high}~{.direction_high})", at)


def trials_read(printer: Printer, key: str) -> Phrase:
    """How many trials gave numbers on an outcome that was not pooled, of those that mention it or are eligible."""
    if key not in printer.tree.biomarkers:
        return printer.say("{.numbers} of {.trials} with numbers", f"availability.outcomes.{key}")
    return printer.say("{.with_numbers} of {.trials} with numbers per arm", f"biomarkers.{key}")


def direction(printer: Printer, key: str) -> Phrase:
    """Directions of the trials, eligible ones where they compare the arms; better before worse."""
    if key not in printer.tree.biomarkers:
        at = f"domains.{key}.sign_test" if printer.tree.domains[key].sign_test else f"domains.{key}"
        return printer.say("better in {.favourable}, worse in {.unfavourable}, both in {.mixed}", at)
    return printer.say("lower in {.lower}, higher in {.higher}", f"biomarkers.{key}")


def rating(printer: Printer, key: str) -> Phrase:
    """``⊕○○○ very low``. Raises ``RatingFails`` where a rating does not stand."""
    standing(printer.tree, key)
    return printer.say("{.symbols} {.certainty}", f"certainty.{key}")


def reasons(printer: Printer, key: str) -> Phrase:
    """``risk of bias (1), imprecision (2)``: the domains that took levels off."""
    review: Review = printer.tree
    parts: list[Phrase | str] = []
    for name, judged in review.certainty[key].ratings.items():
        if judged.levels:
            levels = printer.say("{domain} ({.levels})", f"certainty.{key}.ratings.{name}", domain=judged.domain)
            parts += [", " if parts else "", levels]
    return phrase(*parts or ["not lowered"])


def certainty(printer: Printer) -> Table:
    """Every rating of every outcome with its reason, and the overall certainty that follows."""
    review: Review = printer.tree
    names = {asked.key: asked.in_findings for asked in review.evidence.outcomes}
    rows: list[tuple[Cell, ...]] = []
    for key, outcome in review.certainty.items():
        for number, (name, judged) in enumerate(outcome.ratings.items()):
            rows.append(
                (
                    names[key] if number == 0 else "",
                    judged.domain,
                    printer.cell(judged.row, "rating"),
                    printer(f"certainty.{key}.ratings.{name}.levels"),
                    printer.cell(judged.row, "reason"),
                )
            )
        rows.append(("", "overall", rating(printer, key), EN_DASH, printer.cell(outcome.row, "reason")))
    return Table(heads=("Outcome", "Domain", "Rating", "Levels taken off", "Reason"), rows=tuple(rows), align="lllll")


def missing_results(printer: Printer) -> Table:
    """Eligible trials × outcomes: what could be read of each result (after ROB-ME), with the count of each column."""
    review: Review = printer.tree
    outcomes = {key: f"availability.outcomes.{key}" for key in review.availability.outcomes}
    rows: list[tuple[Cell, ...]] = []
    for name, trial in review.availability.trials.items():
        at = f"availability.trials.{name}"
        statuses = (
            printer.say("{sign} {.status}", f"{at}.outcomes.{key}", sign=SIGNS[read.status])
            for key, read in trial.outcomes.items()
        )
        rows.append((printer(f"{at}.label"), *statuses))
    rows.append(("With numbers per arm", *(printer.say("{.numbers} of {.trials}", at) for at in outcomes.values())))
    return Table(
        heads=("Trial", *(printer(f"{at}.label") for at in outcomes.values())),
        rows=tuple(rows),
        align="l" * (len(outcomes) + 1),
    )


def bias_by_result(printer: Printer) -> Table:
    """RoB 2 by trial and result, one judgement per domain: published or implied where read, ours where none was."""
    review: Review = printer.tree
    rows = tuple(
        (
            printer.cell(name, "label"),
            review.evidence.outcome(key).name,
            *(judgement(printer, judged) for judged in bias.trials[name].domains.values()),
        )
        for key, bias in review.biases.items()
        for name in review.outcomes[key].trials
    )
    heads: tuple[Cell, ...] = (
        "Trial",
        "Result",
        *(printer(f"bias.summary.{key}.label") for key in review.bias.summary),
    )
    return Table(heads, rows, "l" * len(heads))


def judgement(printer: Printer, judged: Judgement) -> Phrase | str:
    """``(!) some concerns, ours`` or ``(+) low, implied``; a dash where there is none."""
    if not judged.row:
        return EN_DASH
    sign, how = JUDGEMENT_SIGNS[judged.judgement], ", ours" if judged.own else ", implied" if judged.implied else ""
    return printer.say(f"({sign}) {{.judgement}}{how}", f"data.{judged.row}")
