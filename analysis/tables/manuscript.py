"""The tables of the paper itself."""

from __future__ import annotations

from analysis.evidence.rows import Trial
from analysis.printing.printer import Phrase, Printer
from analysis.results.states import without_effect
from analysis.results.tree import Review
from analysis.synthesis.outcome_shapes import CountedTrial, MeasuredTrial
from analysis.tables.frame import Markdown, Table, by_columns, cite_trial, read

RANDOMISED = "{or_dash:.randomised_treatment} v {or_dash:.randomised_control}"
NOT_READ = "not in the available text"
#: events and patients of both arms of the result that a template goes on from: ``42/112 v 47/110``
COUNTS = "{.events_treatment}/{.n_treatment} v {.events_control}/{.n_control}"


#: mean, SD and patients of both arms, in the unit of the outcome
MEANS = "{.mean_treatment} ({.sd_treatment}), {.n_treatment} v {.mean_control} ({.sd_control}), {.n_control}"
AS_PRINTED = "{short:.}, as printed"


def gave(printer: Printer, key: str, trial: str) -> Phrase | str:
    """What a trial gave for an outcome: counts or means of both arms, a printed effect, or why it has none."""
    result, at = printer.tree.outcomes[key].trials[trial], f"{key}.trials.{trial}"
    if isinstance(result, CountedTrial):
        return printer.say(COUNTS, at)
    if isinstance(result, MeasuredTrial) and None not in (result.mean_treatment, result.sd_treatment):
        return printer.say(MEANS, at)
    return printer.say(AS_PRINTED, at) if result.estimable else without_effect(result)


def trials(printer: Printer, key: str) -> Table:
    """Characteristics of the eligible trials, and whether their counts for the outcome at ``key`` could be read."""
    review: Review = printer.tree
    eligible = review.evidence.eligible
    events = review.evidence.outcome(key).events.capitalize()

    def name(at: str, trial: Trial) -> Markdown:
        return Markdown(f"{cite_trial(printer, trial.row_id)}, {printer.or_dash(f'{at}.country')}")

    def counts(_: str, trial: Trial) -> Phrase | str:
        known = trial.row_id in review.outcomes[key].trials
        return gave(printer, key, trial.row_id) if known else NOT_READ

    return by_columns(
        printer,
        read(eligible),
        ("Trial", "l", name),
        ("Severity as reported", "l", "{or_dash:.severity}"),
        ("{Product} and dose", "l", "{or_dash:.intervention}; {or_dash:.dose}"),
        ("Control; follow-up", "l", "{or_dash:.comparator}; {or_dash:.follow_up}"),
        ("Randomised, {treatment} v {control}", "l", RANDOMISED),
        (f"{events}/patients, {{treatment}} v {{control}}", "l", counts),
        nothing="No eligible trial has been entered.",
    )


def verdicts(printer: Printer, *lines: tuple[str, str | Phrase, str, str]) -> Table:
    """Published claims (rows of claims.csv) against the evidence.

    A line holds the name of the claim, what the evidence says or a template of it, the key that the template goes on
    from, and the verdict with its guarded phrases.
    """
    return Table(
        heads=("Claim of the published abstract", "What the available evidence says", "Verdict"),
        rows=tuple(
            (
                printer(f"data.claim-{name}.claim"),
                printer.say(evidence, at) if isinstance(evidence, str) else evidence,
                Markdown(verdict),
            )
            for name, evidence, at, verdict in lines
        ),
        align="lll",
    )
