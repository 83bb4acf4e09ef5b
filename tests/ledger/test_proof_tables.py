"""The tables of the supplement that prove numbers, and the rehearsal that tells them what is printed."""

import re
from pathlib import Path

import pytest

from analysis.claims import CLAIMS
from analysis.keys import anchor
from analysis.numbers import RULES, Printer
from analysis.quantities import KINDS
from analysis.rehearsal import RehearsalFails, printed, printed_together
from analysis.tables import proof

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (str(ROOT / "manuscript.qmd"), str(ROOT / "supplement.qmd"))
SOURCE = """---
title: Small
---

```{python}
#| label: setup
from analysis import review
from analysis.numbers import Printer
result = review.build()
n = Printer(result, document="small")
```

Of `{python} n.word("trials.eligible")` trials, `{python} n("deaths.k")` had deaths.
The ratio was `{python} n.short("deaths.pooled")`.

```{python}
#| eval: false
n("serious.k")
```
"""


@pytest.fixture
def small(tmp_path):
    def write(text):
        path = tmp_path / "small.qmd"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def origins(tree):
    return proof.origins(Printer(tree), *DOCUMENTS)._repr_markdown_()


@pytest.fixture(scope="module")
def rows(tree):
    return proof.rows(Printer(tree), *DOCUMENTS)._repr_markdown_()


def test_a_rehearsal_finds_what_a_document_prints_and_writes_nothing(small, tree, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path / "ledger"))
    found = printed(small(SOURCE), tree)
    assert found[:2] == ["trials.eligible", "deaths.k"]
    assert set(found[2:]) == {f"deaths.pooled.{name}" for name in ("estimate", "low", "high")}
    assert not (tmp_path / "ledger").exists()


def test_a_rehearsal_uses_the_tree_that_there_is_and_leaves_the_builder_alone(small, tree):
    from analysis import review

    build = review.build
    path = small(SOURCE + "\n```{python}\nassert result is given\n```\n")
    with pytest.raises(RehearsalFails, match=r"small\.qmd, line 21: NameError: name 'given'"):
        printed(path, tree)
    assert review.build is build


def test_every_printed_key_has_exactly_one_anchor(tree, origins, rows):
    anchors = re.findall(r"\{#(n-[^}\s]+)\}", origins + rows)
    wanted = {anchor(key) for key in printed_together([Path(name) for name in DOCUMENTS], tree)}
    assert len(anchors) == len(set(anchors))
    assert wanted <= set(anchors)


def test_what_the_table_of_rows_prints_itself_has_an_anchor_too(rows):
    anchors = set(re.findall(r"\{#(n-[^}\s]+)\}", rows))
    assert {anchor(key) for key in re.findall(r'data-key="([^"]+)"', rows)} <= anchors


def test_links_to_rows_lead_to_rows(origins, rows):
    linked = set(re.findall(r"\]\(#(row-[^)]+)\)", origins))
    there = set(re.findall(r"\{#(row-[^}\s]+)\}", rows))
    assert linked and linked <= there


def test_origins_print_every_value_unrounded(tree, origins):
    assert f"{tree.deaths.pooled.estimate:.10g}" in origins


def test_in_a_rehearsal_the_appendix_is_empty(tree, small):
    path = small(
        SOURCE + f"\n```{{python}}\nfrom analysis.tables import proof\nproof.origins(n, {DOCUMENTS[0]!r})\n```\n"
    )
    assert "deaths.k" in printed(path, tree)


def test_printing_rules_name_every_kind_with_examples_that_the_rules_give(printer):
    table = proof.printing_rules(printer)
    assert [row[0] for row in table.rows] == list(KINDS)
    for kind, values in proof.EXAMPLES.items():
        cell = str(table.rows[list(KINDS).index(kind)][3])
        for value in values:
            assert proof.escaped(RULES[kind](value)) in cell


def test_claims_are_listed_with_anchor_condition_and_state(printer):
    table = proof.claims(printer)
    assert len(table.rows) == len(CLAIMS)
    assert "{#c-deaths-direction}" in str(table.rows[0][0])
    assert {row[3] for row in table.rows} == {"holds"}
    assert all(re.search(r"`.+`", str(row[2])) for row in table.rows)


def test_second_computations_print_both_values(printer, tree):
    table = proof.crosschecks(printer)
    assert len(table.rows) == len(tree.crosschecks)
    for row in table.rows:
        assert row[3].key == f"second.{row[2].key}" and row[4].key == f"deviation.{row[2].key}"


def test_all_tables_are_whole_pipe_tables(printer, origins, rows):
    rules, claims = (table._repr_markdown_() for table in (proof.printing_rules(printer), proof.claims(printer)))
    for text in (rules, claims, origins, rows):
        for line in text.splitlines():
            assert len(re.findall(r"(?<!\\)\|", line)) == 5, line
