"""An SD that is small beside its peers is suspected of being a standard error, unless its own stands beside it."""

from __future__ import annotations

import pytest
from data_copy import Copy

AGE = "baseline-lanzoni2021-age-msc"


def with_words(copy: Copy, words: str) -> list[str]:
    """What is found where 4.60, a twelfth root of 15.93, stands as the SD of 12 patients beside one of 11.61."""
    copy.put("baseline", f"{AGE}-sd", "value", "4.60")
    copy.put("baseline", f"{AGE}-sd", "quotation", words)
    return [problem.problem for problem in copy.problems() if problem.check == "SE for SD"]


@pytest.mark.parametrize(
    "words",
    [
        "58.58 ± 4.60 vs. 58.83 ± 11.61",
        "58.58 (4.60), P = 1.33 | 58.83 (11.61)",
        "58.58 (4.60; 0.46) | 58.83 (11.61)",
        "58.58 (4.60) | 12 | 58.83 (11.61)",
    ],
)
def test_what_may_be_a_standard_error_is_found(copy: Copy, words: str) -> None:
    (problem,) = with_words(copy, words)
    assert "times √12 it is 15.9" in problem


@pytest.mark.parametrize("words", ["58.58 (SD 4.60, SE 1.33) | 58.83 (11.61)", "58.58 | 4.60 | 1.328 | 12 | 11.61"])
def test_its_standard_error_in_the_words_read_explains_it(copy: Copy, words: str) -> None:
    assert with_words(copy, words) == []


@pytest.mark.parametrize(("error", "found"), [("0.678", 0), ("2.35", 1)])
def test_its_standard_error_in_a_row_of_the_same_arm_explains_it(copy: Copy, error: str, found: int) -> None:
    """The SD 2.35 of 12 patients, which an exception explains: a row beside it gives 2.35/√12, or 2.35 again."""
    row_id = "continuous-lanzoni2021-d-dimer-d0-msc"
    rows = copy.rows("continuous")
    head, row = rows[0], list(rows[copy.number("continuous", row_id)])
    for column, value in (
        ("row_id", f"{row_id}-se"), ("statistic", "mean/SE"), ("sd", ""), ("se", error),
    ):  # fmt: skip
        row[head.index(column)] = value
    copy.write("continuous", [*rows, row])
    exceptions = copy.rows("exceptions")
    name = f"exception-se-for-sd-{row_id}-sd"
    copy.write("exceptions", [line for line in exceptions if line[0] != name])
    assert sum(problem.check == "SE for SD" for problem in copy.problems()) == found
