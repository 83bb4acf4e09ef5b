"""Numbers as they stand in print: found in quoted words, with the digits that were printed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from analysis.methods.consistency import Rounded, rounded

#: of a quotation, by the rule of this review
MOST_QUOTED_WORDS = 25
NUMBER = re.compile(r"(?P<sign>[-−–]\s?)?(?P<digits>\d+(?:\.\d+)?|\.\d+)")
#: "1.2 × 10⁻⁵", "1×10−5" (as raised digits are copied), "3 x 10^-4", "2e-5"; of the exponent three digits at most
POWER = re.compile(
    r"(?P<digits>\d+(?:\.\d+)?|\.\d+)(?:\s*[×xX·⋅∙*]\s*10(?:"
    r"(?P<sup>\s?[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|\s?(?:\^|\*\*|<sup>)\s?[({]?\s?(?P<raised>[-−–‐‑+]?\s?\d{1,3})"
    r"|(?P<flat>\d{1,2}|\s?[-−–‐‑]\s?\d{1,3}))|[eE](?P<e>[-−–‐‑+]?\d{1,3}))(?![\d.]*\d)"
)
#: a power of ten alone: "10⁻⁵", "10^-5", "10−5"
TEN = re.compile(
    r"(?<![\d.])10(?:(?P<sup>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|(?:\^|\*\*|<sup>)\s?[({]?\s?(?P<raised>[-−–‐‑+]?\s?\d{1,3})"
    r"|(?P<flat>[-−–‐‑]\d{1,3}))(?![\d.]*\d)"
)
PLAIN_EXPONENT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−–‐‑", "0123456789-+----", "  ")
NUMBER_WORDS = {
    "zero": 0, "no": 0, "none": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20,
}  # fmt: skip
WORD = re.compile(r"[A-Za-z]+")
WORDS_OR_DIGITS = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?|\.\d+")
#: length of a month and of a year in days
MONTH, YEAR = 365 / 12, 365
LETTER_OR_DIGIT = re.compile(r"\w")
NAMED_P = re.compile(r"\b[pP]\s*(?:-?\s*value)?\s*[=<>≤≥]\s*\d*\.?\d*")
P_VALUE, P_DIGITS = re.compile(r"\b[pP]\s*(?:-value)?\s*=\s*"), re.compile(r"0?\.\d+")


@lru_cache(maxsize=4096)
def numbers_in(text: str) -> frozenset[float]:
    """Numbers that a text holds. ".05" is 0.05; a minus may stand apart from its digits, as typesetting often has
    it; since a hyphen may also be a range, a number after one counts with both signs. 1.2 × 10⁻⁵ is 0.000012 too."""
    found = {float(power.value) for power in _powers_in(text)}
    for match in NUMBER.finditer(text):
        value = float(match["digits"])
        found.add(value)
        if match["sign"]:
            found.add(-value)
    return frozenset(found)


@lru_cache(maxsize=4096)
def numbers_told_by(text: str) -> frozenset[float]:
    """Numbers in figures, and small ones in words ("Six", "none")."""
    words = {word.lower() for word in WORD.findall(text)}
    return numbers_in(text) | {float(NUMBER_WORDS[word]) for word in words if word in NUMBER_WORDS}


def counts_in_order(text: str) -> list[float]:
    """Numbers told by a text, in figures or words, in the order of reading, signs left aside."""
    parts = (part.lower() for part in WORDS_OR_DIGITS.findall(text))
    return [
        float(NUMBER_WORDS[part]) if part in NUMBER_WORDS else float(part)
        for part in parts
        if part in NUMBER_WORDS or not part.isalpha()
    ]


@lru_cache(maxsize=4096)
def as_printed(value: float, quotation: str) -> Rounded:
    """The number with the digits that the quotation gives it (a cell 0.3 may have been printed as 0.30).

    A cell 0.000012 may have been printed as 1.2 × 10⁻⁵, and so known to 0.05 × 10⁻⁵. A value that the quotation does
    not hold is taken with the digits that it needs.
    """
    size = abs(value)
    forms = [power for power in _powers_in(quotation) if float(power.value) == size]
    forms += [rounded(match["digits"]) for match in NUMBER.finditer(quotation) if float(match["digits"]) == size]
    found = min(forms, key=lambda form: form.half) if forms else rounded(f"{Decimal(f'{size:.15g}'):f}")
    return found if value >= 0 else Rounded(-found.value, found.half)


def decimals_in(text: str) -> list[Rounded]:
    """Numbers that a text prints with a decimal point, as they are rounded there; no signs, no P values."""
    plain = NAMED_P.sub(" ", text)
    return [rounded(match["digits"]) for match in NUMBER.finditer(plain) if "." in match["digits"]]


def _powers_in(text: str) -> list[Rounded]:
    """Numbers that a text writes with a power of ten, as they are rounded there, without their signs."""
    found = []
    for pattern in (POWER, TEN):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            exponent = next(part for name, part in parts.items() if name != "digits" and part)
            power = int(exponent.translate(PLAIN_EXPONENT))
            found.append(rounded(parts.get("digits", "1")).times_power_of_ten(power))
    return found


def p_values_in(quotation: str) -> list[Rounded]:
    """P-values that a quotation states with an equals sign, in the order of reading."""
    found = []
    for match in P_VALUE.finditer(quotation):
        rest = quotation[match.end() :]
        power = POWER.match(rest) or TEN.match(rest)
        plain = P_DIGITS.match(rest)
        if power:
            found += _powers_in(power[0])[:1]
        elif plain:
            found.append(rounded(plain[0]))
    return found


def quoted_words(text: str) -> int:
    """Words of a quotation: runs between spaces that hold a letter or digit, so bars and ellipses do not count."""
    return sum(1 for part in text.split() if LETTER_OR_DIGIT.search(part))
