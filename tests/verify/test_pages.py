"""What a page's scripts could show at reading time: a change of code or data is caught, with its place."""

import pytest
import tampering
from docx import Document
from lxml import html


@pytest.fixture
def page(copy):
    return copy / "_output" / "manuscript.html"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Ratio 0.79 careful", "Ratio 0.69 careful", "rows.4.headline reads \"Ratio 0.69 careful\""),
        ('"11 careful": 4', '"11 careful": 3', "answers.11 careful reads 3, not 4"),
        ("[0.3, 0.4, 0.6, 0.2, 0.7]", "[0.3, 0.4, 0.4, 0.2, 0.7]", "rows.3.drawn.2 reads 0.4, not 0.6"),
        ('"One trial only."', '"Two trials."', "notes.0 reads"),
        ('"00 plain": 0, ', "", "answers reads"),
        ('{"id": "mix"', '["id": "mix"', "the panel has no table that can be read"),
        ("Nothing to choose from here.</p>", "The ratio was 0.5.</p>", "“The ratio was 0.5.” stands in the panel"),
        ("<noscript>", "<p>Truly 0.5.</p><noscript>", "stands in the panel where only its fallback may"),
        ('id="mix"', 'id="mixed"', "the results have no table for this panel"),
    ],
    ids=["headline", "answer", "drawing", "note", "missing", "broken", "fallback", "added", "unknown"],
)  # fmt: skip
def test_a_change_in_a_panel(page, copy, found, old, new, said):
    tampering.in_html(page, old, new)
    problems = found(copy)
    assert "manuscript.html, panel mix" in problems and said in problems


def test_a_panel_whose_results_changed_is_stale(copy, found):
    code = copy / "code" / "results.py"
    code.write_text(code.read_text().replace("Ratio of second 1.10", "Ratio of second 1.20"))
    problems = found(copy)
    assert "the outputs are stale: code changed" in problems
    assert 'rows.2.headline reads "Ratio of second 1.10", not "Ratio of second 1.20"' in problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("12 of 100 died", "10 of 100 died", "rows.row-1.quotation reads"),
        ('"value":0.7912345', '"value":0.69', "numbers.ratio.estimate.second.value reads 0.69"),
        ('"holds":true', '"holds":false', "claims.favours.holds reads false"),
        (r'["n.short(\"ratio\")"', '["guess()"', "is not printed by guess()"),
        ('{"claims":', '["claims":', "the origins of the numbers cannot be read"),
    ],
    ids=["quotation", "value", "claim", "expression", "broken"],
)
def test_a_change_in_the_cards(page, copy, found, old, new, said):
    tampering.in_html(page, old, new)
    problems = found(copy)
    assert "manuscript.html, cards" in problems and said in problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</article>", "</article><script>document.title = '0.5'</script>", "a script is not one of the project's"),
        ("</article>", '</article><script src="https://example.org/x.js"></script>', "“https://example.org/x.js”"),
        ("const WAIT = 120", "const WAIT = 1200", "a script is not one of the project's"),
        ("</article>", "</article><noscript>The ratio was 0.5.</noscript>", "words that only some readers see"),
        ("<article>", '<article onclick="alert(1)">', "the attribute onclick runs a script"),
        ('href="#sec-results"', 'href="JavaScript:alert(1)"', "the attribute href runs a script"),
    ],
    ids=["script", "loaded", "changed", "noscript", "event", "address"],
)
def test_a_script_that_is_not_ours(page, copy, found, old, new, said):
    tampering.in_html(page, old, new)
    assert said in found(copy)


def test_other_formats_have_nothing_of_the_panel(paper):
    page = html.parse(str(paper / "_output" / "manuscript.html")).getroot()
    (panel,) = page.find_class("panel")
    assert [child.tag for child in panel] == ["script", "noscript"]
    words = "\n".join(p.text for p in Document(str(paper / "_output" / "manuscript.docx")).paragraphs)
    assert "As before" in words and "What if" not in words and "Nothing to choose" not in words
