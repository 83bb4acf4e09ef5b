"""The answer in numbers, for the first screen of a README: written from the present results, between two comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from analysis.evidence.rows_question import AskedOutcome
from analysis.evidence.whole_file import write_whole
from analysis.judgements.certainty import standing
from analysis.printing.numbers import EN_DASH, NO_BREAK
from analysis.printing.printer import Phrase, Printer
from analysis.results.states import by_state
from analysis.results.tree import CountedOutcome, Outcome, Review
from analysis.synthesis.outcome_shapes import MEASURES, no_effect
from analysis.synthesis.pooling import LEVEL
from analysis.tables.grading import direction, effect_found, rating, trials_read

BEGIN = "<!-- The answer in numbers. `python -m analysis readme` writes it; do not edit it here. -->"
END = "<!-- End of the answer. -->"
HEADS = ("Outcome", "Trials (patients)", f"Effect ({100 * LEVEL:g}% CI)", "Certainty")


class NoPlace(ValueError):
    """A README without the two comments, or that cannot be read; the message says what to add."""


def answer(review: Review) -> str:
    """The block between the comments: the primary result in a sentence, then a line for each outcome."""
    printer = Printer(review)
    lines = [primary(printer), "", *table(printer)]
    return "\n".join(lines).replace(NO_BREAK, " ")


def primary(printer: Printer) -> str:
    """The primary result, whatever its state."""
    key = printer.tree.evidence.primary.key
    outcome: Outcome = printer.tree.outcomes[key]
    said = by_state(
        printer,
        key,
        none="no trial gives {name} per arm, so there is no estimate",
        unusable="no effect on {name} can be had from the numbers that were read",
        one="one trial has an effect on {name}: {measure} {short:.only}{unit}",
        several="{word:.k} trials have an effect on {name}, fewer than are needed to pool",
        pooled="{name}: the pooled {measure} is {estimate}{unit}, from {word:.k_shown} trials with "
        "{.participants_shown} patients",
    ).capital.text
    return f"**{said}.{interval(outcome)}**{certain(printer, key)}"


def interval(outcome: Outcome) -> str:
    """A sentence on what the interval says; "" without a pooled result."""
    pooled, nothing = outcome.to_read, no_effect(outcome.measure)
    if pooled is None:
        return ""
    which = "modified interval, the wider one," if outcome.wider else "interval"
    if pooled.low <= nothing <= pooled.high:
        return f" The {which} includes no effect ({nothing:g})."
    return f" The {which} lies {'below' if pooled.high < nothing else 'above'} no effect ({nothing:g})."


def certain(printer: Printer, key: str) -> str:
    """A sentence on the certainty; "" where nothing was rated."""
    return (
        f" {printer.say('Certainty (GRADE): {.certainty}.', f'certainty.{key}').text}" if rated(printer, key) else ""
    )


def rated(printer: Printer, key: str) -> bool:
    """Whether the certainty was rated. Raises ``RatingFails`` where a rating does not stand."""
    return bool(printer.tree.evidence.certainty and standing(printer.tree, key).ratings)


def table(printer: Printer) -> Iterator[str]:
    """A Markdown table; the column of certainty only where something was rated."""
    asked = printer.tree.evidence.outcomes
    width = len(HEADS) if any(rated(printer, one.key) for one in asked) else len(HEADS) - 1
    yield row(HEADS[:width])
    yield "|" + "---|" * width
    for one in asked:
        yield row(cells(printer, one)[:width])


def row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def cells(printer: Printer, asked: AskedOutcome) -> tuple[str, ...]:
    """One outcome's line: what was read, the pooled effect or the directions that trials stated, the certainty."""
    key = asked.key
    outcome = printer.tree.outcomes.get(key)
    counted = isinstance(outcome, CountedOutcome)
    pooled = outcome is not None and outcome.pooled is not None
    read = printer.say("{.k_shown} ({.participants_shown})", key) if counted or pooled else trials_read(printer, key)
    shown = outcome is not None and (counted or outcome.shown is not None)
    found = effect_found(printer, key, outcome) if outcome is not None and shown else direction(printer, key)
    certainty = rating(printer, key) if rated(printer, key) else EN_DASH
    return asked.in_findings, text(read), with_measure(outcome, text(found)), text(certainty)


def with_measure(outcome: Outcome | None, said: str) -> str:
    """A pooled ratio with the name of its measure; differences have theirs already."""
    if isinstance(outcome, CountedOutcome) and outcome.shown is not None:
        return f"{MEASURES[outcome.measure].lower()} {said}"
    return said


def text(said: Phrase | str) -> str:
    return said if isinstance(said, str) else said.text


def with_answer(page: str, review: Review, name: str) -> str:
    """The README with the present answer in its place. Raises ``NoPlace``."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise NoPlace(f"{name} has no place for the answer. Remedy: add these two lines to it, once:\n{BEGIN}\n{END}")
    return f"{before}{BEGIN}\n\n{answer(review)}\n\n{END}{after}"


def update(path: Path, review: Review, check: bool = False) -> bool:
    """Write the answer into the README at ``path`` unless it is there, or only ``check``; whether it was there."""
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NoPlace(f"{path} can't be read: {error}") from None
    wanted = with_answer(page, review, path.name)
    if wanted != page and not check:
        write_whole(path, wanted)
    return wanted == page
