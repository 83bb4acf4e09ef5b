"""From an unrounded value to the text that stands in the paper. The only place where anything is rounded.

One rule per kind of quantity (``RULES``), so that the same value prints alike in prose, tables, captions, figures
and alternative texts. Rounding happens once, from the exact binary value's shortest decimal form, half away from
zero (0.125 → 0.13), as readers with a pencil do it. A printed text carries the key it came from.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from analysis.quantities import look_up

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


class CannotPrint(ValueError):
    """A value that its rule cannot turn into text: missing, not a number, or outside what the kind allows."""


def rounded(value: float, places: int) -> str:
    """``value`` with ``places`` decimals, half away from zero, thousands separated, a true minus sign.

    A value that rounds to zero loses its sign.
    """
    if not math.isfinite(value):
        raise CannotPrint(f"{value!r} is not a finite number")
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(exact):,}" if exact == 0 else f"{exact:,}".replace("-", MINUS)


def ratio(value: float) -> str:
    """Two decimals; a small ratio keeps two significant digits, a large one loses decimals that say nothing."""
    if value <= 0:
        raise CannotPrint(f"{value!r} is no ratio: it must be above 0")
    if value < 0.095:
        return rounded(value, 3)
    return rounded(value, 2 if value < 9.995 else 1 if value < 99.95 else 0)


def p_value(value: float) -> str:
    """Two decimals, three below 0.1; never 0 and never 1."""
    if not 0 <= value <= 1:
        raise CannotPrint(f"{value!r} is no probability")
    if value < 0.001:
        return "<0.001"
    if value > 0.99:
        return ">0.99"
    return rounded(value, 3 if value < 0.0995 else 2)


def count(value: float) -> str:
    if value != int(value):
        raise CannotPrint(f"{value!r} is no count: it must be a whole number")
    return rounded(value, 0)


def percent(value: float) -> str:
    return f"{rounded(100 * value, 0)}%"


def percentage_points(value: float) -> str:
    return rounded(100 * value, 1)


def variance(value: float) -> str:
    """Three decimals; a boundary estimate prints as 0."""
    return "0" if value == 0 else "<0.001" if value < 0.0005 else rounded(value, 3)


RULES: dict[str, Callable[[Any], str]] = {
    "ratio": ratio,
    "log ratio": lambda value: rounded(value, 3),
    "difference": lambda value: rounded(value, 2),
    "percentage points": percentage_points,
    "variance": variance,
    "fraction": percent,
    "statistic": lambda value: rounded(value, 2),
    "probability": p_value,
    "count": count,
    "per 1000": lambda value: rounded(value, 0),
    "days": count,
    "year": lambda value: str(int(value)),
    "text": str,
}


def word(value: float) -> str:
    """A count as a word up to twelve, in figures above: the way a sentence spells it."""
    text = count(value)
    return WORDS[int(value)] if 0 <= value < len(WORDS) else text


@dataclass(frozen=True, slots=True)
class Printed:
    """A text with the key of the result that it prints. In a document it is a span that carries the key."""

    text: str
    key: str

    def __str__(self) -> str:
        return f'[{escaped(self.text)}]{{data-key="{self.key}"}}'

    def _repr_markdown_(self) -> str:
        return str(self)

    @property
    def capital(self) -> Printed:
        """The same with a capital letter, for the start of a sentence."""
        return Printed(self.text[:1].upper() + self.text[1:], self.key)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several printed texts joined by words, for instance an estimate with its interval."""

    parts: tuple[Printed | str, ...]

    def __str__(self) -> str:
        return "".join(str(part) if isinstance(part, Printed) else escaped(part) for part in self.parts)

    def _repr_markdown_(self) -> str:
        return str(self)

    @property
    def text(self) -> str:
        """The plain text, for figures and alternative texts."""
        return "".join(part.text if isinstance(part, Printed) else part for part in self.parts)


def escaped(text: str) -> str:
    """``text`` as Markdown that prints it letter for letter."""
    for sign in "\\`*_[]<>$#@|~^":
        text = text.replace(sign, "\\" + sign)
    return text


@dataclass(frozen=True)
class Printer:
    """Prints from one tree of results.

    ``printer("deaths.rr.estimate")`` finds value and kind, applies the kind's rule and returns a ``Printed``.
    """

    tree: Any

    def __call__(self, key: str) -> Printed:
        found = look_up(self.tree, key)
        return Printed(self.apply(key, RULES[found.kind], found.value), key)

    def word(self, key: str) -> Printed:
        """A count in words, as in "five trials"."""
        return Printed(self.apply(key, word, look_up(self.tree, key).value), key)

    def interval(self, key: str, low: str = "low", high: str = "high", join: str = " to ") -> Phrase:
        """``0.49 to 1.30``: the bounds found at ``key.low`` and ``key.high``."""
        return Phrase((self(f"{key}.{low}"), join, self(f"{key}.{high}")))

    def estimate(self, key: str, measure: str = "") -> Phrase:
        """``RR 0.80 (95% CI 0.49 to 1.30)``: estimate with its confidence interval, for prose."""
        lead = f"{measure}{NO_BREAK}" if measure else ""
        level = self(f"{key}.level")
        bounds = self.interval(key).parts
        return Phrase((lead, self(f"{key}.estimate"), " (", level, f"{NO_BREAK}CI ", *bounds, ")"))

    def short(self, key: str) -> Phrase:
        """``0.80 (0.49–1.30)``: estimate with its interval, for tables and figures that name the level once."""
        return Phrase((self(f"{key}.estimate"), " (", *self.interval(key, join=EN_DASH).parts, ")"))

    def prediction(self, key: str, join: str = " to ") -> Phrase:
        """The bounds of the prediction interval."""
        return self.interval(key, "prediction_low", "prediction_high", join)

    def p(self, key: str) -> Phrase:
        """``P = 0.27`` or ``P < 0.001`` from the p-value at ``key``."""
        shown = self(key)
        sign = "" if shown.text[0] in "<>" else f"{NO_BREAK}={NO_BREAK}"
        body = Printed(f"{NO_BREAK}{shown.text[0]}{NO_BREAK}{shown.text[1:]}", key) if not sign else shown
        return Phrase(("P", sign, body))

    def apply(self, key: str, rule: Callable[[Any], str], value: Any) -> str:
        if value is None:
            raise CannotPrint(f"{key} is not known, so it cannot be printed")
        try:
            return rule(value)
        except CannotPrint as error:
            raise CannotPrint(f"{key}: {error}") from None
