"""Confirmations: who may confirm what, what counts, and seals that refuse a name before they write."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from data_copy import Copy

from analysis.__main__ import main
from analysis.evidence.assessors import basis, is_own, named
from analysis.evidence.load import DataError, Evidence, load, seal
from analysis.judgements.bias import bias
from analysis.judgements.confirmed import confirmed

DAY = date(2026, 11, 23)
OWN = "rob-own-bowdish2023-death-overall"


def with_assessors(copy: Copy, *roles: str) -> None:
    """Add A. Author, B. Author ... with these roles, and seal."""
    rows = copy.rows("assessors")
    for letter, role in zip("ABC", roles, strict=False):
        rows.append([f"assessor-{letter.lower()}", f"{letter}. Author", role, "full text", ""])
    copy.write("assessors", rows)
    copy.seal()


def confirm(copy: Copy, *what: str, by: str = "A. Author", basis: str = "full text", on: date = DAY) -> int:
    return main(["confirm", *what, "--by", by, "--from", basis, "--on", str(on), "--folder", str(copy.folder)])


@pytest.mark.parametrize("by", ["", "  ", " A. Author", "A. Author ", "=A", "A\tB", "A\u200bB", "A\u202eB"])
def test_a_seal_refuses_a_name_that_its_table_would_refuse_and_writes_nothing(copy: Copy, by: str) -> None:
    copy.put("counts", "deaths-bowdish2023-d30", "note", "another note")
    before = (copy.folder / "seals.csv").read_bytes()
    with pytest.raises(DataError, match="the command line, column sealed_by"):
        seal(copy.folder, by, DAY)
    assert (copy.folder / "seals.csv").read_bytes() == before


def test_a_seal_is_not_of_a_day_to_come(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    tomorrow = str(date.today() + timedelta(days=1))
    assert main(["seal", "--by", "A. Author", "--on", tomorrow, str(copy.folder)]) == 1
    assert "is after today" in capsys.readouterr().err
    (copy.folder / "seals.csv").unlink()
    assert main(["seal", "--by", "", str(copy.folder)]) == 1
    assert not (copy.folder / "seals.csv").exists()


def test_a_confirmation_needs_a_person_a_basis_and_rows(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        ({"by": "A. Author"}, "is no author or assessor of this review; add the name to assessors.csv"),
        ({"by": "the project"}, "is no author or assessor"),
    ):
        assert confirm(copy, "choices", **arguments) == 1
        assert words in capsys.readouterr().err
    with_assessors(copy, "author")
    for what, arguments, words in (
        ("choices", {"basis": "hearsay"}, "column basis: 'hearsay' is not allowed"),
        ("no-such-row", {}, "names no table, no trial and no row"),
        ("confirmations", {}, "names no table, no trial and no row"),
        ("choices", {"on": date.today() + timedelta(days=1)}, "is after today"),
    ):
        assert confirm(copy, what, **arguments) == 1
        assert words in capsys.readouterr().err
    assert len(copy.rows("confirmations")) == 1


def test_rows_are_confirmed_by_table_by_trial_and_by_id(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    with_assessors(copy, "author")
    assert confirm(copy, "choices", "choice-death-monsel2022") == 0
    assert "choices: 38 rows" in capsys.readouterr().out
    assert confirm(copy, "monsel2022") == 0
    said = capsys.readouterr().out
    assert "trials: 1 row\n" in said and "counts: " in said and "risk_of_bias: " in said
    assert main(["confirm", "monsel2022", "--in", "trials", "--by", "A. Author", "--from", "abstract",
                 "--on", str(DAY), "--folder", str(copy.folder)]) == 0  # fmt: skip
    rows = copy.rows("confirmations")
    assert [row[3] for row in rows if row[0] == "monsel2022"] == ["abstract"]
    assert len({row[0] for row in rows}) == len(rows)
    assert copy.all_problems() == ()


def test_a_confirmation_counts_while_the_row_is_the_same(copy: Copy) -> None:
    with_assessors(copy, "author", "author")
    confirm(copy, "certainty")
    confirm(copy, "certainty", by="B. Author", basis="abstract")
    found = confirmed(load(copy.folder))["certainty"]
    assert (found.of, found.confirmed, found.people, found.by) == (24, 24, 2, "A. Author, B. Author")
    assert found.bases == ("full text", "abstract") and found.roles == ("author",)
    copy.put("certainty", "certainty-death-overall", "reason", "another reason")
    changed = confirmed(copy.seal())["certainty"]
    assert changed.confirmed == 23 and changed.made == "the project from the available text"


def test_a_confirmation_of_a_lost_row_or_by_the_project_is_refused(copy: Copy) -> None:
    digest = "0" * 16
    copy.write(
        "confirmations",
        [*copy.rows("confirmations"), ["gone", "the project", "2026-11-22", "full text", "", digest]],
    )
    assert [(found.column, found.problem) for found in copy.all_problems()] == [
        ("row", "is no row of any table"),
        ("confirmed_by", "is no person"),
    ]


def taken_over(copy: Copy) -> Evidence:
    """The evidence with every own judgement of bias taken over by an author."""
    with_assessors(copy, "author")
    rows = copy.rows("risk_of_bias")
    at, reason = rows[0].index("assessed_by"), rows[0].index("reason")
    for row in rows[1:]:
        if row[at].startswith("the project"):
            row[at], row[reason] = "A. Author, from the full text", "as the full text says"
    copy.write("risk_of_bias", rows)
    return copy.seal()


def test_a_judgement_that_an_author_takes_over_stays_own(copy: Copy, evidence: Evidence) -> None:
    new = taken_over(copy)
    for asked in evidence.outcomes[:2]:
        old_bias, new_bias = bias(evidence, asked), bias(new, asked)
        assert (new_bias.published, new_bias.own, new_bias.without) == (
            old_bias.published,
            old_bias.own,
            old_bias.without,
        )
        assert new_bias.own > 0
    found = confirmed(new)["bias"]
    assert found.confirmed == found.of > 30 and (found.people, found.bases) == (1, ("full text",))
    assert found.made == ""


def test_a_name_that_nobody_knows_is_that_of_others(copy: Copy) -> None:
    copy.put("risk_of_bias", OWN, "assessed_by", "C. Stranger, from the full text")
    assert {problem.remedy for problem in copy.problems()} >= {"empty it, or name who judged in assessors.csv"}


def test_cells_name_one_or_more_assessors_and_what_they_read(copy: Copy) -> None:
    with_assessors(copy, "author", "assessor")
    assessors = load(copy.folder).assessors
    two = named("A. Author and B. Author, from the abstract", assessors)
    assert [one.name for one in two] == ["A. Author", "B. Author"]
    assert basis("A. Author and B. Author, from the abstract", two[0]) == "abstract"
    assert basis("A. Author", two[0]) == "full text"
    assert named("A. Author and C. Stranger", assessors) == named("", assessors) == ()


def test_published_judgements_are_not_own(evidence: Evidence) -> None:
    own = [row for row in evidence.risk_of_bias if is_own(row, evidence.assessors)]
    assert {row.assessed_by for row in own} == {"the project, from the available text"} and len(own) == 44


def test_two_independent_judgements_give_agreement_and_kappa(copy: Copy) -> None:
    with_assessors(copy, "author", "author")
    evidence = load(copy.folder)
    own = [row.row_id for row in evidence.risk_of_bias if is_own(row, evidence.assessors)][:4]
    said = {"A. Author": ("low", "low", "high", "high"), "B. Author": ("low", "high", "high", "high")}
    for by, judgements in said.items():
        for row, judgement in zip(own, judgements, strict=True):
            assert main(["confirm", row, "--by", by, "--from", "full text", "--on", str(DAY), "--judgement",
                         judgement, "--folder", str(copy.folder)]) == 0  # fmt: skip
    found = confirmed(load(copy.folder))["bias"]
    assert (found.twice, found.agreed, found.agreement, found.kappa) == (4, 3, 0.75, 0.5)
    assert confirmed(evidence)["bias"].kappa is None and confirmed(evidence)["bias"].twice == 0


def test_a_judgement_has_to_be_one_that_the_column_allows(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    with_assessors(copy, "author")
    for what, judgement, words in (
        (OWN, "terrible", "'terrible' is not allowed"),
        ("choice-death-monsel2022", "low", "which is no judgement"),
    ):
        assert main(["confirm", what, "--by", "A. Author", "--from", "full text", "--on", str(DAY),
                     "--judgement", judgement, "--folder", str(copy.folder)]) == 1  # fmt: skip
        assert words in capsys.readouterr().err
