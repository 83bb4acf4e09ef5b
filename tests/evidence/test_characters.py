"""Signs that nobody sees, letters that look like others, broken encodings: each is named with its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attacks import REFUSED, Attack, is_found, outcome
from data_copy import Copy

from analysis.evidence.characters import cell_fault, letter_faults, sign_fault, text_fault, without_unseen
from analysis.evidence.load import Evidence
from analysis.evidence.searching.identifiers import cleaned

#: what is put after "A label" → words of the message
SIGNS = {
    "\u200bx": "a format character, which nobody sees, U+200B ZERO WIDTH SPACE, at place 8; delete it",
    "\u00adx": "U+00AD SOFT HYPHEN, at place 8",
    "\ufeffx": "U+FEFF ZERO WIDTH NO-BREAK SPACE, at place 8",
    "\u202ex": "U+202E RIGHT-TO-LEFT OVERRIDE, at place 8",
    "\u0085x": "a control character, U+0085 (without a name), at place 8",
    "\x7f": "a control character, U+007F",
    "\uffff": "nothing is assigned to it, U+FFFF (without a name)",
    "\u0378": "nothing is assigned to it, U+0378",
    "\ue000": "private use, which each font draws as it likes, U+E000",
    "\U000f0000": "U+F0000 (without a name)",
    "\u2028x": "a line separator, U+2028 LINE SEPARATOR, at place 8; write a space",
    "\u00a0x": "a space of another kind, U+00A0 NO-BREAK SPACE, at place 8; write a plain space",
    "\u2009x": "U+2009 THIN SPACE",
    "\u3164": "a sign that nobody sees, U+3164 HANGUL FILLER",
    "\ufe0f": "U+FE0F VARIATION SELECTOR-16",
    "\U000e0041": "U+E0041 TAG LATIN CAPITAL LETTER A",
    "\uff11": "a styled form of a plain sign, U+FF11 FULLWIDTH DIGIT ONE, at place 8; write '1'",
    "\U0001d400": "U+1D400 MATHEMATICAL BOLD CAPITAL A, at place 8; write 'A'",
    "a\u0308": "is not in normal form C at place 8, U+0061 LATIN SMALL LETTER A",
    "\u212b": "is not in normal form C at place 8, U+212B ANGSTROM SIGN",
    "q" + "\u0323\u0301\u0308\u0304": "mark 4 upon one letter, U+0304 COMBINING MACRON, at place 12",
}
LETTERS = {
    " MartÃ¤nez": "'Ã¤' (U+00C3 LATIN CAPITAL LETTER A WITH TILDE, at place 13), a letter in the wrong encoding",
    " 5Â°": "'Â°' (U+00C2 LATIN CAPITAL LETTER A WITH CIRCUMFLEX",
    " itâ€™s": "U+00E2 LATIN SMALL LETTER A WITH CIRCUMFLEX",
    " âˆ’5": "wrong encoding",
    " TNFÎ±": "'Î±' (U+00CE",
    " Å¡": "wrong encoding",
    " Ã–sterreich": "'Ã–'",
    " M\ufffdller": "U+FFFD REPLACEMENT CHARACTER, at place 10: a letter was lost",
    " Pаris": "U+0430 CYRILLIC SMALL LETTER A at place 10, in the word 'Pаris' with Latin ones",
    " ΑRDS": "U+0391 GREEK CAPITAL LETTER ALPHA at place 9",
    " Mart?nez": "holds 'Mart?nez', with a question mark for a letter",
}
PROGRAMS = {
    "#NAME?": "holds #NAME?, an error value of a program; write what was read",
    "#REF!": "holds #REF!",
    "#WERT!": "holds #WERT!",
    "=": "looks like a spreadsheet formula",
    "12 of #DIV/0!": "holds #DIV/0!",
    "#N/A": "holds #N/A",
    "######": "holds ######",
    "Err:502": "holds Err:502",
    "NaN": "holds NaN",
    "Mar-23": "is what a spreadsheet makes of another text",
    "1-Feb": "is what a spreadsheet makes of another text",
    "3.36E+07": "is what a spreadsheet makes of another text",
    "2023-03-12 00:00:00": "is what a spreadsheet makes of another text",
}
SOUND = (
    "Martínez-Muñoz 2024", "TNFα, IFNγ, NFκB and IL-1β", "≤ 5 µg/mL × 10⁶", "“quoted” … – ’", "I² = 0%", "Müller, Ł.",
    "Ångström, SÃO PAULO", "Café®", "Московский университет", "水平 IL-6", "2×”", "pages 12-23", "#1 AND #2",
    "Is it so? Yes", "https://a.b/php?i=227", "Ọ̀ṣun", "ÎLE-DE-FRANCE", "Spaß…", "Über–all",
)  # fmt: skip


def put(text: str, column: str = "label") -> Callable[[Copy], object]:
    return lambda copy: copy.put("trials", "gorman2023", column, text)


ATTACKS = [
    *(Attack(f"sign {number}", put(f"A label{tail}"), "trials.csv", "label", says)
      for number, (tail, says) in enumerate(SIGNS.items())),
    *(Attack(f"letter {number}", put(f"A label{tail}"), "trials.csv", "label", says)
      for number, (tail, says) in enumerate(LETTERS.items())),
    *(Attack(f"program {number}", put(text), "trials.csv", "label", says)
      for number, (text, says) in enumerate(PROGRAMS.items())),
    Attack("long label", put("x" * 100_000), "trials.csv", "label", "has 100000 characters, more than 200"),
    Attack("long note", put("x " * 3000 + "x", "note"), "trials.csv", "note", "more than 5000"),
    Attack("long number", lambda copy: copy.put("counts", "deaths-bowdish2023-d30", "n_treatment", "9" * 4000),
           "counts.csv", "n_treatment", "is not an integer"),
]  # fmt: skip


@pytest.mark.campaign
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_text_that_is_not_what_it_looks_like_is_refused(
    attack: Attack, copy: Copy, evidence: Evidence, record_property: Callable[[str, str], None]
) -> None:
    found = outcome(copy, attack, evidence)
    assert found.kind == REFUSED
    assert is_found(attack, found), found.problems
    record_property("tally", f"hostile characters: {found.kind}")


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_text_passes(text: str) -> None:
    assert (cell_fault("note", text), text_fault(text), letter_faults(text)) == (None, None, ())


@pytest.mark.parametrize("tail", SIGNS)
def test_what_an_export_holds_is_brought_in_without_unseen_signs(tail: str) -> None:
    """A search can be brought in whatever signs its titles hold; the letters that are seen stay."""
    text = cleaned(f"A title{tail}")
    if "\u0304" not in tail:
        assert sign_fault(text) is None
    assert text.startswith("A title")
    assert without_unseen("plain text") == "plain text"


def test_an_odd_letter_of_a_source_can_be_explained(copy: Copy) -> None:
    copy.put("trials", "gorman2023", "note", "as printed: Pаris")
    (found,) = copy.problems()
    assert found.check == "letters" and "say why in exceptions.csv (check letters)" in found.remedy
    row = ["exception-letters", "letters", "gorman2023", "note", "as printed: Pаris", "", "printed so"]
    copy.write("exceptions", [*copy.rows("exceptions"), row])
    assert copy.problems() == ()
