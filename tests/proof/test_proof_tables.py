"""The tables of the supplement that prove numbers; what is printed they learn from the logs of the documents."""

import re

import pytest

from analysis.printing.contract import place_of_key
from analysis.printing.log import NoLog, read
from analysis.printing.numbers import RULES
from analysis.printing.printer import Printer
from analysis.printing.quantities import KINDS
from analysis.review.claim_printing import CLAIMS
from analysis.tables import appendix, proof
from analysis.tables.frame import Markdown


@pytest.fixture(scope="module")
def supplement(tree, printed_by):
    """The printer of a supplement that has printed all but its appendix."""
    return Printer(tree, log=printed_by["supplement"])


@pytest.fixture(scope="module")
def shown_here(supplement):
    return set(supplement.log.keys_of_text())


@pytest.fixture(scope="module")
def printed(printed_by):
    return {key for log in printed_by.values() for key in log.printed_keys()}


@pytest.fixture(scope="module")
def origins(supplement, in_real_paper):
    with in_real_paper():
        return appendix.origins(supplement, "manuscript")._repr_markdown_()


@pytest.fixture(scope="module")
def rows(supplement, in_real_paper):
    with in_real_paper():
        return appendix.rows(supplement, "manuscript")._repr_markdown_()


def test_every_printed_key_has_exactly_one_place(tree, printed, shown_here, origins, rows):
    anchors = re.findall(r"\{#(n-[^}\s]+)[ }]", origins + rows)
    assert len(anchors) == len(set(anchors))
    without = {key for key in printed if place_of_key(key) not in anchors}
    # its first printing in the supplement is its place
    assert without <= shown_here
    for key in without:
        assert key.startswith(("second.", "deviation.")) or appendix.is_decision(tree, key.split(".")[1])
    assert any(key.startswith("second.deaths.pooled") for key in without)


@pytest.mark.parametrize("table", [appendix.origins, appendix.rows])
def test_where_the_other_document_has_not_run_the_appendix_says_so(tree, tmp_path, monkeypatch, table):
    monkeypatch.chdir(tmp_path)
    said = table(Printer(tree), "manuscript")
    assert isinstance(said, Markdown)
    assert str(said).startswith("This table is not complete: the document 'manuscript' has not run")
    monkeypatch.setenv("LEDGER_DIR", str(tmp_path))
    with pytest.raises(NoLog):
        table(Printer(tree, document="supplement"), "manuscript")


def test_what_the_appendix_prints_is_no_printing_that_needs_a_place(supplement, origins, rows, tree, in_real_paper):
    with in_real_paper():
        assert read("supplement", tree.data_digest).entries == supplement.log.entries
        assert appendix.rows(supplement, "manuscript")._repr_markdown_() == rows


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
    assert {place_of_key(f"second.{check.key}") for check in tree.crosschecks} == linked


def test_no_row_of_the_table_is_longer_than_a_page_holds(origins):
    longest = max(len(re.sub(r"\{[^}]*\}|\(#[^)]*\)", "", line)) for line in origins.splitlines())
    assert longest < 2 * appendix.LONGEST


def test_what_the_table_of_rows_prints_itself_has_an_anchor_too(rows):
    anchors = set(re.findall(r"\{#(n-[^}\s]+)[ }]", rows))
    assert {place_of_key(key) for key in re.findall(r'data-key="([^"]+)"', rows)} <= anchors


def test_links_to_rows_lead_to_rows_or_to_the_words_of_a_decision(shown_here, origins, rows):
    linked = set(re.findall(r"`\]\(#([^)]+)\)", origins))
    there = set(re.findall(r"\{#(row-[^}\s]+)\}", rows))
    printed_here = {place_of_key(key) for key in shown_here}
    assert linked & there and linked - there and linked - there <= printed_here


def test_origins_print_every_value_unrounded(tree, origins):
    assert f"{tree.deaths.pooled.estimate:.10g}" in origins


def test_printing_rules_name_every_kind_with_examples_that_the_rules_give(printer):
    table = proof.printing_rules(printer)
    assert [row[0] for row in table.rows] == list(KINDS)
    for kind, values in proof.EXAMPLES.items():
        cell = str(table.rows[list(KINDS).index(kind)][3])
        for value in values:
            assert proof.escaped(RULES[kind](value)) in cell


def test_claims_are_listed_with_anchor_condition_and_state(printer):
    table = proof.claims(printer)
    assert len(table.rows) == sum(not claim.other_side_of for claim in CLAIMS.values()) < len(CLAIMS)
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
