"""Our own judgements: grounds, arithmetic, completeness; what is wrong with them is refused."""

from __future__ import annotations

import pytest

from analysis.evidence.assessors import is_own
from analysis.evidence.checks.judgements import ITEMS
from analysis.evidence.load import Evidence

#: how many items each guideline has
LENGTHS = {"PRISMA 2020": 42, "PRISMA 2020 abstracts": 12, "PRISMA-S": 16, "SWiM": 9}


@pytest.mark.parametrize("name", LENGTHS)
def test_each_item_of_a_guideline_stands_once_and_in_order(evidence: Evidence, name: str) -> None:
    found = [row.item for row in evidence.reporting if row.checklist == name]
    assert found == ITEMS[name]
    assert len(set(found)) == LENGTHS[name]


def test_every_contributing_trial_has_a_judgement_of_each_result(evidence: Evidence) -> None:
    for choice in evidence.choices:
        if choice.role == "primary":
            rows = [row for row in evidence.risk_of_bias if row.trial == choice.trial and row.domain == "Overall"]
            ours = [
                row for row in rows if is_own(row, evidence.assessors) and row.outcome.startswith(choice.analysis)
            ]
            published = [
                row
                for row in rows
                if not is_own(row, evidence.assessors) and row.tool == "RoB 2" and row.judgement == "low"
            ]
            assert ours or published, choice.row_id


def test_what_the_words_do_not_say_is_never_low(evidence: Evidence) -> None:
    ours = [row for row in evidence.risk_of_bias if is_own(row, evidence.assessors)]
    assert len(ours) > 30
    for row in ours:
        if "does not say" in row.reason or "not read" in row.reason or "disagree" in row.reason:
            assert row.judgement == "some concerns", row.row_id


def test_no_strategy_was_run(evidence: Evidence) -> None:
    databases = list(dict.fromkeys(row.database for row in evidence.strategies))
    assert databases == ["MEDLINE", "Embase", "CENTRAL", "ClinicalTrials.gov", "WHO ICTRP"]
    assert {row.status for row in evidence.strategies} == {"not run"}
    for name in databases:
        concepts = [row.concept for row in evidence.strategies if row.database == name]
        assert {"mesenchymal stromal cells", "COVID-19"} < set(concepts)
        assert concepts[-1] == "combination"


OWN = "rob-own-bowdish2023-death"
MUTATIONS = [
    (
        "risk_of_bias",
        f"{OWN}-1-randomisation",
        "rests_on",
        "bowdish2024",
        "grounds of judgements",
        "no other row of any",
    ),
    ("risk_of_bias", f"{OWN}-1-randomisation", "rests_on", "", "grounds of judgements", "is empty"),
    ("risk_of_bias", f"{OWN}-1-randomisation", "judged_on", "", "grounds of judgements", "is empty"),
    ("risk_of_bias", "rob-monsel2022-rob2-overall", "rests_on", "monsel2022", "grounds of judgements", "of our own"),
    (
        "risk_of_bias",
        f"{OWN}-overall",
        "judgement",
        "low",
        "overall bias",
        "is not the worst of its domains, some concerns",
    ),
    ("risk_of_bias", f"{OWN}-4-measurement-of-the-outcome", "judgement", "high", "overall bias", "domains, high"),
    ("certainty", "certainty-death-imprecision", "levels", "1", "certainty", "does not go with 'very serious'"),
    (
        "certainty",
        "certainty-death-overall",
        "rating",
        "low",
        "certainty",
        "is not what the levels taken off leave: very low",
    ),
    ("certainty", "certainty-death-imprecision", "domain", "inconsistency", "certainty", "is rated 2 times"),
    ("certainty", "certainty-death-overall", "rating", "serious", "certainty", "is no rating of overall"),
    (
        "certainty",
        "certainty-crp-overall",
        "decided_on",
        "2026-11-01",
        "age of ratings",
        "is before choice-crp-lanzoni",
    ),
    ("reporting", "report-swim-9", "item", "8", "reporting items", "stands twice"),
    ("reporting", "report-swim-9", "item", "10", "reporting items", "is no item of SWiM"),
    ("reporting", "report-prisma-2020-25", "note", "", "reporting items", "is empty, but the item is not met"),
    ("strategies", "strategy-medline-20", "query", "6 and 9 and 21", "search strategies", "refers to line 21"),
    ("strategies", "strategy-central-10", "query", "#6 AND #11", "search strategies", "refers to line 11"),
    ("strategies", "strategy-medline-03", "query", "(mesenchym*.ti.", "search strategies", "opens and closes ()"),
    ("strategies", "strategy-medline-03", "line", "30", "search strategies", "does not follow line 2"),
]


@pytest.mark.parametrize(("table", "row_id", "column", "value", "check", "message"), MUTATIONS)
def test_a_wrong_judgement_is_refused(copy, table, row_id, column, value, check, message) -> None:
    number = copy.put(table, row_id, column, value)
    found = [problem for problem in copy.all_problems() if problem.check == check]
    assert any(message in str(problem) for problem in found), [str(problem) for problem in copy.all_problems()]
    if check != "overall bias" and "twice" not in message and "times" not in message:
        assert number in {problem.row for problem in found}


def test_a_missing_item_is_named(copy) -> None:
    rows = [row for row in copy.rows("reporting") if row[0] != "report-prisma-2020-13d"]
    copy.write("reporting", rows)
    assert any("lacks items: PRISMA 2020 13d" in str(problem) for problem in copy.all_problems())


def test_a_decision_on_a_trial_asks_for_every_rating_of_its_outcome_anew(copy) -> None:
    copy.put("choices", "choice-death-pochon2023", "decided_on", "2027-01-01")
    found = [str(problem) for problem in copy.all_problems() if problem.check == "age of ratings"]
    assert len(found) == 6 and all("decided on 2027-01-01, so its reason may be out of date" in one for one in found)
