"""Tables of judgements: summary of findings, ratings of certainty, and which results could be read."""

from __future__ import annotations

from analysis.evidence.rows_question import AskedOutcome
from analysis.figures.bias import judgements_at
from analysis.judgements.bias import CONCERNS, HIGH, LOW, Judgement
from analysis.judgements.certainty import standing
from analysis.printing.cells import key_of
from analysis.printing.numbers import EN_DASH
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import by_state
from analysis.results.tree import CountedOutcome, Outcome, Review
from analysis.synthesis.outcome_shapes import MEASURES, MeasuredTrial
from analysis.tables.frame import Cell, Table, by_columns, under
from analysis.tables.manuscript import COUNTS

JUDGEMENT_SIGNS = {LOW: "+", CONCERNS: "!", HIGH: "\N{MINUS SIGN}"}
NOT_RATED = "not rated: no estimate"
NO_ESTIMATE = "no trial gives an estimate to be certain of"
#: certainty → what it means in plain words (GRADE guidelines 26)
MEANING = {
    "very low": "The evidence is very uncertain.",
    "low": "The true effect may be markedly different.",
    "moderate": "The true effect is probably close.",
    "high": "The true effect is close.",
}
#: what could be read of a result → sign before the words
SIGNS = {"numbers": "+", "words only": "~", "measured, no result": "?", "not mentioned": EN_DASH}


def summary_of_findings(printer: Printer) -> Table:
    """One line per outcome: participants, events, relative and absolute effect, certainty with its reasons (GRADE).

    The absolute effect holds for the control risk of the largest trial, taken as known. Of what is
    measured, the means of the control groups stand in place of a risk; a single trial shows its own effect.
    """
    level = f"{printer.tree.evidence.primary.key}.pooled.level"
    return Table(
        rows=tuple(finding(printer, asked) for asked in printer.tree.evidence.outcomes),
        heads=(
            "Outcome",
            "Trials (patients)",
            printer.say("Events/patients, {treatment} v {comparator}, or direction with {treatment}"),
            printer.say(f"{measures_shown(printer)} ({{.}}~CI)", level),
            printer.say("With {comparator}, per 1,000"),
            printer.say("Difference with {treatment}, per 1,000 ({.}~CI)", level),
            "Certainty, and levels taken off",
        ),
        align="lllllll",
    )


def measures_shown(printer: Printer) -> str:
    """``Risk ratio``, or ``Risk ratio or mean difference``: the measures of all outcomes with an effect to show."""
    outcomes = printer.tree.outcomes.values()
    shown = dict.fromkeys(MEASURES[outcome.measure] for outcome in outcomes if outcome.k) or {"Effect": None}
    first, *others = shown
    return " or ".join((first, *(name.lower() for name in others)))


def finding(printer: Printer, asked: AskedOutcome) -> tuple[Cell, ...]:
    """One outcome's line."""
    key = asked.key
    outcome: Outcome | None = printer.tree.outcomes.get(key)
    judged = phrase(rating(printer, key), reasons(printer, key))
    if outcome is None:
        middle: tuple[Cell, ...] = (
            trials_read(printer, key),
            direction(printer, key),
            "not pooled",
            EN_DASH,
            EN_DASH,
        )
    elif isinstance(outcome, CountedOutcome):
        middle = counted_finding(printer, key, outcome)
    else:
        middle = measured_finding(printer, key, outcome)
    return (asked.in_findings, *middle, judged)


def counted_finding(printer: Printer, key: str, outcome: CountedOutcome) -> tuple[Cell, ...]:
    """Trials, counts, ratio, and the absolute effect where there is one."""
    at = f"absolute.{key}.largest_trial"
    known = key in printer.tree.absolute
    return (
        printer.say("{.k_shown} ({.participants_shown})", key),
        printer.say(COUNTS, key),
        effect_found(printer, key, outcome),
        printer(f"{at}.control") if known else EN_DASH,
        fewer_or_more(printer, at) if known else EN_DASH,
    )


def measured_finding(printer: Printer, key: str, outcome: Outcome) -> tuple[Cell, ...]:
    """Trials, directions stated, difference, and the means of the control groups."""
    return (
        printer.say("{.k} ({.participants})", key) if outcome.pooled else trials_read(printer, key),
        direction(printer, key),
        effect_found(printer, key, outcome),
        control_means(printer, key, outcome),
        EN_DASH,
    )


def effect_found(printer: Printer, key: str, outcome: Outcome) -> Phrase | str:
    """The pooled effect, that of the only trial, or that nothing is pooled; differences with their unit."""
    name = "" if isinstance(outcome, CountedOutcome) else f"{outcome.measure}~"
    return by_state(
        printer,
        key,
        none="not pooled",
        unusable="not pooled",
        one=f"{name}{{short:.only}}{{unit}}, one trial, not pooled",
        several="not pooled: too few trials",
        pooled=f"{name}{{pooled}}{{unit}}",
    )


def control_means(printer: Printer, key: str, outcome: Outcome) -> Phrase | str:
    """``means 19.90 to 52.30 mg/L``: the lowest and the highest mean of a control group at the end."""
    means = {
        name: trial.mean_control
        for name, trial in outcome.trials.items()
        if isinstance(trial, MeasuredTrial) and trial.mean_control is not None and "change" not in trial.marks
    }
    if not means:
        return EN_DASH
    low, high = (f"{key}.trials.{end(means, key=lambda name: means[name])}.mean_control" for end in (min, max))
    unit = f"{{{key_of(printer.tree.evidence.outcome(key).row_id, 'unit')}}}"
    if low == high:
        return printer.say(f"mean {{{low}}}~{unit}")
    return printer.say(f"means {{{low}}} to {{{high}}}~{unit}")


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
    compared = printer.tree.domains[key].sign_test is not None
    pooled = key in printer.tree.outcomes and printer.tree.outcomes[key].pooled is not None
    if key not in printer.tree.biomarkers or (pooled and compared):
        at = f"domains.{key}.sign_test" if compared else f"domains.{key}"
        return printer.say("better in {.favourable}, worse in {.unfavourable}, both in {.mixed}", at)
    said = printer.tree.biomarkers[key]
    within = "" if said.between_arms else "within one arm, "
    return printer.say(f"stated {within}lower in {{.lower}}, higher in {{.higher}}", f"biomarkers.{key}")


def rating(printer: Printer, key: str) -> Phrase:
    """``⊕○○○ very low``, or that nothing could be rated. Raises ``RatingFails`` where a rating does not stand."""
    if not standing(printer.tree, key).ratings:
        return phrase(NOT_RATED)
    return printer.say("{.symbols} {.certainty}", f"certainty.{key}")


def reasons(printer: Printer, key: str) -> Phrase:
    """``: risk of bias (1), imprecision (2)``: the domains that took levels off, and what the certainty means."""
    review: Review = printer.tree
    found = review.certainty[key]
    parts: list[Phrase | str] = []
    for name, judged in found.ratings.items():
        if judged.levels:
            levels = printer.say("{domain} ({.levels})", f"certainty.{key}.ratings.{name}", domain=judged.domain)
            parts += [", " if parts else ": ", levels]
    return phrase(*parts or [""], f". {MEANING[found.certainty]}" if found.certainty else "")


def lowered_for(printer: Printer, key: str) -> Phrase:
    """``risk of bias, imprecision and missing results``: the domains that took levels off, for a sentence."""
    standing(printer.tree, key)
    domains = [judged.domain for judged in printer.tree.certainty[key].ratings.values() if judged.levels]
    if not domains:
        return phrase("nothing")
    return phrase(", ".join(domains[:-1]) + (" and " if len(domains) > 1 else "") + domains[-1])


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
        if outcome.ratings:
            rows.append(("", "overall", rating(printer, key), EN_DASH, printer.cell(outcome.row, "reason")))
        else:
            rows.append((names[key], "overall", rating(printer, key), EN_DASH, NO_ESTIMATE))
    return Table(heads=("Outcome", "Domain", "Rating", "Levels taken off", "Reason"), rows=tuple(rows), align="lllll")


def missing_results(printer: Printer) -> Table:
    """Eligible trials × outcomes: what could be read of each result (after ROB-ME), with the count of each column.

    Before them stands what could be read of the trial's own report (PRISMA 2020, item 16a).
    """
    review: Review = printer.tree
    outcomes = {key: f"availability.outcomes.{key}" for key in review.availability.outcomes}
    rows: list[tuple[Cell, ...]] = []
    for name, trial in review.availability.trials.items():
        at = f"availability.trials.{name}"
        statuses = (
            printer.say("{sign} {.status}", f"{at}.outcomes.{key}", sign=SIGNS[read.status])
            for key, read in trial.outcomes.items()
        )
        rows.append((printer(f"{at}.label"), printer.cell(name, "report_read"), *statuses))
    rows.append(
        ("With numbers per arm", EN_DASH, *(printer.say("{.numbers} of {.trials}", at) for at in outcomes.values()))
    )
    return Table(
        heads=("Trial", "Read of its report", *(printer(f"{at}.label") for at in outcomes.values())),
        rows=tuple(rows),
        align="l" * (len(outcomes) + 2),
    )


def missing_evidence(printer: Printer) -> Table:
    """Each synthesis with the trials and patients that lack a result, and the judgement that follows (ROB-ME)."""
    review: Review = printer.tree
    return by_columns(
        printer,
        under("missing_evidence", review.missing_evidence),
        ("Synthesis", "l", lambda at, _: review.evidence.outcome(at.split(".")[1]).head),
        ("Trials (patients) with a result", "l", "{.with_result} ({.patients_with})"),
        ("Without (patients, where known)", "l", "{.without_result} ({or_dash:.patients_without})"),
        ("Of these measured it or say something of it", "r", "{.stated}"),
        ("Do not mention it", "r", "{.silent}"),
        ("Risk of bias", "l", "{.judgement}"),
        ("Because", "l", "{.reason}"),
        nothing="There is no synthesis from which results could be missing.",
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
        *(printer(f"{judgements_at(printer)}.summary.{key}.label") for key in review.bias.summary),
    )
    return Table(heads, rows, "l" * len(heads))


def judgement(printer: Printer, judged: Judgement) -> Phrase | str:
    """``(!) some concerns, ours`` or ``(+) low, implied``; a dash where there is none."""
    if not judged.row:
        return EN_DASH
    sign, how = JUDGEMENT_SIGNS[judged.judgement], ", ours" if judged.own else ", implied" if judged.implied else ""
    return printer.say(f"({sign}) {{.judgement}}{how}", f"data.{judged.row}")
