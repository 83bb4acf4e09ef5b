"""From an unrounded value to the text that stands in the paper. The only place where anything is rounded.

One rule per kind of quantity (``RULES``), so that the same value prints alike in prose, tables, captions, figures
and alternative texts.

What holds for every rule:

- Rounding happens once, from the value in the tree of results, never from a text or a rounded value.
- Half is rounded away from zero (0.125 → 0.13), as journals and readers with a pencil do it, and not to the even
  neighbour. What is halved is the shortest decimal form of the value: 2.675 prints as 2.68, although the binary
  number nearest to it lies a trace below.
- A negative number has the minus sign U+2212; what rounds to zero has none.
- Thousands are set off by a comma, from 1,000.
- An interval is joined by "to" in sentences and, where no bound can be negative, by an en dash in tables and figures.
- No-break spaces hold together what a line must not break: "RR 0.80", "95% CI", "P = 0.27".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from analysis.printing import cells

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
UNROUNDED = "unrounded"
#: below this a difference of two measurements is what floats leave of 0
NOTHING = 1e-12
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
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
    return f"{abs(exact):,f}" if exact == 0 else f"{exact:,f}".replace("-", MINUS)


def ratio(value: float) -> str:
    """Two decimals; a small ratio keeps two significant digits, a large one loses decimals that say nothing.

    Beyond a thousand times in either direction only that is said: what is printed is the bound of an interval from
    two or three trials.
    """
    if value <= 0:
        raise CannotPrint(f"{value!r} is no ratio: it must be above 0")
    if value < 0.0005:
        return "<0.001"
    if 1000.5 <= value < math.inf:
        return ">1,000"
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


def p_in_sentence(value: float) -> str:
    """As ``p_value``, with a no-break space after a leading < or >."""
    return re.sub("^([<>])", rf"\1{NO_BREAK}", p_value(value))


def count(value: float) -> str:
    """A whole number as it is; anything else is refused."""
    if value != int(value):
        raise CannotPrint(f"{value!r} is no count: it must be a whole number")
    return rounded(value, 0)


def percent(value: float) -> str:
    """Whole percent."""
    return f"{rounded(100 * value, 0)}%"


def posterior_probability(value: float) -> str:
    """Whole percent; never 0% and never 100%."""
    if not 0 <= value <= 1:
        raise CannotPrint(f"{value!r} is no probability")
    return "<1%" if value < 0.01 else ">99%" if value > 0.99 else percent(value)


def percentage_points(value: float) -> str:
    """A hundred times the difference of two risks, with one decimal."""
    return rounded(100 * value, 1)


def variance(value: float) -> str:
    """Three decimals, fewer from 10 as for a measurement; a boundary estimate prints as 0."""
    if value >= 9.9995:
        return in_unit(value)
    return "0" if value == 0 else "<0.001" if value < 0.0005 else rounded(value, 3)


def three_decimals(value: float) -> str:
    """Three decimals."""
    return rounded(value, 3)


def two_decimals(value: float) -> str:
    """Two decimals."""
    return rounded(value, 2)


def in_unit(value: float) -> str:
    """Two decimals; fewer from 100, as more would say nothing, and two significant digits below 0.1.

    A measurement may have any unit, so its size says how far its digits are known: 26,609; 108.7; 14.30; 0.0049.
    Exactly 0, and what is 0 but for the last bits of a float, prints as 0.
    """
    size = abs(value)
    if size < NOTHING:
        return "0"
    if size < 0.095:
        return rounded(value, 1 - math.floor(math.log10(size)))
    return rounded(value, 2 if size < 99.995 else 1 if size < 999.95 else 0)


def by_size(value: float) -> str:
    """Two decimals below 10, one below 100, none above; two significant digits below 0.1."""
    size = abs(value)
    return in_unit(value) if size < 9.995 else rounded(value, 1 if size < 99.95 else 0)


def whole(value: float) -> str:
    """The nearest whole number."""
    return rounded(value, 0)


def year(value: float) -> str:
    """Four figures, no comma."""
    return str(int(value))


def verbatim(value: object) -> str:
    """The words themselves."""
    return str(value)


def unrounded(value: Any) -> str:
    """Ten significant digits; whole numbers and words as they are."""
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        raise CannotPrint(f"{value!r} is not a finite number")
    return f"{value:.10g}".replace("-", MINUS)


def deviation(value: float) -> str:
    """Two digits and a power of ten; exact agreement prints as 0."""
    if value == 0:
        return "0"
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits}\u00a0×\u00a010{str(int(power)).translate(RAISED)}"


RULES: dict[str, Callable[[Any], str]] = {
    "ratio": ratio,
    "log ratio": three_decimals,
    "difference": in_unit,
    "mean difference": by_size,
    "measurement": in_unit,
    "percentage points": percentage_points,
    "variance": variance,
    "fraction": percent,
    "statistic": two_decimals,
    "probability": p_value,
    "posterior probability": posterior_probability,
    "count": count,
    "per 1000": whole,
    "days": count,
    "year": year,
    "text": verbatim,
    UNROUNDED: unrounded,
    "deviation": deviation,
    cells.KIND: cells.as_read,
}

#: what the log calls a count in words, and a p-value that follows "P"
IN_WORDS, P_IN_SENTENCE = "count in words", "probability in a sentence"

#: kinds whose values may be negative, so that a dash between bounds could be taken for a sign
SIGNED = ("log ratio", "difference", "mean difference", "measurement", "percentage points")


def texts(kind: str, value: Any) -> list[str]:
    """Every text that may stand for a value of ``kind``: by the kind's rule, and in words or after "P"."""
    shown = [RULES[kind](value)]
    if kind == "count":
        shown += [word(value), word(value).capitalize()]
    if kind == "probability":
        shown.append(p_in_sentence(value))
    if kind != cells.KIND:
        shown.append(unrounded(value))
    return list(dict.fromkeys([*shown, *(text[:1].upper() + text[1:] for text in shown if kind == "text")]))


def word(value: float) -> str:
    """A count as a word up to twelve, in figures above: the way a sentence spells it."""
    text = count(value)
    return WORDS[int(value)] if 0 <= value < len(WORDS) else text
