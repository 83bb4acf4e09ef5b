"""Checklists lead to places that exist in the two documents."""

import inspect
import re
from pathlib import Path

import pytest
import yaml

from analysis.methods.direction import effect_direction
from analysis.methods.robustness import missing_trials
from analysis.printing.numbers import EN_DASH
from analysis.review import differences_tables
from analysis.review.choices import PRIORS
from analysis.synthesis import absolute_effects as absolute
from analysis.tables import grading, supplement
from analysis.tables.reporting import LABEL, PAPER, SUPPLEMENT, places

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {PAPER: "manuscript.qmd", SUPPLEMENT: "supplement.qmd"}
LISTS = ("PRISMA 2020", "PRISMA 2020 abstracts", "PRISMA-S", "SWiM")
#: outcomes that are not counted, in the order of the summary of findings
KEYS = ("CRP", "IL-6", "severity")
#: parts of the paper that have no label
PARTS = ("Title", "Abstract")


def labels(document):
    """Labels given in a document's source: ``{#sec-search}``, ``::: {#stbl-near .landscape}``."""
    return set(re.findall(r"\{#((?:sec|fig|tbl|eq|stbl|sfig)-[\w-]+)", (ROOT / document).read_text(encoding="utf-8")))


def headings(document):
    return set(re.findall(r"^#+ (.+?) \{", (ROOT / document).read_text(encoding="utf-8"), re.M))


def test_every_place_that_a_checklist_names_exists(printer):
    there = {name: labels(document) for name, document in DOCUMENTS.items()}
    missing = {
        (item.row_id, place)
        for item in printer.tree.evidence.reporting
        for document, place in places(item)
        if LABEL.fullmatch(place) and place not in there[document]
    }
    assert not missing


def test_every_part_that_a_checklist_names_exists(printer):
    found = headings(DOCUMENTS[PAPER])
    for item in printer.tree.evidence.reporting:
        for _, place in places(item):
            if not LABEL.fullmatch(place):
                part, _, section = place.partition(", ")
                assert part in PARTS and (not section or section in found), (item.row_id, place)


def test_labels_are_given_once():
    found = [label for document in DOCUMENTS.values() for label in sorted(labels(document))]
    assert len(found) == len(set(found)) > 40


@pytest.mark.parametrize("name", LISTS)
def test_checklists_give_places_as_references(printer, name):
    table = supplement.checklist(printer, name)
    items = [row for row in printer.tree.evidence.reporting if row.checklist == name]
    assert len(table.rows) == len(items)
    for item, row in zip(items, table.rows, strict=True):
        shown = str(row[2])
        named = [place for _, place in places(item) if LABEL.fullmatch(place)]
        assert re.findall(r"@([\w-]+)", shown) == sorted(named, key=lambda label: label.startswith(("stbl", "sfig")))
        assert (PAPER + ":" in shown) or (SUPPLEMENT + ":" in shown)


def test_an_unknown_checklist_is_refused(printer):
    with pytest.raises(ValueError, match=r"no guideline 'PRISMA'.*PRISMA 2020, PRISMA 2020 abstracts"):
        supplement.checklist(printer, "PRISMA")


def test_strategies_print_every_line_as_code(printer):
    table = supplement.strategies(printer)
    assert len(table.rows) == len(printer.tree.evidence.strategies)
    for line, row in zip(printer.tree.evidence.strategies, table.rows, strict=True):
        assert f"`{line.query}`" in str(row[2])
    assert sum(bool(row[0]) for row in table.rows) == 5


def test_summary_of_findings_states_relative_and_absolute_effects(printer):
    deaths, serious, *described = grading.summary_of_findings(printer).rows
    text = [cell if isinstance(cell, str) else cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in deaths]
    assert text[1:4] == ["6 (448)", "64/241 v 75/207", printer.short("deaths.pooled").text]
    at = printer.tree.absolute["deaths"].largest_trial
    assert text[4] == printer("absolute.deaths.largest_trial.control").text == str(round(1000 * 47 / 110))
    assert text[5] == (
        f"{round(at.size)} {at.direction} ({round(at.size_low)} {at.direction_low} to "
        f"{round(at.size_high)} {at.direction_high})"
    )
    ratings = printer.tree.certainty["deaths"].ratings.values()
    taken_off = ", ".join(f"{rating.domain} ({rating.levels})" for rating in ratings if rating.levels)
    assert text[6] == f"⊕○○○ very low: {taken_off}. {grading.MEANING['very low']}"
    assert serious[6].text.startswith("⊕○○○ very low: ")
    shown = [printer.tree.outcomes[key].shown if key in printer.tree.outcomes else None for key in KEYS]
    assert [getattr(row[3], "text", row[3]) == "not pooled" for row in described] == [one is None for one in shown]


def test_each_eligible_trial_says_how_much_of_its_report_was_read(printer):
    *trials, last = supplement.missing_results(printer).rows
    read = [(row[0].text, row[1].text) for row in trials]
    assert read == [(trial.label, trial.report_read) for trial in printer.tree.evidence.eligible]
    assert [row[1].key for row in trials[:1]] == [f"data.{printer.tree.evidence.eligible[0].row_id}.report_read"]
    assert last[1] == EN_DASH


def test_tables_of_judgements_are_whole(printer):
    certainty = supplement.certainty(printer)
    unrated = [found for found in printer.tree.certainty.values() if not found.ratings]
    assert len(certainty.rows) == len(printer.tree.evidence.certainty) + len(unrated)
    missing = supplement.missing_results(printer)
    assert len(missing.rows) == printer.tree.trials.eligible + 1
    tallies = printer.tree.availability.outcomes.values()
    assert [cell.text for cell in missing.rows[-1][2:]] == [f"{one.numbers} of {one.trials}" for one in tallies]
    assert {one.trials for one in tallies} == {printer.tree.trials.eligible}
    assert len(differences_tables.modifiers(printer, "deaths").rows) == printer.tree.counted("deaths").k_shown
    bias = supplement.risk_of_bias(printer)
    assert len(bias.rows) == len(printer.tree.evidence.risk_of_bias)
    assert sum("the project" in str(row[5]) for row in bias.rows) > 30
    merged = supplement.bias_by_result(printer)
    assert len(merged.rows) == sum(outcome.k_shown for outcome in printer.tree.outcomes.values())
    monsel = [row for row in merged.rows if row[0].text == "Monsel 2022"]
    assert [row[-1].text for row in monsel] == ["(+) low", "(!) some concerns, ours"]


def test_decisions_state_the_numbers_that_the_code_uses(printer):
    decisions = {row.row_id.removeprefix("protocol-"): row.decision for row in printer.tree.evidence.protocol}
    for name, said in {
        "information-size": (absolute.RELATIVE_REDUCTION, absolute.ALPHA, absolute.POWER),
        "direction-rule": (inspect.signature(effect_direction).parameters["threshold"].default,),
    }.items():
        assert re.findall(r"\d+%", decisions[name]) == [f"{value:.0%}" for value in said]
    scales = [prior.label.rpartition(" ")[2] for prior in PRIORS["serious"].values()]
    assert re.findall(r"\d\.\d", decisions["priors"]) == scales
    assert f"({', '.join(printer.tree.evidence.outcome('deaths').measures)})" in decisions["multiverse"]
    ends = sorted(missing_trials.DEFAULT_RISK_RATIOS)
    assert "from 1/16 to 16" in decisions["missing-trials"] and (ends[0], ends[-1]) == (1 / 16, 16)


def test_every_decision_says_whether_the_evidence_had_been_seen(printer):
    rows = supplement.protocol(printer).rows
    assert len(rows) == len(printer.tree.evidence.protocol) > 30
    assert {str(row[-1]).partition(",")[0] for row in rows} == {"post hoc"}


def test_every_checklist_of_the_supplement_goes_to_a_journal():
    printed = re.findall(
        r"^::: \{#(stbl-\S+)[^}]*\}\n\n```\{python\}\nreporting\.checklist\(",
        (ROOT / "supplement.qmd").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    listed = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))["submission"]["checklists"]
    assert printed and listed == printed
