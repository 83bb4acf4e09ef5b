"""Words for moderators and small-study effects, and the sentences that stand where there are none."""

from __future__ import annotations

import re

from analysis.evidence.rows_question import GROUP
from analysis.printing.printer import Phrase, Printer, phrase
from analysis.results.states import called
from analysis.results.tree import Review
from analysis.synthesis.moderators import Asked, Declined
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.synthesis.small_studies import Untested

#: measure → the same of several
EFFECTS = {
    "RR": "risk ratios",
    "OR": "odds ratios",
    "RD": "risk differences",
    "MD": "mean differences",
    "SMD": "standardised mean differences",
    "ROM": "ratios of means",
    "GMR": "ratios of geometric means",
}


def contrast(measure: str) -> str:
    """What compares two effects: ``ratio of risk ratios``, ``difference of mean differences``."""
    return f"{'ratio' if is_ratio(measure) else 'difference'} of {EFFECTS[measure]}"


class NotAsked(LookupError):
    """A document asks for a characteristic by which effects were not asked to differ, or in the wrong way."""


def not_answered(printer: Printer, key: str, characteristic: str) -> Phrase:
    """Why it is not shown whether effects on the outcome at ``key`` differ by a characteristic.

    Raises ``NotAsked`` where that was not asked, or where its answer is of the other kind.
    """
    review: Review = printer.tree
    found = review.moderators.get(key, {}).get(characteristic)
    if found is not None:
        is_group = found.kind == GROUP
        raise NotAsked(
            f"the characteristic {characteristic!r} of {key!r} is {'a group' if is_group else 'a number'}. "
            f"Remedy: draw it with {'subgroups' if is_group else 'bubble'}"
        )
    if characteristic in review.moderators_declined.get(key, {}):
        at = f"moderators_declined.{key}.{characteristic}"
        declined = review.moderators_declined[key][characteristic]
        return phrase(printer.capital(f"{at}.label"), ": ", refusal(printer, at, declined))
    known = [*review.moderators.get(key, {}), *review.moderators_declined.get(key, {})]
    raise NotAsked(
        f"whether effects on {key!r} differ by {characteristic!r} is not asked in data/moderators.csv. "
        f"Remedy: name one of {', '.join(known)}"
        if known
        else f"whether effects on {key!r} differ by {characteristic!r}, or by anything, is not asked in "
        "data/moderators.csv. Remedy: write a row there"
    )


def not_tested(printer: Printer, key: str) -> Phrase:
    """Why the funnel of the outcome at ``key`` was not tested."""
    review: Review = printer.tree
    if key in review.small_studies_declined:
        return refusal(printer, f"small_studies_declined.{key}", review.small_studies_declined[key])
    return printer.say("The funnel plot of {name} was not tested.", name=called(printer, key))


def refusal(printer: Printer, at: str, declined: Declined | Untested) -> Phrase:
    """The sentence of a refusal, its numbers printed one by one, so that it can be broken into lines."""
    keys = {str(declined.needed): f"{at}.needed", str(declined.k): f"{at}.k"}
    parts = re.split(r"(\d+)", declined.sentence)
    if not set(parts[1::2]) <= keys.keys():
        return printer.say("{.sentence}", at)
    return phrase(*(printer(keys[part]) if position % 2 else part for position, part in enumerate(parts)))


def left_out(printer: Printer, at: str, asked: Asked) -> Phrase:
    """The trials without a value, by name; nothing where there are none. ``at`` is the key of what was asked."""
    if not asked.left_out:
        return phrase()
    names: list[Phrase | str] = []
    for name in asked.left_out:
        names += [", " if names else "", phrase(printer(f"{at}.left_out.{name}.label"))]
    return phrase("Left out, as no value was read: ", *names, ".")


def units(printer: Printer, at: str, asked: Asked) -> Phrase:
    """The unit of the characteristic with a space before it; nothing where it has none."""
    return printer.say("\N{NO-BREAK SPACE}{.unit}", at) if asked.unit else phrase()


def heterogeneity(printer: Printer, at: str, asked: Asked) -> Phrase:
    """``I² 68%, τ² 0.076, R² 76%``, of a regression."""
    share = ", R²~{.r2}" if getattr(asked, "r2", None) is not None else ""
    return printer.say(f"Residual heterogeneity: I²~{{.i2}}, τ²~{{.tau2}}{share}", at)


def interaction(printer: Printer, at: str) -> Phrase:
    """Both tests of the same effect in all groups."""
    return printer.say(
        "Test for differences between groups: each with its own τ², Q~{.separate.q} on {.separate.q_df}~df, "
        "{p:.separate.p_value}; with a common τ² of~{.common.tau2}, Q~{.common.q} on {.common.q_df}~df, "
        "{p:.common.p_value}.",
        at,
    )


def slope(printer: Printer, at: str, asked: Asked) -> Phrase:
    """``Ratio of risk ratios for 10 degrees more: 0.75 (95% CI 0.62 to 0.90), P = 0.005``."""
    head = contrast(asked.measure).capitalize()
    return printer.say(
        f"{head} for {{.per}}{{unit}} more: {{estimate:.change}}, {{p:.p_value}}",
        at,
        unit=units(printer, at, asked),
    )


def asymmetry(printer: Printer, key: str) -> Phrase:
    """Egger's test in one sentence."""
    return printer.say(
        "Egger's test: bias {.bias} ({.level}~CI {interval:.|bias_low|bias_high}), {p:.p_value}; {.k} trials.",
        f"small_studies.{key}",
    )
