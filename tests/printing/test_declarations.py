"""What the authors declare, in all sentences of the documents and in the checklists: one text, no contradiction."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.printing import declarations
from analysis.printing.declarations import NAMES, NOTHING, OPEN, Undeclared, declared, read_declarations
from analysis.printing.printer import Printer
from analysis.proof.catalogue import printable
from analysis.results.contradictions import Contradicted, stop_at_open
from analysis.results.tree import Review
from analysis.tables import reporting, supplement

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = yaml.safe_load((ROOT / "tests" / "declarations.yml").read_text(encoding="utf-8"))
BY_NAME = {one["name"]: one for one in EXAMPLES}
INLINE = re.compile(r"`\{python\} (declarations\..*?)`")
NUMBER, ADDRESS = "CRD420260001234", "https://data.example/1"
DENIALS = ("not registered", "none was registered", "to be stated", "no author", "No protocol")


def _declared(example: dict[str, Any]) -> declarations.Declarations:
    return declared(yaml.load(example["metadata"], yaml.BaseLoader))


@pytest.fixture(scope="module")
def filled(tree: Review) -> Printer:
    """The review with everything stated, registered after its decisions."""
    return Printer(replace(tree, declarations=_declared(BY_NAME["everything is stated"])))


@pytest.fixture(scope="module")
def unfilled(tree: Review) -> Printer:
    return Printer(replace(tree, declarations=_declared(BY_NAME["nothing is filled in"])))


def said(printer: Printer) -> dict[str, str]:
    """Every sentence of the two documents on a declaration, by its expression."""
    found = [
        expression
        for name in ("manuscript.qmd", "supplement.qmd")
        for expression in INLINE.findall((ROOT / name).read_text(encoding="utf-8"))
    ]
    return {one: eval(one, {"n": printer, "declarations": declarations}).text for one in found}


def checklists(printer: Printer) -> dict[str, tuple[str, str]]:
    """Status and note of every item that follows a declaration, by row."""
    return {
        item.row_id: tuple(getattr(cell, "text", cell) for cell in reporting.status_and_note(printer, item))
        for item in printer.tree.evidence.reporting
        if declarations.named_in(item.note)
    }


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "open" in one], ids=lambda one: one["name"])
def test_what_is_open_is_told_from_what_is_stated_and_from_what_does_not_apply(example: dict[str, Any]) -> None:
    found = _declared(example)
    assert {name for name in NAMES if found.state(name) == OPEN} == set(example["open"])
    assert {name for name in NAMES if found.state(name) == NOTHING} == set(example["nothing"])


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "fault" in one], ids=lambda one: one["name"])
def test_a_declaration_that_says_too_little_is_refused_with_its_key_and_a_remedy(example: dict[str, Any]) -> None:
    with pytest.raises(Undeclared, match=rf"_quarto\.yml, declarations: .*{example['fault']}") as failure:
        _declared(example)
    assert "Remedy: " in str(failure.value)


def test_the_roles_read_as_on_the_title_page(filled: Printer) -> None:
    lua = (ROOT / "publishing" / "filters" / "authors.lua").read_text(encoding="utf-8")
    aliases = re.search(r"local ROLES = \{\n(.*?)\n\}", lua, re.DOTALL)
    assert aliases is not None
    assert dict(re.findall(r"(\w+) = '([^']+)'", aliases[1])) == declarations.ROLES
    expected = "Ada Lovelace: software, writing – original draft (lead); Charles Babbage: supervision"
    assert filled.tree.declarations.contributions == expected


def test_who_is_named_by_initials_has_them_behind_the_name() -> None:
    metadata = {
        "author": [
            {"name": "Jean-Luc van der Berg", "roles": ["software"]},
            {"name": {"given": "Ada", "family": "Lovelace"}, "roles": ["supervision"]},
            {"name": "Émile Borel", "roles": ["validation"]},
        ],
        "funding": "JLB was paid by a trust; the A.I. Fund paid nobody.",
        "declarations": {"acknowledgements": "É.B. thanks his aunt ALICE."},
    }
    assert declared(metadata).contributions == (
        "Jean-Luc van der Berg (JLB): software; Ada Lovelace: supervision; Émile Borel (ÉB): validation"
    )


def test_filled_in_no_sentence_says_that_something_is_missing(filled: Printer) -> None:
    texts = said(filled)
    assert len(texts) > 12
    for expression, text in texts.items():
        assert not any(denial in text for denial in DENIALS), (expression, text)
    whole = " ".join(texts.values())
    # abstract, methods, declarations
    assert whole.count(NUMBER) == 3
    assert ADDRESS in whole and "Ada Lovelace: software" in whole


def test_unfilled_every_sentence_says_so_and_none_is_invented(unfilled: Printer) -> None:
    texts = " ".join(said(unfilled).values())
    assert texts.lower().count("to be stated by the review's owner") == 10
    assert "Not registered." in texts and "No author is named yet." in texts


def test_the_checklists_follow_the_declarations(filled: Printer, unfilled: Printer) -> None:
    found = checklists(filled)
    assert {status for status, _ in found.values()} == {"met"}
    registered = f"stated: registered with PROSPERO ({NUMBER}) on 5 January 2027"
    assert found["report-prisma-2020-24a"] == found["report-prisma-2020-abstracts-12"] == ("met", registered)
    waiting = checklists(unfilled)
    assert len(waiting) == len(found) == 9
    assert {status for status, _ in waiting.values()} == {"not met", "partly met"}
    assert {note for _, note in waiting.values()} == {"to be stated by the owner of the review"}


def test_of_a_review_that_is_not_registered_nothing_is_amended(tree: Review) -> None:
    unregistered = _declared(BY_NAME["placeholders, and a review that is not registered"])
    found = checklists(Printer(replace(tree, declarations=unregistered)))
    assert found["report-prisma-2020-24a"] == ("met", "stated: not registered")
    assert found["report-prisma-2020-24b"] == ("met", "stated: no protocol was published")
    assert found["report-prisma-2020-24c"] == ("not applicable", "no protocol to amend")


def test_an_item_of_an_unknown_declaration_is_named_with_its_row(tree: Review) -> None:
    item = next(one for one in tree.evidence.reporting if declarations.named_in(one.note))
    with pytest.raises(Undeclared, match=rf"reporting\.csv, row {item.row_id}, column note: .*'sponsors'.*Remedy"):
        reporting.status_and_note(Printer(tree), replace(item, note="as declared: sponsors"))


@pytest.mark.parametrize(
    ("day", "when", "words"),
    [
        ("2027-01-05", "not in advance", "not before its first decisions were taken"),
        ("FIRST", "not in advance", "not before its first decisions were taken"),
        ("2020-01-05", "in advance", "on 5 January 2020."),
    ],
)
def test_what_is_said_of_a_registration_depends_on_its_day(tree: Review, day: str, when: str, words: str) -> None:
    first = min(row.decided_on for row in tree.evidence.protocol)
    metadata = BY_NAME["everything is stated"]["metadata"].replace("2027-01-05", day.replace("FIRST", str(first)))
    printer = Printer(replace(tree, declarations=_declared({"metadata": metadata})))
    row = next(row for row in supplement.protocol(printer).rows if NUMBER in str(getattr(row[1], "text", row[1])))
    date = printer.tree.declarations.registration.date
    assert row[-1].text == f"{when}, {date}"
    texts = list(said(printer).values())
    late = when == "not in advance"
    assert f"{'Registered late' if late else 'Registered'}: PROSPERO {NUMBER}, {date}." in texts
    assert any(words in text for text in texts)
    assert ("not before the first" in " ".join(texts)) == late
    assert ("before any of them was taken" in " ".join(texts)) == (not late)
    # decisions may have been taken before and after that day, so no sentence has all of them on one side
    assert not any(words in " ".join(texts) for words in ("after the evidence", "registered afterwards"))


@pytest.mark.parametrize(
    ("funding", "brief"),
    [
        ("None.", "None."),
        ("The Wellcome Trust (grant 1234.5). It took no part.", "The Wellcome Trust (grant 1234.5)."),
        ("The Dr. A. Smith Foundation and St. Mary's paid. They read nothing.",
         "The Dr. A. Smith Foundation and St. Mary's paid."),
        ("No sentence ends here", "No sentence ends here"),
        ("Paid by vol. 2 of it. “We” read nothing.", "Paid by vol. 2 of it."),
    ],
)  # fmt: skip
def test_the_abstract_says_only_who_paid(tree: Review, funding: str, brief: str) -> None:
    found = declared({"funding": funding})
    assert (found.funding, found.funding_in_brief) == (funding, brief)
    own = declared({"funding": funding, "declarations": {"funding-in-brief": "A Trust."}})
    assert (own.funding, own.funding_in_brief) == (funding, "A Trust.")
    texts = said(Printer(replace(tree, declarations=own)))
    assert sorted(text for text in texts.values() if text in (funding, "A Trust.")) == sorted({funding, "A Trust."})
    assert declared({"funding": "[to be stated]"}).funding_in_brief is None


def test_a_decision_taken_in_advance_needs_something_that_shows_it(tree: Review) -> None:
    first, *others = tree.evidence.protocol
    early = replace(tree.evidence, protocol=(replace(first, prespecified=True), *others))
    with pytest.raises(Contradicted, match=rf"protocol\.csv, row {first.row_id}, column prespecified.*Remedy"):
        stop_at_open(replace(tree, evidence=early))
    registered = _declared(BY_NAME["everything is stated"])
    stop_at_open(replace(tree, evidence=early, declarations=registered))


def test_what_is_declared_has_its_origin_but_names_of_people_stay_out_of_the_appendix(filled: Printer) -> None:
    keys = {key: found.value for key, found in printable(filled.tree) if key.startswith("declarations.")}
    assert keys["declarations.registration.number"] == NUMBER and keys["declarations.data_address"] == ADDRESS
    assert not any("Lovelace" in str(value) for value in keys.values())


def test_the_projects_own_metadata_are_read() -> None:
    found = read_declarations()
    assert found.state("ethics") == "stated"


def test_a_project_without_metadata_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Undeclared, match=r"_quarto\.yml cannot be read.*Remedy"):
        read_declarations(tmp_path / "_quarto.yml")


@pytest.mark.parametrize(
    ("funding", "brief"),
    [
        (
            "The review was funded under grant NRC-2026-114 to N.O. The funder took no part in it.",
            "The review was funded under grant NRC-2026-114 to N.O.",
        ),
        ("Paid by the J. Smith Foundation. It took no part.", "Paid by the J. Smith Foundation."),
        ("Paid by the J.R. Smith Foundation. No other grant.", "Paid by the J.R. Smith Foundation."),
        ("A grant to P.v.d.B. No funder took part.", "A grant to P.v.d.B."),
        ("A grant to P. v. d. B. Neither took part.", "A grant to P. v. d. B."),
        ("Paid by St. Jude and Dr. A. Brown. None took part.", "Paid by St. Jude and Dr. A. Brown."),
    ],
)
def test_the_first_sentence_of_funding_ends_after_initials(funding: str, brief: str) -> None:
    assert declared({"funding": funding}).funding_in_brief == brief


@pytest.mark.parametrize("written", ["P.v.d.B.", "PvdB", "P.V.D.B.", "P.B."])
def test_particles_of_a_name_stand_in_its_initials(written: str) -> None:
    author = {"name": "Pieter van der Berg", "roles": ["software"]}
    found = declared({"author": [author], "funding": f"A grant to {written}"}).contributions
    assert found == f"Pieter van der Berg ({written.replace('.', '')}): software"
