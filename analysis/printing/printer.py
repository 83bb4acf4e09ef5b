"""Printed texts that carry their keys, and the printer that makes them, one by one or by the sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter
from typing import Any

from analysis.printing import cells, keys
from analysis.printing.contract import KEY
from analysis.printing.log import Log, begin
from analysis.printing.numbers import (
    EN_DASH,
    IN_WORDS,
    NO_BREAK,
    P_IN_SENTENCE,
    RULES,
    SIGNED,
    UNROUNDED,
    CannotPrint,
    p_in_sentence,
    unrounded,
    word,
)
from analysis.printing.quantities import Found, UnknownKey

#: what may stand before the colon in a template: methods of the printer
FORMATS = ("word", "capital", "unrounded", "cell", "interval", "estimate", "short", "prediction", "p", "or_dash")


#: what an expression without words prints, an empty span: Quarto prints the code of one whose Markdown is empty
NO_TEXT = "[]{}"


class BadTemplate(ValueError):
    """A template for ``Printer.say`` that cannot be read."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A text with the key of the result that it prints. In a document it is a span that carries the key."""

    text: str
    key: str

    def __str__(self) -> str:
        return f'[{escaped(self.text)}]{{{KEY}="{self.key}"}}'

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
        return str(self) or NO_TEXT

    @property
    def text(self) -> str:
        """The plain text, for figures and alternative texts."""
        return "".join(part.text if isinstance(part, Printed) else part for part in self.parts)

    def pairs(self) -> list[tuple[str, str | None]]:
        """(text, key or None) of every part."""
        return [(part.text, part.key) if isinstance(part, Printed) else (part, None) for part in self.parts]

    @property
    def capital(self) -> Phrase:
        """The same with a capital letter, for the start of a sentence."""
        if not self.parts:
            return self
        first, *rest = self.parts
        return Phrase((first.capital if isinstance(first, Printed) else first[:1].upper() + first[1:], *rest))

    def lines(self) -> Iterator[Phrase]:
        """The phrase's lines, cut at the line ends in the words between numbers."""
        line: list[Printed | str] = []
        for part in self.parts:
            if isinstance(part, Printed):
                line.append(part)
                continue
            first, *rest = part.split("\n")
            line.append(first)
            for following in rest:
                yield Phrase(tuple(line))
                line = [following]
        yield Phrase(tuple(line))


def phrase(*pieces: Printed | Phrase | str) -> Phrase:
    """One phrase out of printed texts, phrases and words; neighbouring words become one part."""
    parts: list[Printed | str] = []
    for part in (part for piece in pieces for part in (piece.parts if isinstance(piece, Phrase) else (piece,))):
        if parts and isinstance(part, str) and isinstance(before := parts[-1], str):
            parts[-1] = before + part
        elif part:
            parts.append(part)
    return Phrase(tuple(parts))


def escaped(text: str) -> str:
    """``text`` as Markdown that prints it letter for letter."""
    for sign in "\\`*_[]<>$#@|~^":
        text = text.replace(sign, "\\" + sign)
    return text


def fields_of(template: str) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Words and field by turns, as ``string.Formatter`` reads them. Raises ``BadTemplate``."""
    try:
        yield from Formatter().parse(template)
    except ValueError as error:
        raise BadTemplate(str(error)) from None


@dataclass(frozen=True)
class Printer:
    """Prints from one tree of results.

    ``printer("outcome.rr.estimate")`` finds value and kind, applies the kind's rule and returns a ``Printed``. Cells
    of the evidence print through the same call: ``printer("data.<row>.<column>")``. A ``document`` gives its name, so
    that what it prints is written to its log (``analysis.printing.log``).
    """

    tree: Any
    document: str = ""
    log: Log = field(default_factory=Log, compare=False)

    def __post_init__(self) -> None:
        if self.document:
            object.__setattr__(self, "log", begin(self.document, getattr(self.tree, "data_digest", "")))

    def __call__(self, key: str) -> Printed:
        found = self.find(key)
        return self.printed(key, found.value, RULES[found.kind], found.kind)

    def say(self, template: str, at: str = "", **pieces: Printed | Phrase | str) -> Phrase:
        """A sentence with its numbers: ``say("risk ratio {short:outcome.pooled} from {word:outcome.k} trials")``.

        ``{key}`` prints what stands at the key, ``{format:key}`` prints it by one of ``FORMATS``, with further
        arguments after bars: ``{estimate:outcome.pooled|RR}``. A key that begins with a dot goes on from ``at``, and
        a dot alone is ``at``. ``{name}`` is a piece given by that name, or one of ``names``. A tilde is a no-break
        space. What is printed is logged from left to right. Raises ``BadTemplate``, ``UnknownKey`` or
        ``CannotPrint``; each names the template.
        """
        said: list[Printed | Phrase | str] = []
        pieces = self.names | pieces
        try:
            for words, name, asked, _ in fields_of(template):
                said.append(words.replace("~", NO_BREAK))
                if name is not None:
                    said.append(pieces[name] if name in pieces else self.said(name, asked or "", at))
        except (BadTemplate, UnknownKey, CannotPrint) as error:
            raise type(error)(f"{error}, in the template {template!r}") from None
        return phrase(*said)

    @cached_property
    def names(self) -> dict[str, Printed | Phrase | str]:
        """What the review calls its arms; with a capital letter, the same at the start of a line."""
        evidence = getattr(self.tree, "evidence", None)
        words = evidence.called_in_print if evidence else {}
        return words | {name.capitalize(): called[:1].upper() + called[1:] for name, called in words.items()}

    def said(self, name: str, asked: str, at: str) -> Printed | Phrase | str:
        """What a field of a template prints: a key by its rule, or by the format ``name`` what is ``asked`` for."""
        if asked and name not in FORMATS:
            raise BadTemplate(f"no format is called {name!r}; known: {', '.join(FORMATS)}")
        key, *options = asked.split("|") if asked else [name]
        key = at if key == "." else f"{at}{key}" if key.startswith(".") else key
        shown: Printed | Phrase | str = getattr(self, name)(key, *options) if asked else self(key)
        return shown

    def word(self, key: str) -> Printed:
        """A count in words, as in "five trials"."""
        return self.printed(key, self.find(key).value, word, IN_WORDS)

    def capital(self, key: str) -> Printed:
        """What stands at ``key``, with a capital letter."""
        return self(key).capital

    def or_dash(self, key: str) -> Printed | str:
        """What stands at ``key``, or a dash where nothing is known."""
        return EN_DASH if self.find(key).value in (None, "") else self(key)

    def unrounded(self, key: str) -> Printed:
        """The value at ``key`` as it was computed, for tables that prove numbers."""
        return self.printed(key, self.find(key).value, unrounded, UNROUNDED)

    def cell(self, row_id: str, column: str) -> Printed:
        """A cell of the evidence as it was read."""
        return self(cells.key_of(row_id, column))

    def find(self, key: str) -> Found:
        """Value and kind at ``key`` (``analysis.printing.keys``). Raises ``UnknownKey``."""
        return keys.find(self.tree, key)

    def interval(self, key: str, low: str = "low", high: str = "high", join: str = " to ") -> Phrase:
        """``0.49 to 1.30``: the bounds found at ``key.low`` and ``key.high``.

        Where values may be negative, or a bound reads ``<0.001``, a dash between them gives way to "to".
        """
        bounds = self(f"{key}.{low}"), self(f"{key}.{high}")
        open_ended = any(bound.text[:1] in ("<", ">") for bound in bounds)
        if join == EN_DASH and (open_ended or self.find(f"{key}.{low}").kind in SIGNED):
            join = " to "
        return Phrase((bounds[0], join, bounds[1]))

    def estimate(self, key: str, measure: str = "") -> Phrase:
        """``RR 0.80 (95% CI 0.49 to 1.30)``: estimate with its confidence interval, for prose."""
        lead = f"{measure}{NO_BREAK}" if measure else ""
        level = self(f"{key}.level")
        bounds = self.interval(key).parts
        return Phrase((lead, self(f"{key}.estimate"), " (", level, f"{NO_BREAK}CI ", *bounds, ")"))

    def short(self, key: str) -> Phrase:
        """``0.80 (0.49–1.30)``: estimate with its interval, for tables and figures that name the level once.

        Where values may be negative the bounds are joined by "to": ``−7.2 (−18.5 to 10.8)``.
        """
        return Phrase((self(f"{key}.estimate"), " (", *self.interval(key, join=EN_DASH).parts, ")"))

    def prediction(self, key: str, join: str = " to ") -> Phrase:
        """The bounds of the prediction interval."""
        return self.interval(key, "prediction_low", "prediction_high", join)

    def p(self, key: str) -> Phrase:
        """``P = 0.27`` or ``P < 0.001`` from the p-value at ``key``."""
        value = self.find(key).value
        shown = self.printed(key, value, p_in_sentence, P_IN_SENTENCE)
        return Phrase(("P", NO_BREAK if shown.text[0] in "<>" else f"{NO_BREAK}={NO_BREAK}", shown))

    def printed(self, key: str, value: Any, rule: Callable[[Any], str], name: str) -> Printed:
        """The text that ``rule`` gives, logged under the rule's ``name``. Raises ``CannotPrint``."""
        if value is None or (value == "" and name == cells.KIND):
            raise CannotPrint(f"{key} is not known, so it cannot be printed")
        try:
            shown = rule(value)
        except CannotPrint as error:
            raise CannotPrint(f"{key}: {error}") from None
        self.log.number(key, value, shown, name)
        return Printed(shown, key)
