"""Signs that no text of the data may hold, and what spreadsheets and wrong encodings make of a text.

A sign that nobody sees makes two equal texts differ; one that looks like another one makes a name that nobody finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

Fault = tuple[str, str]

#: the most characters of a cell, by its column where that holds a name
LONGEST, LONGEST_NAME = 5_000, 200
NAMES = ("row_id", "label", "key", "name", "trial", "outcome", "analysis", "domain", "topic", "quantity")
#: general categories (Unicode Standard, chapter 4.5) and what they are
REFUSED = {
    "Cc": ("a control character", "delete it"),
    "Cf": ("a format character, which nobody sees", "delete it"),
    "Cs": ("half a character", "write the whole one"),
    "Co": ("a character of private use, which each font draws as it likes", "write the sign that is meant"),
    "Cn": ("no character: nothing is assigned to it", "write the sign that is meant"),
    "Zl": ("a line separator", "write a space"),
    "Zp": ("a paragraph separator", "write a space"),
    "Zs": ("a space of another kind", "write a plain space"),
}
#: letters, marks and symbols that are drawn as nothing (Unicode property Default_Ignorable_Code_Point, and a blank)
UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: forms of letters and digits that look like the plain ones, or nearly
STYLED = re.compile(r"[\uff01-\uff5e\U0001d400-\U0001d7ff]")
#: marks upon one letter; no spelling needs more
MOST_MARKS = 3
ERROR_VALUE = re.compile(
    r"#[A-ZÀ-Ý][A-ZÀ-Ý_/0-9]*[!?]|^(#N/A|#NV|#N/D|#{3,}|Err:\d{3}|NaN|nan|<NA>|\[object Object\])$"
)
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
AUTOFORMAT = re.compile(rf"(?:(?:{MONTHS})-\d\d|\d\d?-(?:{MONTHS})|\d(?:\.\d+)?E[+-]?\d+|\d{{4}}-\d\d-\d\d 00:00:00)")
WORD = re.compile(r"[^\W\d_]+")
#: letters of two scripts in one word are for the eye one of them
NEVER_WITH_LATIN = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
#: Greek letters drawn as Latin ones; α, β, γ, κ, μ and others stand beside Latin ones in names
GREEK_AS_LATIN = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ")
#: bytes 0x80 to 0xBF as Windows-1252 or Latin-1 shows them, without the marks that may follow a letter in earnest
_CONTINUED = "\x80-\x9f¡-ª¬-º¼-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"
#: UTF-8 read as Windows-1252: "Ã¤", "Â°", "â€™", "âˆ’", "Î±"
BROKEN = re.compile(rf"[ÃÂ][{_CONTINUED}«»–—“”…‘’]|[ÄÅÎÏÐÑ][{_CONTINUED}]|â[€ˆ‰„†‚][^\s\w]?|ï»¿|ï¿½")


def named(sign: str) -> str:
    """A sign as messages call it: U+200B ZERO WIDTH SPACE."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '(without a name)')}"


@lru_cache(maxsize=1 << 15)
def sign_fault(text: str) -> Fault | None:
    """Problem and remedy of the first sign that may stand in no cell; None if there is none."""
    if text.isascii() and text.isprintable():
        return None
    marks = 0
    for place, sign in enumerate(text, start=1):
        category = unicodedata.category(sign)
        marks = marks + 1 if category == "Mn" else 0
        if category in REFUSED and sign != " ":
            what, remedy = REFUSED[category]
        elif UNSEEN.match(sign):
            what, remedy = "a sign that nobody sees", "delete it"
        elif STYLED.match(sign):
            what, remedy = "a styled form of a plain sign", f"write {unicodedata.normalize('NFKC', sign)!r}"
        elif marks > MOST_MARKS:
            what, remedy = f"mark {marks} upon one letter", "delete it"
        else:
            continue
        return f"holds {what}, {named(sign)}, at place {place}", remedy
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        pairs = zip(text, composed, strict=False)
        place = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(text), len(composed)) - 1)
        return (f"is not in normal form C at place {place + 1}, {named(text[place])}",
                "write letters with their marks as one sign, as a keyboard does")  # fmt: skip
    return None


def cell_fault(column: str, text: str) -> Fault | None:
    """Problem and remedy of a text that no cell of this column may be; None if it may."""
    most = LONGEST_NAME if column in NAMES else LONGEST
    if len(text) > most:
        return f"has {len(text)} characters, more than {most}", "check what was written into it"
    return sign_fault(text)


def text_fault(text: str) -> Fault | None:
    """Problem and remedy of a cell of text that a program wrote in the place of what was read; None if none did."""
    if found := ERROR_VALUE.search(text):
        return f"holds {found[0]}, an error value of a program", "write what was read"
    if AUTOFORMAT.fullmatch(text):
        return ("is what a spreadsheet makes of another text",
                "write what was read, a range with 'to', a month in words; format the column as text")  # fmt: skip
    return None


@lru_cache(maxsize=1 << 15)
def letter_faults(text: str) -> tuple[Fault, ...]:
    """What is odd about the letters of a text, though a source may have printed it so: problem and remedy of each."""
    return () if text.isascii() else tuple(_letter_faults(text))


def _letter_faults(text: str) -> Iterator[Fault]:
    if "\ufffd" in text:
        yield (f"holds {named(chr(0xFFFD))}, at place {text.index(chr(0xFFFD)) + 1}: a letter was lost",
               "read it again, and save as UTF-8")  # fmt: skip
    if broken := BROKEN.search(text):
        place = f"{broken[0]!r} ({named(broken[0][0])}, at place {broken.start() + 1})"
        yield f"holds {place}, a letter in the wrong encoding", "write the letter that is meant, and save as UTF-8"
    for word in WORD.finditer(text):
        if not word[0].isascii() and (odd := stranger(word[0])):
            at = word.start() + odd[1] + 1
            yield (f"holds {named(odd[0])} at place {at}, in the word {word[0]!r} with Latin ones",
                   "write the Latin letter")  # fmt: skip


def stranger(word: str) -> tuple[str, int] | None:
    """The first letter of a word that belongs to another script than the Latin rest, though it looks like it."""
    scripts = [unicodedata.name(sign, "").split(" ")[0] for sign in word]
    if "LATIN" not in scripts:
        return None
    for place, (sign, script) in enumerate(zip(word, scripts, strict=True)):
        if script in NEVER_WITH_LATIN or (script == "GREEK" and sign in GREEK_AS_LATIN):
            return sign, place
    return None


def without_unseen(text: str) -> str:
    """A text that other programs wrote, without signs that are no text; the caller makes its spaces plain."""
    plain = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    return "".join(
        unicodedata.normalize("NFKC", sign) if STYLED.match(sign) else sign
        for sign in plain
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
