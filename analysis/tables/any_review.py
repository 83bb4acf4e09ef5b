"""What the documents of a new review print before anything of its own is written: trials, criteria, each result.

Every sentence is true of as many trials as there are, none included.
"""

from __future__ import annotations

from analysis.evidence.rows import Trial
from analysis.printing.cells import key_of
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import by_number, by_state
from analysis.results.tree import Review
from analysis.tables.frame import Table, by_columns, cite_trial, read
from analysis.tables.manuscript import NOT_READ, RANDOMISED, gave

#: topic of the decision in protocol.csv that says which trials are eligible
ELIGIBILITY = "eligibility"
#: (column of trials.csv, its head, its cell), shown where the review has the column
OPTIONAL = (
    ("country", "Country", "{or_dash:.country}"),
    ("severity", "Patients", "{or_dash:.severity}"),
    ("intervention", "{Treatment}", "{or_dash:.intervention}"),
    ("dose", "Dose", "{or_dash:.dose}"),
    ("comparator", "Control", "{or_dash:.comparator}"),
    ("follow_up", "Follow-up", "{or_dash:.follow_up}"),
    ("randomised_treatment", "Randomised, {treatment} v {control}", RANDOMISED),
)


def trials_found(printer: Printer) -> Phrase:
    """A sentence on how many trials are eligible, and of which years."""
    years = (
        ", published from {trials.first_year} to {trials.last_year}"
        if printer.tree.trials.first_year is not None
        else ""
    )
    return by_number(
        printer,
        "trials.eligible",
        zero="No eligible trial has been entered.",
        one="One trial was eligible.",
        more="{word:trials.eligible} trials were eligible" + years + ".",
    ).capital


def criteria(printer: Printer) -> Phrase:
    """The decision behind each criterion of eligibility, and the one on eligibility itself."""
    evidence = printer.tree.evidence
    chief = [row.row_id for row in evidence.protocol if row.topic.lower() == ELIGIBILITY]
    further = [row.decision for row in evidence.criteria if row.decision not in chief]
    said = [printer.say(f"Eligible: {{{key_of(decision, 'decision')}}}.") for decision in chief]
    for decision in dict.fromkeys(further):
        said.append(printer.say(f"On {{{key_of(decision, 'topic')}}}: {{{key_of(decision, 'decision')}}}."))
    if not said:
        return printer.say("The criteria of eligibility have not been entered.")
    return phrase(said[0], *(part for one in said[1:] for part in (" ", one)))


def trials(printer: Printer) -> Table:
    """The eligible trials by what was read of them, and what each gave on the primary outcome."""
    review: Review = printer.tree
    evidence = review.evidence
    said = {
        column for column, _, _ in OPTIONAL for trial in evidence.eligible if getattr(trial, column) not in ("", None)
    }
    key = evidence.primary.key

    def result(_: str, trial: Trial) -> Phrase | str:
        there = trial.row_id in review.outcomes[key].trials
        return gave(printer, key, trial.row_id) if there else NOT_READ

    return by_columns(
        printer,
        read(evidence.eligible),
        ("Trial", "l", lambda _, trial: cite_trial(printer, trial.row_id)),
        *((head, "l", cell) for column, head, cell in OPTIONAL if column in said),
        (f"{evidence.primary.head}, {{treatment}} v {{control}}", "l", result),
        nothing="No eligible trial has been entered.",
    )


def found(printer: Printer, key: str) -> Phrase:
    """The result of an outcome in two sentences, or what stands in its way."""
    return by_state(
        printer,
        key,
        none="No trial gives {name} per arm, so nothing is pooled.",
        unusable="No effect on {name} can be had from the numbers that were read, so nothing is pooled.",
        one="One trial gives {name} per arm: {measure} {short:.only}{unit}.",
        several="{word:.k} trials give {name} per arm, fewer than are needed to pool.",
        pooled="From {word:.k} trials with {.participants} patients the pooled {measure} was {pooled}{unit}, "
        "{p:.to_read.p_value}; τ² was {.pooled.tau2} and I² {.pooled.i2}, and the prediction interval "
        "{prediction:.pooled}.",
    ).capital


def caption(printer: Printer, key: str) -> Phrase:
    """The caption of the forest plot of an outcome."""
    return by_state(
        printer,
        key,
        none="{name}: nothing to show yet.",
        unusable="{name}: no trial has an effect.",
        one="{name}: the one trial with an effect.",
        several="{name}: trials with an effect, which are not pooled.",
        pooled="{name}: {word:.k} trials and the pooled {measure}, with its Hartung-Knapp interval {pooled}. "
        "REML, restricted maximum likelihood; CI, confidence interval.",
    ).capital
