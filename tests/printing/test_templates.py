"""A sentence from a template: its words, its numbers with their keys, printed from left to right."""

from dataclasses import dataclass

import pytest

from analysis.printing.numbers import EN_DASH, NO_BREAK, CannotPrint
from analysis.printing.printer import FORMATS, BadTemplate, Phrase, Printed, Printer
from analysis.printing.quantities import UnknownKey, quantity
from analysis.results.claim_printing import Guarded


@dataclass(frozen=True)
class Leaf:
    name: str = quantity("text")
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    p_value: float = quantity("probability")
    k: int = quantity("count")
    tau2: float | None = quantity("variance", None)


@dataclass(frozen=True)
class Tree:
    deaths: Leaf
    by_name: dict[str, Leaf]


LEAF = Leaf("death", 0.79704, 0.48957, 1.29763, 0.95, 0.2662, 5)


@pytest.fixture
def n():
    return Printer(Tree(LEAF, {"a": LEAF}))


def test_a_sentence_carries_the_keys_of_its_numbers_and_logs_them_from_left_to_right(n):
    said = n.say("From {word:deaths.k} trials: {short:deaths}, {p:deaths.p_value}.")
    assert said.text == f"From five trials: 0.80 (0.49–1.30), P{NO_BREAK}={NO_BREAK}0.27."
    keys = [f"deaths.{field}" for field in ("k", "estimate", "low", "high", "p_value")]
    assert [key for _, key in said.pairs() if key] == [entry["key"] for entry in n.log.entries] == keys


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{deaths.k}", "5"),
        ("{capital:deaths.name}", "Death"),
        ("{unrounded:deaths.estimate}", "0.79704"),
        ("{estimate:deaths|RR}", f"RR{NO_BREAK}0.80 (95%{NO_BREAK}CI 0.49 to 1.30)"),
        ("{interval:deaths}", "0.49 to 1.30"),
        ("{interval:deaths|estimate|high|–}", "0.80–1.30"),
        ("{or_dash:deaths.tau2}, {or_dash:deaths.k}", f"{EN_DASH}, 5"),
        ("{deaths.level}~CI", f"95%{NO_BREAK}CI"),
    ],
)
def test_formats_are_the_methods_of_the_printer(n, template, text):
    assert n.say(template).text == text


def test_every_format_is_a_method(n):
    assert all(callable(getattr(n, name)) for name in FORMATS)


def test_a_key_with_a_dot_goes_on_from_where_the_sentence_stands(n):
    assert n.say("{.k}: {short:.}", "by_name.a").pairs()[0] == ("5", "by_name.a.k")
    assert n.say("{{k}} {.k}", "deaths").text == "{k} 5"


def test_pieces_stand_where_their_names_are_letter_for_letter(n):
    said = n.say("{what}: {number} of {.k}", "deaths", what="~{left}", number=Printed("3", "deaths.x"))
    assert said == Phrase(("~{left}: ", Printed("3", "deaths.x"), " of ", Printed("5", "deaths.k")))


@pytest.mark.parametrize(
    ("template", "error", "words"),
    [
        ("{wrod:deaths.k} trials", BadTemplate, "no format is called 'wrod'; known: word"),
        ("{find:deaths.k} trials", BadTemplate, "no format is called 'find'"),
        ("word:deaths.k} trials", BadTemplate, "Single '}' encountered"),
        ("{deaths.nothing} trials", UnknownKey, "deaths has no 'nothing'"),
        ("{deaths.tau2} trials", CannotPrint, "deaths.tau2 is not known"),
        ("{} trials", UnknownKey, "the tree has no ''"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_template(n, template, error, words):
    with pytest.raises(error) as refused:
        n.say(template)
    assert words in str(refused.value) and f"in the template {template!r}" in str(refused.value)


def test_cells_are_printed_by_row_and_column(printer, tree):
    row = tree.evidence.trials[0]
    said = printer.say(f"{{cell:{row.row_id}|label}}, {{.year}}", f"data.{row.row_id}")
    assert said.text == f"{row.label}, {row.year}"


def test_nothing_to_say_is_an_empty_span(n):
    """Quarto prints the code of an expression whose Markdown is empty."""
    assert n.say("")._repr_markdown_() == Guarded("", "no-claim")._repr_markdown_() == "[]{}"
    assert str(n.say("")) == str(Guarded("", "no-claim")) == ""
    assert n.say("words")._repr_markdown_() == "words"
