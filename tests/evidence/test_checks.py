"""The checks of the evidence find the known oddities, and each can find something; each finding is answered."""

from __future__ import annotations

from collections.abc import Callable

import invented_measures
import pytest
from data_copy import Copy
from moderators_declared import asks_by_nothing

from analysis.evidence.checks import CHECKS, Kind
from analysis.evidence.checks.identifiers import registration_fault
from analysis.evidence.load import Evidence, Problem

DEATHS = "deaths-bowdish2023-d30"
CHOICE = "choice-death-bowdish2023"
RATING = "certainty-crp-overall"
SOFA_CHANGE = "continuous-monsel2022-sofa-change-d0-d7-d7"
OXYGENATION = "continuous-gorman2023-oxygenation-index-d7-msc"
STATEMENT = "biomarker-farkhad2022"
AGE = "baseline-lanzoni2021-age-msc"
SHI_TITLE = (
    "Effect of human umbilical cord-derived mesenchymal stem cells on lung damage in severe COVID-19 patients: a "
    "randomized, double-blind, placebo-controlled phase 2 trial"
)
JUDGED = "rob-own-bowdish2023-death"
KNOWN_ODDITIES = {
    ("printed ratio", "deaths-zarrabi2023", "conflict-zarrabi-ratio"): "3/11 against 8/24 patients gives 0.82",
    ("printed ratio", "deaths-zarrabi2023-msc-ev", "conflict-zarrabi-ratio-ev"): "0/8 against 8/24 patients gives",
    ("printed ratio", "sae-gorman2023-events", "conflict-gorman-ratio"): "6/30 against 3/29 events gives 1.93",
    ("statistics quoted", "published-jiph2022-adverse-events", "conflict-jiph-33"): "0.33 is not among the numbers",
    ("percentages", "deaths-lanzoni2021-d31-survival", "conflict-lanzoni-survival"): "12 patients cannot give 91%",
    ("percentages", "deaths-shu2020-d28", "conflict-shu-percent"): "10.34%, but the quotation has 7.31%",
    ("whole arms", "deaths-shi2021-ajrccm2024", "conflict-shi-randomised"): "65 is less than the 66 randomised",
    ("p and interval", "published-scrt2023ucmsc-mortality", ""): "P = 0.0074 to 0.013, but P = 0.53 is printed",
}


def double(copy: Copy) -> None:
    rows = copy.rows("biomarkers")
    copy.write("biomarkers", [*rows, [f"{rows[2][0]}-again", *rows[2][1:]]])


def confirmed_by_the_project(copy: Copy) -> None:
    row = [JUDGED + "-overall", "the project", "2026-11-22", "full text", "", "0" * 16]
    copy.write("confirmations", [*copy.rows("confirmations"), row])


def judged_from_the_full_text(copy: Copy) -> None:
    copy.write("assessors", [*copy.rows("assessors"), ["assessor-a", "A. Author", "author", "full text", ""]])
    copy.put("choices", "choice-death-pochon2023", "decided_by", "A. Author")


def as_standard_errors(copy: Copy) -> None:
    """The SD of one arm as its standard error: 15.93/√12 = 4.60, in the words read too."""
    words = "58.58 ± 4.60 vs. 58.83 ± 11.61"
    copy.put("baseline", f"{AGE}-sd", "value", "4.60")
    copy.put("baseline", f"{AGE}-sd", "quotation", words)


def standard_deviations(copy: Copy) -> None:
    """The SD of one arm called a standard error, the number moved."""
    row = "continuous-lanzoni2021-stnfr2-d6-msc"
    for column, value in (("statistic", "mean/SE"), ("se", "3071.96"), ("sd", "")):
        copy.put("continuous", row, column, value)


def exchanged_arms(copy: Copy) -> None:
    """The codes of both arms exchanged in all rows of a table."""
    head, *rows = copy.rows("continuous")
    at = head.index("arm")
    other = {"treatment": "control", "control": "treatment"}
    copy.write("continuous", [head, *([*row[:at], other.get(row[at], row[at]), *row[at + 1 :]] for row in rows)])


def same_counts(copy: Copy) -> None:
    for column, value in (
        ("events_treatment", "5"),
        ("n_treatment", "21"),
        ("events_control", "4"),
        ("n_control", "24"),
    ):
        copy.put("counts", "deaths-dilogo2021-tard2023", column, value)


def list_what_is_whole(copy: Copy) -> None:
    copy.put("choices", CHOICE, "role", "listed")
    copy.put("choices", CHOICE, "enters_as", "")


def leave_out(copy: Copy) -> None:
    """A trial that is only listed, without naming the counts that it gives."""
    for column, value in (("role", "listed"), ("rows", ""), ("enters_as", "")):
        copy.put("choices", CHOICE, column, value)


def choose_a_later_day(copy: Copy) -> None:
    invented_measures.add(copy)
    later = "continuous-bowdish2023-crp-d14-treatment continuous-bowdish2023-crp-d14-control"
    copy.put("choices", "choice-crp-bowdish2023", "rows", later)


def put(table: str, row: str, column: str, value: str) -> Callable[[Copy], object]:
    return lambda copy: copy.put(table, row, column, value)


#: check → a change that it finds, and where it finds it
SLIPS_AND_ODDITIES: dict[str, tuple[Callable[[Copy], object], str, str]] = {
    "row ids": (put("choices", CHOICE, "row_id", DEATHS), "choices", "row_id"),
    "facts": (double, "biomarkers", "row_id"),
    "references": (put("trials", "shi2021", "doi", "10.1038/s41392-021-00488-6"), "trials", "doi"),
    "cohorts": (put("trials", "gorman2023", "registry_id", "NCT04371393"), "trials", "registry_id"),
    "letters": (put("trials", "martinez_munoz2024", "label", "MartÃ¤nez 2024"), "trials", "label"),
    "registrations": (put("trials", "aghayan2022", "registry_id", "IRCT20201321047859N4"), "trials", "registry_id"),
    "DOI and PMID": (put("bibliography", "shi2021", "pmid", "03356862"), "bibliography", "pmid"),
    "labels": (put("trials", "bowdish2023", "label", "Bowdish 2022"), "trials", "year"),
    "eligibility": (put("trials", "bowdish2023", "comparator_class", "standard care"), "trials", "comparator_class"),
    "report read": (put("trials", "rebelatto2022", "report_read", "article in part"), "trials", "report_read"),
    "choices": (list_what_is_whole, "choices", "rows"),
    "outcomes": (put("outcomes", "outcome-deaths", "measure", "MD"), "outcomes", "measure"),
    "quantities": (put("scales", "scale-crp", "factor", "10"), "scales", "factor"),
    "equal units": (put("scales", "scale-crp", "unit", "mg/dL"), "scales", "factor"),
    "chosen time point": (choose_a_later_day, "choices", "rows"),
    "searches": (put("searches", "search-clinicaltrials-gov-copy", "found", "58"), "searches", "found"),
    "records of searches": (put("records", "record-212", "search", ""), "records", "search"),
    "records": (put("records", "record-003", "is_duplicate", "false"), "records", "flow_box"),
    "conflicts": (put("conflicts", "conflict-gorman-ratio", "row_a", DEATHS), "conflicts", "row_a"),
    "quotation length": (put("counts", DEATHS, "quotation", "42 47 " * 12 + "42 47"), "counts", "quotation"),
    "events quoted": (put("counts", DEATHS, "events_treatment", "43"), "counts", "events_treatment"),
    "statistics quoted": (put("counts", DEATHS, "printed_high", "1.22"), "counts", "printed_high"),
    "measure quoted": (put("published", "published-yan2023-crp", "measure", "SMD"), "published", "measure"),
    "arm sizes quoted": (
        put("trials", "bowdish2023", "randomised_treatment", "113"), "trials", "randomised_treatment",
    ),
    "arm order": (put("counts", DEATHS, "quotation", "47 of 110 died, and 42 of 112"), "counts", "events_treatment"),
    "time point": (put("counts", DEATHS, "timepoint_days", "31"), "counts", "timepoint_days"),
    "events": (put("counts", DEATHS, "events_treatment", "113"), "counts", "events_treatment"),
    "arm totals": (put("counts", DEATHS, "n_treatment", "113"), "counts", "n_treatment"),
    "whole arms": (put("counts", DEATHS, "n_treatment", "111"), "counts", "n_treatment"),
    "percentages": (put("counts", DEATHS, "n_control", "109"), "counts", "events_control"),
    "sources": (put("counts", "deaths-dilogo2021-tard2023", "events_treatment", "12"), "counts", "events_treatment"),
    "printed ratio whole": (put("counts", DEATHS, "printed_measure", ""), "counts", "printed_measure"),
    "limits": (put("published", "published-jiph2022-adverse-events", "estimate", "33"), "published", "estimate"),
    "symmetry": (put("counts", DEATHS, "printed_low", "0.46"), "counts", "printed_estimate"),
    "printed ratio": (put("counts", DEATHS, "printed_estimate", "0.98"), "counts", "printed_estimate"),
    "printed interval": (put("counts", DEATHS, "printed_high", "1.41"), "counts", "printed_low"),
    "p and interval": (put("counts", f"{DEATHS}-ratio", "printed_p", "0.043"), "counts", "printed_estimate"),
    "p and counts": (put("counts", "sae-monsel2022-d14", "printed_p", "0.079"), "counts", "printed_p"),
    "statistic": (put("continuous", OXYGENATION, "statistic", "mean/SE"), "continuous", "sd"),
    "scale": (put("continuous", OXYGENATION, "unit", "cm H2O/mm Hg"), "continuous", "unit"),
    "SE for SD": (as_standard_errors, "baseline", "value"),
    "GRIM": (put("baseline", f"{AGE}-mean", "value", "58.54"), "baseline", "value"),
    "GRIMMER": (put("baseline", f"{AGE}-sd", "value", "7.52"), "baseline", "value"),
    "SD for SE": (standard_deviations, "continuous", "se"),
    "trials entered twice": (put("trials", "zhu2021", "title", SHI_TITLE), "trials", "title"),
    "references entered twice": (put("bibliography", "zhu2021", "pmid", "33568628"), "bibliography", "pmid"),
    "labels of choices": (put("choices", CHOICE, "rows", "deaths-bowdish2023-d14"), "choices", "label"),
    "no events": (put("counts", "deaths-shi2021-ajrccm2024", "events_treatment", "6"), "counts", "events_treatment"),
    "codes and words": (put("trials", "shu2020", "comparator_class", "placebo"), "trials", "comparator_class"),
    "words quoted": (put("counts", DEATHS, "quotation", "42 of 112 lived, 47 of 110 lived"), "counts", "quotation"),
    "arms elsewhere": (put("counts", DEATHS, "events_treatment", "24"), "counts", "events_treatment"),
    "arm order of measurements": (exchanged_arms, "continuous", "centre"),
    "dates": (put("choices", CHOICE, "decided_on", "9999-12-31"), "choices", "decided_on"),
    "possible values": (
        put("published", "published-scrt2023ucmsc-crp", "patients_with_placebo", "97"), "published",
        "patients_with_placebo",
    ),
    "possible spread": (put("continuous", "continuous-lanzoni2021-crp-d6-msc", "sd", "310"), "continuous", "sd"),
    "criteria": (put("criteria", "criterion-placebo", "column", "colour"), "criteria", "column"),
    "moderators": (asks_by_nothing, "moderators", "characteristic"),
    "grounds of judgements": (put("risk_of_bias", f"{JUDGED}-overall", "rests_on", "x"), "risk_of_bias", "rests_on"),
    "confirmations": (confirmed_by_the_project, "confirmations", "confirmed_by"),
    "who decided": (put("choices", CHOICE, "decided_by", "A. Owner, from the full text"), "choices", "decided_by"),
    "reasons and basis": (judged_from_the_full_text, "choices", "reason"),
    "overall bias": (put("risk_of_bias", f"{JUDGED}-overall", "judgement", "low"), "risk_of_bias", "judgement"),
    "certainty": (put("certainty", "certainty-death-imprecision", "levels", "1"), "certainty", "levels"),
    "age of ratings": (put("certainty", RATING, "decided_on", "2026-11-01"), "certainty", "decided_on"),
    "reporting items": (put("reporting", "report-swim-9", "item", "8"), "reporting", "item"),
    "search strategies": (put("strategies", "strategy-medline-20", "query", "6 and 21"), "strategies", "query"),
    "row ids and cells": (put("biomarkers", f"{STATEMENT}-il6", "biomarker", "CRP"), "biomarkers", "biomarker"),
    "signs": (put("continuous", f"{SOFA_CHANGE}-msc", "centre", "1.5"), "continuous", "centre"),
    "days of measurements": (put("continuous", OXYGENATION, "timepoint_days", "14"), "continuous", "timepoint_days"),
    "units quoted": (
        put("continuous", OXYGENATION, "quotation", "Day 7 mean (SD), 98.3 [57.2] mm Hg; placebo, 96.6 [67.3] mm Hg"),
        "continuous", "unit",
    ),
    "arms alike": (put("continuous", OXYGENATION, "centre", "9.83"), "continuous", "centre"),
    "trial quoted": (put("counts", DEATHS, "quotation", "Monsel et al. 42 | 47 | 0.88 (0.64–1.21)"), "counts",
          "trial"),
    "sources and addresses": (put("counts", DEATHS, "source", "shu2020"), "counts", "source"),
    "statements quoted": (
        put("biomarkers", f"{STATEMENT}-il6", "p_value_text", "P > 0.05"), "biomarkers", "p_value_text",
    ),
    "reviews quoted": (
        put("published", "published-jiph2022-adverse-events", "i2_percent", "95"), "published", "i2_percent",
    ),
    "judgements quoted": (
        put("risk_of_bias", "rob-lanzoni2021-rob1-other-bias", "judgement", "high"), "risk_of_bias", "judgement",
    ),
    "conflicts and counts": (
        put("conflicts", "conflict-lanzoni-deaths", "statement_b", "4/12 v 7/12"), "conflicts", "statement_b",
    ),
    "trials and reports": (put("trials", "shi2021", "title", "Aspirin for headache in adults"), "trials", "title"),
    "choices and judgements": (leave_out, "choices", "role"),
    "names and settings": (put("outcomes", "outcome-crp", "role", "primary"), "outcomes", "role"),
    "reference fields": (put("bibliography", "monsel2022", "authors", "Monsel, A.;"), "bibliography", "authors"),
    "signs of BibTeX": (put("bibliography", "yan2023", "volume", "12}, url = {x"), "bibliography", "volume"),
    "order of work": (put("protocol", "protocol-placebo", "prespecified", "true"), "protocol", "prespecified"),
}  # fmt: skip


def found_by(copy: Copy, check: str) -> list[Problem]:
    return [problem for problem in copy.all_problems() if problem.check == check]


def test_every_check_is_tried() -> None:
    assert set(SLIPS_AND_ODDITIES) == {check.name for check in CHECKS}


@pytest.mark.parametrize("check", SLIPS_AND_ODDITIES)
def test_every_check_finds_what_it_is_for(copy: Copy, check: str) -> None:
    change, table, column = SLIPS_AND_ODDITIES[check]
    change(copy)
    places = [(problem.file, problem.column) for problem in found_by(copy, check)]
    assert (f"data/{table}.csv", column) in places


def test_every_finding_says_where_what_and_what_to_do(copy: Copy) -> None:
    copy.put("counts", DEATHS, "events_treatment", "43")
    for problem in copy.all_problems():
        assert problem.file and problem.row and problem.column and problem.value
        assert problem.problem and problem.remedy and problem.check


def test_known_oddities_are_found_and_explained(evidence: Evidence) -> None:
    found = {(warning.check, warning.row_id, warning.conflict): warning.sentence for warning in evidence.warnings}
    for place, words in KNOWN_ODDITIES.items():
        assert words in found[place]


def test_every_explanation_tells_of_its_own_row(evidence: Evidence) -> None:
    assert len(evidence.warnings) == len(evidence.exceptions)
    for warning in evidence.warnings:
        exception = evidence.row(warning.explained_by)
        assert (exception.check, exception.row, exception.column) == (warning.check, warning.row_id, warning.column)
        assert exception.reason
        if warning.conflict:
            conflict, row = evidence.row(warning.conflict), evidence.row(warning.row_id)
            assert conflict.trial == getattr(row, "trial", "")


def lose(copy: Copy, table: str, row_id: str) -> None:
    rows = copy.rows(table)
    del rows[copy.number(table, row_id)]
    copy.write(table, rows)


@pytest.mark.parametrize("place", KNOWN_ODDITIES, ids=lambda place: f"{place[0]}-{place[1]}")
def test_an_oddity_that_nobody_explained_stops_loading(copy: Copy, evidence: Evidence, place: tuple) -> None:
    check, row_id, _ = place
    warning = next(w for w in evidence.warnings if (w.check, w.row_id) == (check, row_id))
    lose(copy, "exceptions", warning.explained_by)
    (problem,) = [p for p in copy.problems() if p.check == check]
    assert problem.column == warning.column
    assert "if it is right as it stands, say why in exceptions.csv" in problem.remedy


def test_an_explanation_ends_with_the_value_that_it_explains(copy: Copy) -> None:
    copy.put("counts", "deaths-zarrabi2023", "printed_estimate", "0.59")
    (problem,) = found_by(copy, "printed ratio")
    assert problem.value == "0.59"
    assert "explains another value there, 0.49" in problem.remedy


IDLE = {
    "explains nothing any more": ("row", "deaths-bowdish2023-d14", "row_id"),
    "is no row of any table": ("row", "deaths-nobody", "row"),
    "is no check that exceptions can explain": ("check", "events", "check"),
}


@pytest.mark.parametrize("problem", IDLE)
def test_an_explanation_that_explains_nothing_is_an_error(copy: Copy, problem: str) -> None:
    column, value, place = IDLE[problem]
    exception = "exception-p-and-counts-progression-shu2020-d28-printed-p"
    copy.put("exceptions", exception, column, value)
    (found,) = found_by(copy, "exceptions")
    assert (found.column, found.problem) == (place, problem)


def test_slips_cannot_be_explained_away(copy: Copy) -> None:
    slip = next(check for check in CHECKS if check.kind is Kind.SLIP)
    rows = copy.rows("exceptions")
    copy.write("exceptions", [*rows, ["exception-slip", slip.name, DEATHS, "events_treatment", "42", "", "because"]])
    (found,) = found_by(copy, "exceptions")
    assert found.problem == "is no check that exceptions can explain"


def test_different_trials_with_the_same_counts_are_one_cohort_until_explained(copy: Copy) -> None:
    same_counts(copy)
    found = found_by(copy, "cohorts")
    assert found and all("and the other counts of the row are those of dilogo2021" in p.problem for p in found)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("NCT04371393", ""),
        ("ChiCTR2000031494", ""),
        ("IRCT20200621047859N4", ""),
        ("EudraCT 2020-002193-27", ""),
        ("IRCT20201321047859N4", "holds a date that does not exist"),
        ("NCT4371393", "is a number of no registry known here"),
        ("EudraCT 2020-2193-27", "is a number of no registry known here"),
    ],
)
def test_registration_numbers(number: str, fault: str) -> None:
    assert registration_fault(number).startswith(fault) and bool(fault) == bool(registration_fault(number))
