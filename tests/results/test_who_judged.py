"""Captions and prose say who judged, how many, and on what."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from analysis.printing.printer import Printer
from analysis.results import who_judged
from analysis.tables import confirmations

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def said(tree):
    """The texts on one kind of decision when its summary is another one."""

    def texts(**changes):
        found = replace(tree.confirmed["bias"], **changes)
        printer = Printer(replace(tree, confirmed={**tree.confirmed, "bias": found, "extraction": found}))
        names = ("judged_by", "judges", "agreement")
        return [getattr(who_judged, name)(printer, "bias").text for name in names] + [
            who_judged.second_reader(printer).text,
            who_judged.responsibility(printer).text,
        ]

    return texts


def test_as_long_as_nobody_confirmed_the_project_judged(said):
    judged_by, judges, agreement, second, responsibility = said()
    assert judged_by == "the project from the available text" and judges == "the project"
    assert agreement == "" and second == "; there was no second reader"
    assert responsibility.startswith("No author has taken responsibility")


def test_authors_who_confirmed_all_are_named_by_number_and_basis(said, tree):
    of = tree.confirmed["bias"].of
    whole = {"confirmed": of, "people": 2, "roles": ("author",), "bases": ("full text",), "by": "A, B"}
    judged_by, judges, _, second, responsibility = said(**whole)
    assert judged_by == "two authors from the full text" and judges == "two authors"
    assert second.endswith(
        f"{of} of {of} rows of counts and measurements were confirmed by two authors from the full text"
    )
    assert responsibility.startswith("Persons have confirmed a part") and "Risk of bias" not in responsibility
    assert "extracted" not in responsibility, "all that was extracted is confirmed as well"


def test_what_was_extracted_is_no_judgement(tree):
    done = {
        key: replace(found, confirmed=found.of, people=2, roles=("author",), bases=("full text",), by="A, B", made="")
        for key, found in tree.confirmed.items()
        if key != "extraction"
    }
    printer = Printer(replace(tree, confirmed={**tree.confirmed, **done}))
    of = tree.confirmed["extraction"].of
    assert who_judged.responsibility(printer).text == (
        "Each of these judgements was confirmed by a person. "
        f"Of the counts and measurements as extracted, 0 of {of} rows were confirmed."
    )
    assert who_judged.text_read(printer, "bias") == "full text"
    assert who_judged.text_read(Printer(tree), "bias") == "available text"


def test_extraction_alone_confirmed_leaves_every_judgement_open(tree):
    read = tree.confirmed["extraction"]
    done = replace(read, confirmed=read.of, people=1, roles=("author",), bases=("full text",), by="A", made="")
    said = who_judged.responsibility(Printer(replace(tree, confirmed={**tree.confirmed, "extraction": done}))).text
    assert said.startswith("Not yet confirmed are, by kind: Eligibility") and "extracted" not in said


def test_a_part_that_is_confirmed_is_counted(said):
    part = {"confirmed": 12, "people": 1, "roles": ("author", "assessor"), "bases": ("full text", "abstract")}
    judged_by, judges, *_ = said(**part)
    assert judged_by == (
        "the project from the available text, twelve of 44 confirmed by one assessor from the full text or abstract"
    )
    assert judges == "the project or one assessor"


def test_agreement_is_printed_where_there_are_two(said):
    both = {"twice": 40, "agreed": 32, "agreement": 0.8, "kappa": 0.65}
    assert said(**both)[2] == (
        ", two assessors agreeing on 80% of the 40 that both judged independently; Cohen's kappa 0.65"
    )
    assert "kappa" not in said(**both | {"kappa": None})[2]


def test_the_table_shows_agreement_only_where_there_is_any(tree):
    plain = confirmations.by_kind(Printer(tree))
    assert len(plain.rows) == len(tree.confirmed) and len(plain.heads) == 5
    found = replace(tree.confirmed["bias"], twice=4, agreed=3, agreement=0.75, kappa=0.5)
    two = confirmations.by_kind(Printer(replace(tree, confirmed={**tree.confirmed, "bias": found})))
    assert len(two.heads) == 7


def test_named_authors_who_confirmed_nothing_are_told_so(tree):
    lint = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))["submission"]["unfinished"]
    for authors, begins in (
        ((), "No author has taken responsibility for these judgements yet. Whoever takes on the review must"),
        (("Ada Lovelace",), "None of the authors has confirmed these judgements yet. They must confirm or change"),
    ):
        declared = replace(tree.declarations, authors=authors)
        said = who_judged.responsibility(Printer(replace(tree, declarations=declared))).text
        assert said.startswith(begins)
        assert any(said.startswith(words) for words in lint), "the journal's lint does not notice it"
