"""The tables of the supplement that prove numbers."""

import re

import pytest

from analysis.printing.numbers import RULES
from analysis.printing.quantities import KINDS
from analysis.results.claim_printing import CLAIMS
from analysis.results.reportable import reportable
from analysis.tables import proof, reported


@pytest.fixture(scope="module")
def numbers(printer):
    """The table of the reportable numbers, as text."""
    return reported.reported(printer)._repr_markdown_()


def test_every_reportable_number_stands_there_unrounded_and_once(tree, printer, numbers):
    for key in reportable(tree):
        printed = str(printer.unrounded(key))
        assert numbers.count(f'data-key="{key}"') == 1 and printed in numbers, key


def test_a_result_names_the_rows_that_it_was_read_in_by_trial_and_place(numbers):
    (row,) = (line for line in numbers.splitlines() if 'data-key="deaths.pooled.estimate"' in line)
    assert 'data-key="data.deaths-dilogo2021-abstract.locator"' in row and "[@dilogo2021]" in row
    (flow,) = (line for line in numbers.splitlines() if 'data-key="flow.screened"' in line)
    assert "rows of `data/records.csv`" in flow and "locator" not in flow


def test_a_result_computed_twice_prints_the_second_computation_and_its_greatest_deviation(tree, numbers):
    checks = {check.key: check for check in tree.crosschecks if check.key in reportable(tree)}
    assert checks
    assert set(re.findall(r'data-key="second\.([^"]+)"', numbers)) == set(checks)
    (row,) = (line for line in numbers.splitlines() if 'data-key="second.deaths.pooled.estimate"' in line)
    (worst,) = re.findall(r'data-key="deviation\.([^"]+)"', row)
    together = [one for key, one in checks.items() if key.startswith("deaths.pooled.")]
    assert abs(checks[worst].deviation) == max(abs(one.deviation) for one in together)


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
    assert any("{#c-deaths-direction}" in str(row[0]) for row in table.rows)
    assert {row[2] for row in table.rows} == {"holds"}
    assert [row[1] for row in table.rows] == [claim.says for claim in CLAIMS.values() if not claim.other_side_of]


def test_all_tables_are_whole_pipe_tables(printer, numbers):
    rules, claims = (table._repr_markdown_() for table in (proof.printing_rules(printer), proof.claims(printer)))
    for text in (rules, claims, numbers):
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines()}
        assert bars == ({4} if text is claims else {5})
