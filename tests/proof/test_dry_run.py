"""What the documents say and the results do not bear is listed whole, without rendering."""

from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.proof.document_code import pieces, sentence_at
from analysis.proof.dry_run import dry_run
from analysis.proof.told import disguised, numbers_read
from analysis.proof.trace import reads, with_value
from analysis.results import build as builder
from analysis.results.claim_printing import CLAIMS
from analysis.results.contradictions import Contradicted

ROOT = Path(__file__).resolve().parents[2]
SETUP = """---
title: none
---

```{python}
#| include: false
from analysis.results.build import build
from analysis.results.claim_printing import Claims
from analysis.printing.printer import Printer

result = build()
n = Printer(result, document="paper")
claim = Claims(result, "paper")
```

"""


@pytest.fixture
def paper(tmp_path):
    def written(text):
        path = tmp_path / "paper.qmd"
        path.write_text(SETUP + text, encoding="utf-8")
        return path

    return written


def with_estimate(tree, value):
    return with_value(tree, ["deaths", "pooled", "estimate"], value)


def test_the_documents_stand_on_the_evidence(tree):
    for name, least in (("manuscript", 80), ("supplement", 0)):
        found = dry_run(tree, ROOT / f"{name}.qmd")
        assert found.unsupported == () and found.claims >= least and found.pieces > 50


def test_a_failing_claim_is_listed_with_line_sentence_condition_and_numbers(tree, paper):
    path = paper(
        "One sentence. The ratio was `{python} n('deaths.pooled.estimate')` and\n"
        '`{python} claim("deaths-direction", "favoured it")`, i.e. it did. A last one.\n'
    )
    (fault,) = dry_run(with_estimate(tree, 1.25), path).unsupported
    assert fault.document == "paper.qmd" and fault.line == 17
    assert fault.what.startswith("'deaths-direction' no longer holds") and "'favoured it'" in fault.what
    details = dict(fault.details)
    assert details["sentence"].startswith("The ratio was 1.25 and favoured it")
    assert details["condition"] == "review.counted('deaths').result.estimate < 1"
    assert details["numbers"] == "deaths.pooled.estimate = 1.25"
    assert dry_run(tree, path).unsupported == ()


def test_all_faults_are_listed_in_the_order_of_the_document(tree, paper):
    path = paper(
        "`{python} n.word('deaths.no_such')` and `{python} claim('no-such', 'words')`.\n\n"
        "```{python}\n#| label: one\nn('deaths.pooled.estimate')\nn('data.none.cell')\nundefined\n```\n\n"
        "```{python}\none two\n```\n"
    )
    found = dry_run(with_value(tree, ["deaths", "pooled"], None), path).unsupported
    assert [fault.line for fault in found] == [16, 16, 20, 21, 22, 26]
    for fault, words in zip(
        found, ("'no_such'", "no claim", "UnknownKey", "no row 'none'", "'undefined'", "SyntaxError"), strict=True
    ):
        assert words in fault.what


def test_an_undecidable_claim_shows_what_it_read_before(tree, paper):
    path = paper('`{python} claim("deaths-direction", "favoured it")`')
    (fault,) = dry_run(with_value(tree, ["deaths", "pooled"], None), path).unsupported
    assert "cannot be decided" in fault.what and "numbers" not in dict(fault.details)


def test_a_stop_in_the_first_cell_hides_nothing_behind_it(tree, paper, monkeypatch):
    def stop(review):
        raise Contradicted("row against row")

    monkeypatch.setattr("analysis.results.contradictions.stop_at_open", stop)
    path = paper("")
    source = path.read_text(encoding="utf-8")
    stopped = source.replace(
        "n = ", "from analysis.results import contradictions\ncontradictions.stop_at_open(result)\nn = "
    )
    path.write_text(stopped + "`{python} n('deaths.k')` `{python} n('deaths.kk')`", encoding="utf-8")
    first, second = dry_run(tree, path).unsupported
    assert "row against row" in first.what and first.line == 13
    assert "'kk'" in second.what


def test_a_disguised_tree_decides_as_the_plain_one_and_tells_what_was_read(tree):
    for name, claim in CLAIMS.items():
        assert claim.holds(disguised(tree, [])) == claim.holds(tree), name
    keys = numbers_read(CLAIMS["deaths-no-effect-included"].holds, tree)
    # the wider of the two intervals is concluded from, so both are read
    intervals = ("deaths.modified", "deaths.pooled")
    assert set(keys) == {f"{interval}.{end}" for interval in intervals for end in ("low", "high")}
    for key in keys:
        assert reads(CLAIMS["deaths-no-effect-included"].holds, tree, key)


def test_sentences_end_where_they_end():
    source = "A first one. It was `{python} x` (*P* = `{python} y`). More.\n\nNext paragraph."
    first, second = pieces(source)
    assert sentence_at(source, first.start, lambda piece: piece.code) == "It was x (*P* = y)."
    assert sentence_at(source, second.start + 3, lambda piece: piece.code) == "It was x (*P* = y)."
    assert sentence_at("```{python}\nx\n```", 5, lambda piece: "") == ""


def test_the_command_lists_and_its_status_says_whether_all_stands(built, capsys, paper, tmp_path, monkeypatch):
    path = paper('`{python} claim("deaths-direction", "favoured it")` `{python} n("deaths.kk")`')
    assert main(["claims", str(path)]) == 1
    said = capsys.readouterr().out
    assert "paper.qmd, line 16: the expression cannot be printed" in said
    assert said.endswith("1 documents, 1 claims, 3 expressions and cells: 1 to rewrite\n")
    assert main(["claims", str(tmp_path / "none.qmd")]) == 1
    assert "no document" in capsys.readouterr().err
    path.write_text(SETUP + '`{python} claim("deaths-direction", "favoured it")`', encoding="utf-8")
    assert main(["claims", str(path)]) == 0
    assert "all can be printed" in capsys.readouterr().out

    def fails():
        raise ValueError("a rating no longer holds")

    monkeypatch.setattr(builder, "build", fails)
    assert main(["claims", str(path)]) == 1
    assert "a rating no longer holds" in capsys.readouterr().err
