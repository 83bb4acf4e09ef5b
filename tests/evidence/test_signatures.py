"""Names below decisions and seals are those of assessors, and reasons do not speak of less than was read."""

from __future__ import annotations

from datetime import date

import pytest
from data_copy import Copy

from analysis.__main__ import main
from analysis.evidence.checks.signatures import IN_PART
from analysis.evidence.load import DataError, seal

DAY = date(2026, 11, 22)


def with_author(copy: Copy) -> None:
    copy.write("assessors", [*copy.rows("assessors"), ["assessor-a", "A. Author", "author", "full text", ""]])


@pytest.mark.parametrize(
    ("table", "row", "column", "says"),
    [
        ("choices", "choice-death-bowdish2023", "decided_by", "names nobody of assessors.csv"),
        ("certainty", "certainty-death-overall", "decided_by", "names nobody of assessors.csv"),
        ("reporting", "report-swim-9", "judged_by", "names nobody of assessors.csv"),
        ("risk_of_bias", "rob-own-bowdish2023-death-overall", "assessed_by", "and the row cites nothing"),
    ],
)
def test_whoever_decided_is_an_assessor_or_cited(copy: Copy, table: str, row: str, column: str, says: str) -> None:
    number = copy.put(table, row, column, "A. Owner, from the full text")
    found = [one for one in copy.problems() if one.check == "who decided"]
    assert [(one.file, one.row, one.column) for one in found] == [(f"data/{table}.csv", number, column)]
    assert says in found[0].problem and "add the name to assessors.csv" in found[0].remedy
    copy.put(table, row, column, "the project and A. Owner")
    assert [one.check for one in copy.problems() if one.check == "who decided"]


def test_a_published_judgement_needs_its_reference(copy: Copy) -> None:
    copy.put("risk_of_bias", "rob-lanzoni2021-rob2-1-randomisation", "source", "")
    (found,) = [one for one in copy.problems() if one.check == "who decided"]
    assert found.column == "assessed_by" and "name its reference in source" in found.remedy


def test_a_seal_is_signed_by_an_assessor(copy: Copy) -> None:
    copy.put("counts", "deaths-bowdish2023-d30", "note", "another note")
    before = (copy.folder / "seals.csv").read_bytes()
    with pytest.raises(DataError, match=r"column sealed_by: 'A\. Author' names nobody of assessors.csv"):
        seal(copy.folder, "A. Author", DAY)
    assert (copy.folder / "seals.csv").read_bytes() == before
    with_author(copy)
    seal(copy.folder, "A. Author", DAY)
    rows = copy.rows("assessors")
    copy.write("assessors", rows[:-1])
    (found,) = [one for one in copy.problems() if one.check == "who decided"]
    assert found.value == "A. Author" and found.problem.endswith("below 2 seals")


@pytest.mark.parametrize(
    "text",
    [
        "deaths per arm not in the available text",
        "the counts were read in another review's table only",
        "only the abstract was read",
        "the text could not be read",
        "as the abstract alone says",
        "full texts were not found",
    ],
)
def test_words_of_a_text_read_in_part(text: str) -> None:
    assert IN_PART.search(text)


@pytest.mark.parametrize(
    "text",
    ["eligible by design; the abstract agrees", "the only counts in the report", "treatment-related events only"],
)
def test_words_of_a_text_that_was_read(text: str) -> None:
    assert not IN_PART.search(text)


def test_a_reason_from_less_than_the_full_text_is_asked_about(copy: Copy) -> None:
    with_author(copy)
    copy.seal()
    row = "choice-death-pochon2023"
    copy.put("choices", row, "decided_by", "A. Author, from the abstract")
    assert not copy.problems()
    number = copy.put("choices", row, "decided_by", "A. Author, from the full text")
    (found,) = copy.problems()
    assert (found.row, found.column, found.check) == (number, "reason", "reasons and basis")
    assert "says 'available text', but A. Author decided from the full text" in found.problem
    copy.put("choices", row, "reason", "eligible by design; the full text gives no deaths per arm")
    assert not copy.problems()


def test_confirming_from_the_full_text_names_reasons_from_less(
    copy: Copy, capsys: pytest.CaptureFixture[str]
) -> None:
    with_author(copy)
    copy.seal()
    for basis, named in (("abstract", False), ("full text", True)):
        assert main(["confirm", "choice-death-pochon2023", "--by", "A. Author", "--from", basis, "--on", str(DAY),
                     "--folder", str(copy.folder)]) == 0  # fmt: skip
        said = capsys.readouterr().out
        assert ("to be looked at: choice-death-pochon2023, whose reason says 'available text'" in said) == named
