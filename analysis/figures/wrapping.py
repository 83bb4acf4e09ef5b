"""Breaks a phrase into lines that fit, by the measures of the font; a printed number is never broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath, TextToPath

from analysis.figures.svg_text import FAMILIES
from analysis.printing.numbers import NO_BREAK
from analysis.printing.printer import Phrase, Printed, phrase

POINTS_PER_INCH = 72
#: renderers fit letters to their pixels, which makes a line a little longer than the font says
SLACK = 0.97
#: a space, but not one before or after an equals sign
BREAK = re.compile("(?<!=) (?!=)")


def wrapped(shown: Phrase | Printed | str, inches: float, points: float, weight: str = "normal") -> Phrase:
    """``shown`` with line ends in place of the spaces at which it must break; further lines keep their indent."""
    room = inches * POINTS_PER_INCH * SLACK
    parts: list[Printed | str] = []
    for number, line in enumerate(phrase(shown).lines()):
        parts.append("\n" if number else "")
        indent = line.text[: len(line.text) - len(line.text.lstrip(NO_BREAK))]
        reached = ""
        for word in words(line):
            text = "".join(part.text if isinstance(part, Printed) else part for part in word)
            if reached and length(f"{reached} {text}", points, weight) > room:
                parts.append(f"\n{indent}")
                reached = indent + text
            else:
                parts.append(" " if reached else "")
                reached = f"{reached} {text}" if reached else text
            parts += word
    said = phrase(*parts)
    return phrase(shown) if said.text == phrase(shown).text else said


def words(line: Phrase) -> Iterator[list[Printed | str]]:
    """What stands between the spaces at which a line may end, each in its parts."""
    word: list[Printed | str] = []
    for part in line.parts:
        if isinstance(part, Printed):
            word.append(part)
            continue
        first, *rest = BREAK.split(part)
        word.append(first)
        for following in rest:
            yield word
            word = [following]
    yield word


@lru_cache(maxsize=8192)
def length(text: str, points: float, weight: str = "normal") -> float:
    """How long the text is, in points."""
    font = FontProperties(family=list(FAMILIES), size=points, weight=weight)
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


@lru_cache(maxsize=512)
def vertical(text: str, points: float, weight: str = "normal") -> tuple[float, float]:
    """From where to where above the line on which it stands a text has ink, in points."""
    font = FontProperties(family=list(FAMILIES), size=points, weight=weight)
    box = TextPath((0, 0), text, size=points, prop=font).get_extents()
    return float(box.y0), float(box.y1)
