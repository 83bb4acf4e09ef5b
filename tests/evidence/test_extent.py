"""How much of each trial's report could be read: what single rows show, and what the check refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from data_copy import Copy

from analysis.evidence.extent import (
    ABSTRACT,
    ARTICLE,
    EXTENTS,
    OTHERS,
    REGISTER_ENTRY,
    REGISTER_RESULTS,
    shown_by,
    strongest,
)
from analysis.evidence.load import Evidence, Problem

CHECK = "report read"
#: source, how obtained and locator of a row → what it shows of a trial whose reference is own2021
PLACES = {
    ("own2021", "reported", "primary article Table 2"): ARTICLE,
    ("own2021", "derived", "text p7"): ARTICLE,
    ("own2021", "digitised", "Figure 3"): ARTICLE,
    ("later2024", "reported", "long-term article Table 2"): ARTICLE,
    ("own2021", "reported", "abstract"): ABSTRACT,
    ("own2021", "derived", "primary article abstract (copy)"): ABSTRACT,
    ("later2024", "reported", "1-year article abstract"): ABSTRACT,
    ("", "reported", "Abstract of a poster"): ABSTRACT,
    ("", "registry", "ClinicalTrials.gov record, version of 2022: ResultsSection, OutcomeMeasure"): REGISTER_RESULTS,
    ("", "derived", "EU Clinical Trials Register, results, page 4"): REGISTER_RESULTS,
    ("", "registry", "registry page"): REGISTER_ENTRY,
    ("", "registry", "title and reason of record 134"): REGISTER_ENTRY,
    ("", "derived", "ClinicalTrials.gov record: EnrollmentCount"): REGISTER_ENTRY,
    ("review2023", "secondary source", "review Table 1"): OTHERS,
    ("review2023", "derived", "secondary: abstract of the review"): OTHERS,
    ("", "company report", "company report"): OTHERS,
    ("", "reported", "Table 2 of a page without a reference"): OTHERS,
}
#: trial → what is said of it, and the words of the refusal
REFUSED = {
    ("rebelatto2022", ARTICLE): "is more than any row of rebelatto2022 shows, which is abstract",
    ("pochon2023", ABSTRACT): "is more than any row of pochon2023 shows, which is register entry",
    ("duke_nct04399889", REGISTER_RESULTS): "is more than any row of duke_nct04399889 shows, which is register entry",
    ("xu2021", REGISTER_ENTRY): "is more than any row of xu2021 shows, which is others only",
    ("monsel2022", ABSTRACT): "is less than",
    ("lanzoni2021", REGISTER_RESULTS): "is less than",
    ("gorman2023", REGISTER_ENTRY): "is less than gorman2023 shows, read in abstract",
    ("duke_nct04399889", OTHERS): "is less than duke_nct04399889 shows, read in ClinicalTrials.gov record",
}


def refusals(copy: Copy) -> list[Problem]:
    return [problem for problem in copy.all_problems() if problem.check == CHECK]


@pytest.mark.parametrize("place", PLACES, ids=" | ".join)
def test_a_row_shows_where_it_was_read(evidence: Evidence, place: tuple[str, str, str]) -> None:
    source, obtained, locator = place
    trial = replace(evidence.trials[0], citation="own2021")
    assert shown_by(replace(trial, source=source, obtained=obtained, locator=locator), trial) == PLACES[place]


def test_a_trial_without_a_reference_has_no_article(evidence: Evidence) -> None:
    """An empty source is not the trial's own one only because its reference is empty too."""
    trial = replace(evidence.trials[0], citation="", source="", obtained="derived", locator="Table 2")
    assert shown_by(trial, trial) == OTHERS


@pytest.mark.parametrize("said", REFUSED, ids=" as ".join)
def test_more_or_less_than_the_rows_show_is_refused(copy: Copy, said: tuple[str, str]) -> None:
    trial, extent = said
    number = copy.put("trials", trial, "report_read", extent)
    (problem,) = refusals(copy)
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "data/trials.csv", number, "report_read", extent,
    )  # fmt: skip
    assert problem.problem.startswith(REFUSED[said]) and problem.remedy


def test_a_row_read_elsewhere_than_before_moves_its_trial(copy: Copy) -> None:
    copy.put("trials", "gorman2023", "locator", "Table 3")
    (problem,) = refusals(copy)
    assert problem.value == ABSTRACT and problem.problem == "is less than gorman2023 shows, read in Table 3"
    assert problem.remedy == "write article in part, or correct source and locator of that row"


def test_a_trial_whose_only_abstract_is_lost_has_none(copy: Copy) -> None:
    copy.put("trials", "aghayan2022", "locator", "title and keywords")
    copy.put("trials", "aghayan2022", "obtained", "secondary source")
    copy.put("trials", "aghayan2022", "source", "ghrp2022")
    (problem,) = refusals(copy)
    assert problem.problem == "is more than any row of aghayan2022 shows, which is others only"
    assert problem.remedy == "add the row that was read there, or write others only"


def test_a_value_that_is_none_of_the_list_is_refused(copy: Copy) -> None:
    copy.put("trials", "gorman2023", "report_read", "full text")
    assert any(problem.column == "report_read" and problem.value == "full text" for problem in copy.problems())


def test_every_trial_shows_something(evidence: Evidence) -> None:
    found = strongest(evidence)
    assert set(found) == {trial.row_id for trial in evidence.trials}
    assert {shown for shown, _ in found.values()} <= set(EXTENTS)
    for trial, (shown, row) in found.items():
        assert row.trial == trial
        assert shown == shown_by(row, evidence.row(trial)) == evidence.row(trial).report_read
