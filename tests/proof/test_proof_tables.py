"""The tables of the supplement that prove numbers, and the rehearsal that tells them what is printed."""

import re
from pathlib import Path

import pytest

from analysis.printing.keys import anchor
from analysis.printing.log import Log
from analysis.printing.numbers import RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import KINDS
from analysis.proof.rehearsal import RehearsalFails, printed, printed_as_text, printed_together
from analysis.review.claim_printing import CLAIMS
from analysis.tables import appendix, proof

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (str(ROOT / "manuscript.qmd"), str(ROOT / "supplement.qmd"))
SOURCE = """---
title: Small
---

```{python}
#| label: setup
from analysis.review import build as builder
from analysis.printing.printer import Printer
result = builder.build()
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
    return appendix.origins(Printer(tree), *DOCUMENTS)._repr_markdown_()


@pytest.fixture(scope="module")
def rows(tree):
    return appendix.rows(Printer(tree), *DOCUMENTS)._repr_markdown_()


def test_a_rehearsal_finds_what_a_document_prints_and_writes_nothing(small, tree, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path / "ledger"))
    found = printed(small(SOURCE), tree)
    assert found[:2] == ["trials.eligible", "deaths.k"]
    assert set(found[2:]) == {f"deaths.pooled.{name}" for name in ("estimate", "low", "high")}
    assert not (tmp_path / "ledger").exists()


def test_a_rehearsal_uses_the_tree_that_there_is_and_leaves_the_builder_alone(small, tree):
    from analysis.review import build as builder

    build = builder.build
    path = small(SOURCE + "\n```{python}\nassert result is given\n```\n")
    with pytest.raises(RehearsalFails, match=r"small\.qmd, line 21: NameError: name 'given'"):
        printed(path, tree)
    assert builder.build is build


def test_every_printed_key_has_exactly_one_place(tree, origins, rows):
    anchors = re.findall(r"\{#(n-[^}\s]+)[ }]", origins + rows)
    assert len(anchors) == len(set(anchors))
    without = {
        key for key in printed_together([Path(name) for name in DOCUMENTS], tree) if anchor(key) not in anchors
    }
    # its first printing in the supplement is its place
    assert without <= set(printed_as_text(Path(DOCUMENTS[1]), tree))
    for key in without:
        assert key.startswith(("second.", "deviation.")) or appendix.is_decision(tree, key.split(".")[1])
    assert any(key.startswith("second.deaths.pooled") for key in without)


def test_a_key_printed_only_in_a_figure_or_its_alternative_is_no_key_of_the_text(tree):
    log = Log()
    log.number("a", 1, "1", "count")
    with log.drawing("forest"):
        log.number("b", 2, "2", "count")
    for _ in range(2):
        log.number("c", 3, "3", "count")
    log.alternative("forest", [("3", "c"), (" of ", None), ("4", "d")])
    log.number("d", 4, "4", "count")
    assert log.printed_keys() == ["a", "b", "c", "d"] and log.keys_of_text() == ["a", "c"]


def test_a_result_says_its_method_code_and_rows_beside_its_numbers(origins):
    lines = [line for line in origins.splitlines() if "{#n-deaths.leave_one_out.bowdish2023.pooled.estimate " in line]
    assert len(lines) == 1
    assert "REML, Hartung-Knapp" in lines[0] and "`wrap`" in lines[0]
    assert "[`deaths-dilogo2021-abstract`](#row-deaths-dilogo2021-abstract)" in lines[0]


def test_a_result_names_the_rows_of_its_neighbours_that_are_not_behind_it(origins):
    part = origins.partition("{#n-deaths.leave_one_out.dilogo2021.label ")[2].partition("}")[2].partition(":")[0]
    assert part.startswith("* (without [`deaths-dilogo2021-abstract`]")


def test_a_result_computed_twice_leads_to_the_second_computation(tree, origins):
    linked = set(re.findall(r"\[recomputed\]\(#(n-second[^)]+)\)", origins))
    assert {anchor(f"second.{check.key}") for check in tree.crosschecks} == linked


def test_no_row_of_the_table_is_longer_than_a_page_holds(origins):
    longest = max(len(re.sub(r"\{[^}]*\}|\(#[^)]*\)", "", line)) for line in origins.splitlines())
    assert longest < 2 * appendix.LONGEST


def test_what_the_table_of_rows_prints_itself_has_an_anchor_too(rows):
    anchors = set(re.findall(r"\{#(n-[^}\s]+)[ }]", rows))
    assert {anchor(key) for key in re.findall(r'data-key="([^"]+)"', rows)} <= anchors


def test_links_to_rows_lead_to_rows_or_to_the_words_of_a_decision(tree, origins, rows):
    linked = set(re.findall(r"`\]\(#([^)]+)\)", origins))
    there = set(re.findall(r"\{#(row-[^}\s]+)\}", rows))
    printed_here = {anchor(key) for key in printed_as_text(Path(DOCUMENTS[1]), tree)}
    assert linked & there and linked - there and linked - there <= printed_here


def test_origins_print_every_value_unrounded(tree, origins):
    assert f"{tree.deaths.pooled.estimate:.10g}" in origins


def test_in_a_rehearsal_the_appendix_is_empty(tree, small):
    path = small(
        SOURCE
        + f"\n```{{python}}\nfrom analysis.tables import appendix\nappendix.origins(n, {DOCUMENTS[0]!r})\n```\n"
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
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines()}
        assert bars == ({4} if text is rows else {5})
