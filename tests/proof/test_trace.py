"""A number traced from the terminal: value, method, rows with their words, second computation, claims."""

import pytest

from analysis.__main__ import main
from analysis.printing.quantities import UnknownKey
from analysis.proof.trace import WIDTH, claims, keys_of_text, trace


def test_a_key_shows_value_method_rows_words_second_computation_and_claims(tree):
    shown = trace(tree, "deaths.pooled.estimate")
    assert repr(tree.counted("deaths").pooled.estimate) in shown
    for words in ("REML, Hartung-Knapp", "wrap: estimate (analysis/", "second    ", "deaths-direction (holds)"):
        assert words in shown
    for row_id in tree.counted("deaths").pooled.rows:
        row = tree.evidence.row(row_id)
        assert row_id in shown and row.address in shown
        assert " ".join(row.quotation.split()[:4]) in " ".join(shown.split())


def test_lines_fit_the_terminal_but_for_addresses(tree):
    for key in ("deaths.pooled.estimate", "flow.identified", "data.bowdish2023.quotation", "deaths.k_unavailable"):
        for line in trace(tree, key).split("\n"):
            assert len(line) <= WIDTH or line.strip().startswith("http")


def test_a_text_leads_to_every_key_that_prints_it(tree, printer):
    keys = keys_of_text(tree, "0.80")
    assert "deaths.pooled.estimate" in keys
    assert all(printer(key).text == "0.80" for key in keys)
    assert "deaths.pooled.estimate = 0.797" in trace(tree, "0.80")
    assert "deaths.k" in keys_of_text(tree, "five")


def test_a_hyphen_stands_for_a_minus(tree):
    (key,) = [key for key in keys_of_text(tree, "-32.49") if key.startswith("published.")]
    assert tree.published[key.split(".")[1]].estimate == -32.49


def test_only_the_claims_that_read_a_value_are_named(tree):
    assert "deaths-direction" in "\n".join(claims(tree, "deaths.pooled.estimate"))
    low = "\n".join(claims(tree, "deaths.pooled.low"))
    assert "deaths-no-effect-included" in low and "deaths-direction " not in low
    assert list(claims(tree, "deaths.pooled.q")) == []
    assert list(claims(tree, "data.bowdish2023.label")) == []


def test_what_is_neither_key_nor_text_is_refused(tree):
    with pytest.raises(UnknownKey, match="'three quarters' is no key, and no result prints so"):
        trace(tree, "three quarters")


def test_the_command_prints_and_refuses(built, capsys):
    assert main(["trace", "deaths.pooled.estimate"]) == 0
    assert capsys.readouterr().out.startswith("deaths.pooled.estimate\n")
    assert main(["trace", "nothing of the kind"]) == 1
    assert "no key" in capsys.readouterr().err
