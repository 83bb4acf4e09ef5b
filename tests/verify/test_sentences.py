"""Sentences in the code of a document are held against the list before results ask for them."""

import pytest
import small_project

from publishing.engine.render import prepare_sources
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.verify.numerals import Allowance, Allowed
from publishing.verify.sentences import unkeyed

HEAD = "---\ntitle: A paper\n---\n\n```{python}\nx = 1\n```\n\n"


def found(tmp_path, text, *allowed):
    path = tmp_path / "paper.qmd"
    path.write_text(HEAD + text)
    return [(one.line, numeral.text) for one, numeral in unkeyed(read_document(path), Allowed(allowed))]


@pytest.mark.parametrize(
    ("code", "numerals"),
    [
        ('claim.either(("a", "it lay below 1"), ("b", "it lay above 1"))', ["1", "1"]),
        ('say("from {word:trials.4} trials, [@key2020; @fig-2]")', []),
        ('say("the ratio $x_1$ was {ratio}")', []),
        ('n("deaths.day.28")', []),
        ('say(f"of {n} trials two failed")', ["two"]),
        ('say("two")', []),
    ],
)
def test_numerals_of_every_sentence_are_found(tmp_path, code, numerals):
    assert found(tmp_path, f"It was so. `{{python}} {code}`\n") == [(9, one) for one in numerals]


def test_a_cell_is_read_without_its_docstrings(tmp_path):
    cell = '```{python}\ndef say():\n    """Say one of 3 things."""\n    return "one of 3 things"\n```\n'
    assert found(tmp_path, cell) == [(12, "3")]


def test_a_side_that_needs_an_allowance_keeps_it(tmp_path):
    path = tmp_path / "paper.qmd"
    path.write_text(HEAD + '`{python} claim.either(("a", "below 1"), ("b", "above 1"))`\n')
    allowed = Allowed([Allowance(text, "no effect of a ratio") for text in ("below 1", "above 1", "near 1")])
    assert not list(unkeyed(read_document(path), allowed))
    assert [entry.text for entry in allowed.unused()] == ["near 1"]


def test_a_render_stops_before_anything_runs(tmp_path):
    folder = small_project.write(tmp_path / "paper")
    paper = folder / "manuscript.qmd"
    text = paper.read_text(encoding="utf-8") + '\n`{python} str("it would be 17")`\n'
    paper.write_text(text, encoding="utf-8")
    with pytest.raises(PublishingError) as failure:
        prepare_sources(folder)
    assert failure.value.line == text.count("\n") and "“17” would be a number without a key" in str(failure.value)
