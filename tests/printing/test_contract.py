"""The analysis makes names, logs and catalogues as ``tests/contract.json`` has them; verify is held to it as well."""

import json
from pathlib import Path

import pytest
from test_log import SMALL

from analysis.printing import contract, log
from analysis.printing.printer import Phrase, Printer, phrase

EXAMPLE = json.loads((Path(__file__).parents[1] / "contract.json").read_text(encoding="utf-8"))


def test_places_are_named_after_keys_and_claims():
    assert [contract.place_of_key(one["key"]) for one in EXAMPLE["keys"]] == [one["place"] for one in EXAMPLE["keys"]]
    for one in EXAMPLE["claims"]:
        assert contract.place_of_claim(one["claim"]) == one["place"]


def test_the_version_for_one_column_is_named_after_that_for_the_page():
    assert EXAMPLE["column"] == contract.COLUMN


def test_a_document_logs_these_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(contract.VARIABLE, contract.FOLDER)
    n = Printer(SMALL, document="small")
    n("deaths.estimate")
    five = n.word("deaths.k")
    with n.log.drawing("forest"):
        drawn = [(phrase("RR ", n("deaths.estimate")), None), (Phrase(("0.5",)), "axis tick")]
    n.log.drawn("forest", [{"text": said.text, "parts": said.pairs(), "reason": why} for said, why in drawn])
    n.log.alternative("forest", phrase("A plot of ", five, " trials.").pairs())
    path = tmp_path / contract.FOLDER / f"small{contract.SUFFIX}"
    head, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    expected_head, *expected, end = EXAMPLE["log"]
    assert lines == expected
    assert head | {"code": "", "source": ""} == expected_head and len({*head.values()}) == 4
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(end) + "\n")
    assert log.read("small", "abc").entries == expected


@pytest.mark.parametrize(
    ("part", "kind"),
    [("entries", contract.Entry), ("rows", contract.RowProof), ("claims", contract.Claim)],
)
def test_the_catalogue_has_these_parts(part, kind):
    assert EXAMPLE["catalogue"].keys() == contract.Catalogue.__annotations__.keys()
    (one,) = EXAMPLE["catalogue"][part].values()
    assert list(one) == list(kind.__annotations__)
    if part == "entries":
        assert list(one["second"]) == list(contract.Second.__annotations__)
