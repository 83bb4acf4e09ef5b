"""Sentences that follow the state of the evidence: the one that is true of as many trials as there are now.

What can be said of an outcome depends on how many trials have an effect. A document gives the sentence for each case,
and the results choose:

``none``       no trial gives numbers per arm
``unusable``   trials give numbers per arm, but an effect can be had from none of them
``one``        one trial has an effect
``several``    more have one, but fewer than are needed to pool
``pooled``     they are pooled
``some``       stands for each of the last three that has no sentence of its own
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from analysis.printing.cells import key_of
from analysis.printing.printer import Phrase, Printed, Printer, phrase
from analysis.results.tree import Outcome, Review, TrialResult
from analysis.synthesis.entries import MeasuredEntry
from analysis.synthesis.outcome_shapes import MEASURES, no_effect

NONE, UNUSABLE, ONE, SEVERAL, POOLED, SOME = "none", "unusable", "one", "several", "pooled", "some"
STATES = (NONE, UNUSABLE, ONE, SEVERAL, POOLED)


class NoSentence(LookupError):
    """A document has no sentence for the present state of an outcome, or one for a state that does not exist."""


def state_of(review: Review, key: str) -> str:
    """The state of the outcome at ``key``, one of ``STATES``."""
    outcome = review.outcomes[key]
    if outcome.pooled is not None:
        return POOLED
    stated = review.biomarkers.get(key)
    if not outcome.k and (outcome.k_shown or (stated is not None and stated.with_numbers)):
        return UNUSABLE
    return outcome.state


def by_state(printer: Printer, key: str, **sentences: str) -> Phrase:
    """The sentence for the present state of the outcome at ``key``, a template that goes on from it.

    ``{name}`` in it is the outcome, ``{measure}`` its measure, ``{unit}`` the unit of its differences, and
    ``{pooled}`` or ``{estimate}`` its pooled result (``pooled``, ``estimate``). A key that goes on with ``.only``
    leads to the one trial with an effect (``{short:.only}``), one with ``.to_read`` to the result whose interval is
    to be read (``to_read``). Raises ``NoSentence`` for a state without a sentence, and for a sentence of an unknown
    state.
    """
    outcome: Outcome = printer.tree.outcomes[key]
    state = state_of(printer.tree, key)
    unknown = sentences.keys() - {*STATES, SOME}
    if unknown:
        raise NoSentence(
            f"{', '.join(sorted(unknown))}: no such state of {outcome.name}. "
            f"Remedy: name {', '.join((*STATES, SOME))}"
        )
    chosen = sentences.get(state, sentences.get(SOME) if outcome.k else None)
    if chosen is None:
        raise NoSentence(
            f"{outcome.name} is in the state {state!r} ({outcome.k} trials with an effect), for which there is no "
            f"sentence among those for {', '.join(sentences) or 'no state'}. Remedy: write one for {state!r}"
        )
    chosen = chosen.replace(".only", f".{only(outcome)}").replace(".to_read", to_read(printer, key)[len(key) :])
    named = called(printer, key) if "{name}" in chosen else ""
    in_unit = unit(printer, key) if "{unit}" in chosen else ""
    # printed one after the other, as they stand, so that the log of what was printed has their order
    said = []
    for part in re.split(r"(\{pooled\}|\{estimate\})", chosen):
        if part == "{pooled}":
            said.append(pooled(printer, key))
        elif part == "{estimate}":
            said.append(estimate(printer, key))
        elif part:
            said.append(printer.say(part, key, name=named, unit=in_unit, measure=MEASURES[outcome.measure].lower()))
    return phrase(*said)


def to_read(printer: Printer, key: str) -> str:
    """The key of the pooled result whose interval is to be read: the modified one where it is the wider."""
    return f"{key}.modified" if printer.tree.outcomes[key].wider else f"{key}.pooled"


def pooled(printer: Printer, key: str) -> Phrase:
    """``0.80 (0.49–1.30)``: the pooled result; with the modified interval where that is wider and so to be read.

    ``0.97 (0.17–5.38; modified 0.15–6.05)`` then: what is concluded follows from the second.
    """
    if not printer.tree.outcomes[key].wider:
        return printer.short(f"{key}.pooled")
    both = "{interval:.pooled|low|high|–}; modified {interval:.modified|low|high|–}"
    return printer.say(f"{{.pooled.estimate}} ({both})", key)


def estimate(printer: Printer, key: str, measure: str = "") -> Phrase:
    """``RR 0.80 (95% CI 0.49 to 1.30)``: the pooled result for prose, with the modified interval as in ``pooled``."""
    if not printer.tree.outcomes[key].wider:
        return printer.estimate(f"{key}.pooled", measure)
    lead = f"{measure}~" if measure else ""
    return printer.say(
        f"{lead}{{.pooled.estimate}} ({{.pooled.level}}~CI {{interval:.pooled}}; modified {{interval:.modified}})",
        key,
    )


def of_all(
    printer: Printer,
    keys: Sequence[str],
    all_none: str,
    before: str = "",
    after: str = "",
    begins: bool = False,
    **sentences: str,
) -> Phrase:
    """One sentence where no trial gives any of the outcomes per arm, else one for each of them, by its state.

    The sentences, which begin with a small letter, are joined by semicolons, between ``before`` and ``after``; the
    first has a capital where it ``begins`` a sentence of the document.
    """
    if all(state_of(printer.tree, key) == NONE for key in keys):
        said = printer.say(all_none)
    else:
        said = phrase(before, *joined(by_state(printer, key, **sentences) for key in keys), after)
    return said.capital if begins and isinstance(said.parts[0], str) else said


def joined(said: Iterable[Phrase]) -> Iterator[Phrase | str]:
    """Phrases with semicolons between them."""
    for number, one in enumerate(said):
        yield "; " if number else ""
        yield one


def whether(printer: Printer, keys: Sequence[str], none: str, some: str) -> Phrase:
    """The sentence for outcomes of which no trial gives any per arm, or the one for all other cases."""
    return printer.say(none if all(state_of(printer.tree, key) == NONE for key in keys) else some)


def by_number(printer: Printer, key: str, zero: str, one: str, more: str) -> Phrase:
    """The sentence for the count at ``key``: a template each for none, for one, and for more."""
    number = printer.find(key).value
    return printer.say(zero if number == 0 else one if number == 1 else more)


def by_part(
    printer: Printer,
    part: str,
    of: str,
    *,
    zero: str,
    one: str,
    more: str,
    partly: str,
    none: str,
    partly_one: str = "",
    none_one: str = "",
) -> Phrase:
    """The sentence for the count at ``of``, of which ``part`` counts some: a template each.

    ``zero`` if there is nothing to count; ``one`` and ``more`` where the part is the whole, ``partly`` where it is
    less (``partly_one`` where it is one), and ``none`` where there is none of it (``none_one`` of a single one).
    """
    number, counted = printer.find(of).value, printer.find(part).value
    if number and not counted:
        return printer.say(none_one if number == 1 and none_one else none)
    if counted < number:
        return printer.say(partly_one if counted == 1 and partly_one else partly)
    return by_number(printer, of, zero, one, more)


def without_effect(trial: TrialResult) -> str:
    """Why a trial has no effect, in words without the numbers of the test behind it."""
    skewed = isinstance(trial.entry, MeasuredEntry) and trial.entry.skewed
    return "skewed data, not converted" if skewed else trial.why_not


def called(printer: Printer, key: str) -> Printed | str:
    """The outcome's name in print; as a cell of the evidence where it has a figure in it, which needs its origin."""
    outcome: Outcome = printer.tree.outcomes[key]
    if not any(map(str.isdecimal, outcome.name)):
        return outcome.name
    return printer.cell(printer.tree.evidence.outcome(key).row_id, "in_print")


def unit(printer: Printer, key: str) -> Phrase:
    """The unit of an outcome's differences with a space before it; nothing for ratios and standardised means."""
    outcome: Outcome = printer.tree.outcomes[key]
    if outcome.measure != "MD":
        return phrase()
    return phrase("\N{NO-BREAK SPACE}", printer.cell(printer.tree.evidence.outcome(key).row_id, "unit"))


def only(outcome: Outcome) -> str:
    """The key of the one trial with an effect, to go on from the outcome; "" where there are none or more."""
    found = [name for name, trial in outcome.trials.items() if trial.estimable]
    return f"trials.{found[0]}" if len(found) == 1 else ""


def measure_head(printer: Printer, key: str, measure: str = "") -> str:
    """How the outcome's measure, or another one, reads in a head: ``Risk ratio``, or ``Mean difference, mg/L``.

    A template of ``Printer.say``, in which the unit is a cell of the evidence.
    """
    asked = printer.tree.evidence.outcome(key)
    chosen = measure or printer.tree.outcomes[key].measure
    return MEASURES[chosen] + (f", {{{key_of(asked.row_id, 'unit')}}}" if chosen == "MD" else "")


def answered(printer: Printer, key: str) -> Phrase:
    """How far a claim that the treatment does better on an outcome can be answered from comparisons between arms.

    Only effects of eligible trials count: supported or contradicted where the interval lies on one side of no effect,
    not confirmed where it includes it, not verifiable where there is none, or none that may be pooled. Where the
    modified interval is wider than the primary one, it decides.
    """
    outcome: Outcome = printer.tree.outcomes[key]
    shown = outcome.shown
    if shown is None or shown.low is None or shown.high is None:
        return printer.say("not verifiable" if not outcome.k else "not verifiable: too few trials to pool")
    trials = "one trial" if outcome.k == 1 else f"{{word:{key}.k}} trials, pooled"
    nothing = no_effect(outcome.measure)
    which = "the modified" if outcome.wider else "the"
    if shown.low <= nothing <= shown.high:
        return printer.say(f"not confirmed by {trials}: {which} interval includes {nothing:g}")
    better = (shown.high < nothing) == (outcome.better == "lower")
    return printer.say(f"{'supported' if better else 'contradicted'} by {trials}")


def not_pooled(printer: Printer, key: str) -> Phrase:
    """Why there is no pooled result, for the place of a table or a figure that would show it."""
    return by_state(
        printer,
        key,
        none="No trial gives {name} per arm in the available text, so nothing is pooled.",
        unusable="No effect on {name} can be had from the numbers that were read, so nothing is pooled.",
        one="One trial has an effect on {name}: it is not pooled.",
        several="Only {word:.k} trials have an effect on {name}, fewer than are needed to pool.",
        pooled="Nothing of this kind follows from the trials pooled for {name}.",
    )
