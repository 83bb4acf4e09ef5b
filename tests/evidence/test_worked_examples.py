"""The worked examples of docs/adding-a-trial.md, entered line by line; what comes out is held against R's answers."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from data_copy import Copy
from drawn_figures import Reader, jittery, whole_pixels
from worked_examples import GUIDE, MARKERS, REFERENCE, SIZES, blocks, drawn, enter, entered, reference_rows, sd_of

from analysis.evidence.load import DATA, Evidence, load
from analysis.evidence.rows import Continuous
from analysis.methods.models import random_effects
from analysis.printing.printer import Printer
from analysis.proof.catalogue import catalogue
from analysis.proof.dry_run import dry_run
from analysis.proof.recompute import computations, jobs
from analysis.results.tree import Review
from analysis.synthesis.chosen import Reading, chosen
from analysis.synthesis.entries import SIGNS, MeasuredEntry, PrintedEntry, effects
from analysis.synthesis.outcome_shapes import Pooled, is_ratio
from analysis.synthesis.outcomes import outcome
from analysis.tables import conversions, supplement

R = json.loads((REFERENCE / "measured_outcomes.json").read_text(encoding="utf-8"))
ANALYSES = {(MARKERS[block["outcome"]], block["measure"]): block for block in R["analyses"]}
#: outcome and measure → effects and models by R, of the trials that the guide's lines bring into it
ANSWERS = {
    **{(key, measure): ANALYSES[key, measure] for key in MARKERS.values() for measure in ("MD", "SMD", "GMR")},
    ("CRP", "ROM"): R["further"]["marker A ROM, final values"],
    ("IL-6", "ROM"): R["further"]["marker B ROM, with the printed ratio"],
}
ALMOST = 1e-8
TABLE = re.compile(r"^\| `(?P<key>[^`]+)` \| (?P<text>[^|]+) \| (?P<marks>[^|]*)\| [^|]+ \|$", re.M)
SAID = re.compile(r'`check-data`\s+says\s+"([^"]+)"')


def pooled_by(review: Review, key: str, measure: str, interval: str = "hk") -> Pooled:
    """The pooled result of an outcome by a measure, by REML."""
    return review.measures[key][f"{measure.lower()}_reml_{interval}"].pooled


def assert_same(pooled: Pooled, theirs: dict) -> None:
    """A pooled result and R's, within 1e-8; a variance that is 0 but for rounding is judged beside Q and I²."""
    natural: Callable[[float], float] = math.exp if is_ratio(pooled.measure) else float
    assert pooled.k == theirs["k"]
    ours = (pooled.estimate, pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high)
    expected = [natural(value) for value in (theirs["estimate"], *theirs["ci"], *theirs["prediction"])]
    assert ours == pytest.approx(expected, rel=ALMOST)
    assert (pooled.q, pooled.p_value) == pytest.approx((theirs["Q"], theirs["p_value"]), rel=ALMOST)
    assert 100 * pooled.i2 == pytest.approx(theirs["I2"], rel=ALMOST, abs=100 * ALMOST)
    assert pooled.tau2 == pytest.approx(theirs["tau2"], rel=ALMOST, abs=ALMOST * abs(theirs["se"]) ** 2)


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM", "GMR"])
@pytest.mark.parametrize("key", ["CRP", "IL-6"])
def test_the_effects_and_the_pooled_result_are_those_of_r(worked: Review, key: str, measure: str) -> None:
    answer = ANSWERS[key, measure]
    pooled = pooled_by(worked, key, measure)
    assert [entry.trial for entry in pooled.entries] == answer["effects"]["trials"]
    sizes = effects(pooled.entries, measure)
    assert sizes.yi.tolist() == pytest.approx(answer["effects"]["yi"], rel=ALMOST)
    assert sizes.vi.tolist() == pytest.approx(answer["effects"]["vi"], rel=ALMOST)
    models = answer["models"]["REML"] if "models" in answer else answer["REML"]
    for interval, theirs in models.items():
        assert_same(pooled_by(worked, key, measure, interval.lower()), theirs)


@pytest.mark.parametrize("key", ["CRP", "IL-6"])
def test_the_primary_result_by_every_estimator_is_that_of_r(worked: Review, key: str) -> None:
    found = worked.outcomes[key]
    assert (found.k, found.k_shown, found.state) == (5, 6, "several")
    assert found.pooled == found.estimators["reml_hk"].pooled
    intervals = {"hk": "HK", "mhk": "mHK", "wald": "wald"}
    for name, variant in found.estimators.items():
        tau2, interval = name.split("_")
        theirs = ANSWERS[key, "MD"]["models"][tau2.upper()][intervals[interval]]
        if tau2 == "ee":  # equal effects predict nothing
            assert variant.pooled.estimate == pytest.approx(theirs["estimate"], rel=ALMOST)
            assert (variant.pooled.low, variant.pooled.high) == pytest.approx(theirs["ci"], rel=ALMOST)
        else:
            assert_same(variant.pooled, theirs)


def test_a_standardised_difference_of_finals_and_changes_is_declined(worked: Review) -> None:
    sentence = (
        "Final values and changes from baseline have different standard deviations, so that standardised differences "
        "of the two were not pooled."
    )
    for key in MARKERS.values():
        assert list(worked.declined[key].values()) == [sentence]
        assert "invented3" not in [entry.trial for entry in pooled_by(worked, key, "SMD").entries]
    assert worked.outcomes["CRP"].trials["invented6"].why_not == "the report prints a GMR"
    text = " ".join(GUIDE.read_text(encoding="utf-8").split())
    assert sentence in text and "the report prints a GMR" in text


def test_how_each_trial_got_its_numbers_is_marked(worked: Review) -> None:
    found = worked.outcomes["CRP"]
    assert {trial: result.marks for trial, result in found.trials.items()} == {
        "invented1": (), "invented2": ("converted",), "invented3": ("change",),
        "invented4": ("converted", "digitised"), "invented5": ("converted", "digitised"), "invented6": ("printed",),
    }  # fmt: skip
    assert (found.k_digitised, found.k_converted, found.k_change) == (2, 3, 1)


def test_a_change_computed_with_each_correlation_is_that_of_r(examples: Copy) -> None:
    """The computed change made primary, and the final values left to a sensitivity analysis."""
    examples.put("choices", "choice-crp-invented1", "role", "sensitivity")
    examples.put("choices", "choice-crp-invented1-computed", "role", "primary")
    evidence = examples.seal()
    found = outcome(evidence, evidence.outcome("CRP"))
    for correlation in (0.5, 0.7, 0.9):
        theirs = R["further"][f"marker A MD, computed change, correlation {correlation:g}"]
        pooled = found.sensitivity[f"correlation_{round(10 * correlation):02d}"].pooled
        (entry,) = [entry for entry in pooled.entries if entry.trial == "invented1"]
        expected = theirs["effects"]["yi"][0], theirs["effects"]["vi"][0]
        assert entry.effect("MD") == pytest.approx(expected, rel=ALMOST)
        assert entry.altered == f"correlation {correlation:g}" and "change" in entry.marks
        assert_same(pooled, theirs["REML"]["HK"])
    assert evidence.outcome("CRP").correlation == 0.7
    assert_same(found.result, R["further"]["marker A MD, computed change, correlation 0.7"]["REML"]["HK"])


def test_a_computed_change_as_a_sensitivity_analysis_is_that_of_r(worked: Review) -> None:
    theirs = R["further"]["marker A MD, computed change, correlation 0.7"]["REML"]["HK"]
    assert_same(worked.outcomes["CRP"].sensitivity["invented1_computed"].pooled, theirs)


def test_skewed_quartiles_give_a_geometric_mean_only(examples: Copy) -> None:
    """And a sensitivity analysis that converts them all the same."""
    numbers = {"centre": "16", "low": "12", "high": "50", "quotation": "16 [12 to 50]"}
    rewrite(examples, "continuous", CRP.format(2, 7, "treatment"), **numbers)
    evidence = examples.seal()
    found = outcome(evidence, evidence.outcome("CRP"))
    trial = found.trials["invented2"]
    assert not trial.estimable and trial.why_not.startswith("skewed, ") and found.k_skewed == 1
    assert trial.entry.effect("GMR") is not None and found.k == 4
    converted = found.sensitivity["skewed_converted"].pooled
    (entry,) = [entry for entry in converted.entries if entry.trial == "invented2"]
    assert converted.k == 5 and entry.altered == "skewed data converted all the same"


def test_a_printed_risk_ratio_enters_with_the_error_of_its_interval(worked: Review) -> None:
    deaths = worked.counted("deaths")
    trial = deaths.trials["invented6"]
    assert isinstance(trial.entry, PrintedEntry) and trial.marks == ("printed",)
    se = (math.log(1.52) - math.log(0.42)) / (2 * 1.959963984540054)
    assert trial.entry.effect("RR") == pytest.approx((math.log(0.80), se**2), rel=1e-12)
    assert deaths.k_printed == 1 and trial.participants == sum(SIZES["invented6"])
    sizes = effects([entry for entry in deaths.entries if entry.trial != "invented6"], "RR")
    by_hand = random_effects([*sizes.yi, math.log(0.80)], [*sizes.vi, se**2])
    assert deaths.result.estimate == pytest.approx(math.exp(by_hand.estimate), rel=1e-12)
    assert "invented6" not in [entry.trial for entry in worked.measures["deaths"]["rr_mh"].pooled.entries]


READERS = {"whole pixels": whole_pixels, "jitter": jittery(3), "other jitter": jittery(4)}
MOVED = (Reading(means="lowest"), Reading(means="highest"), Reading(spreads="smallest"), Reading(spreads="largest"))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_is_read_from_the_charts_agrees_within_the_reading_error(tmp_path: Path, reader: Reader) -> None:
    evidence = load(entered(tmp_path, reader).folder)
    shown = {(trial, arm): numbers for trial in ("invented4", "invented5") for arm, numbers in drawn(trial)}
    assert len(evidence.digitised) == len(shown) == 4
    for series in evidence.digitised:
        numbers = shown[series.trial, series.arm]
        assert series.sd is not None and not series.warnings
        assert series.mean.value != numbers["centre"]
        assert numbers["centre"] in series.mean and sd_of(numbers) in series.sd
        # an interval that holds everything would pass too: the reading must also be of use
        assert series.mean.high - series.mean.low < 0.02 * series.mean.value
    found = outcome(evidence, evidence.outcome("CRP"))
    lowest, highest, smallest, largest = (
        found.sensitivity[f"reading_{end}"].pooled for end in ("lowest", "highest", "smallest", "largest")
    )
    true = ANSWERS["CRP", "MD"]["models"]["REML"]["HK"]["estimate"]
    assert lowest.estimate < min(true, found.result.estimate)
    assert max(true, found.result.estimate) < highest.estimate
    assert smallest.estimate != found.result.estimate != largest.estimate


@pytest.mark.parametrize("trial", ["invented4", "invented5"])
def test_the_ends_of_the_reading_error_bracket_a_trial(tmp_path: Path, trial: str) -> None:
    evidence = load(entered(tmp_path, whole_pixels).folder)
    answer = ANSWERS["CRP", "MD"]["effects"]
    at = answer["trials"].index(trial)
    read, low, high, narrow, wide = (effect_of(evidence, trial, way) for way in (Reading(), *MOVED))
    assert low[0] < min(read[0], answer["yi"][at]) and max(read[0], answer["yi"][at]) < high[0]
    assert narrow[1] < min(read[1], answer["vi"][at]) and max(read[1], answer["vi"][at]) < wide[1]
    assert low[1] == high[1] == read[1] and narrow[0] == wide[0] == read[0]


def effect_of(evidence: Evidence, trial: str, reading: Reading) -> tuple[float, float]:
    """Mean difference of CRP and its variance, as a trial gives them when its figure is read so."""
    (choice,) = [one for one in evidence.choices if (one.analysis, one.trial) == ("CRP", trial)]
    entry = chosen(evidence, choice, reading)
    assert isinstance(entry, MeasuredEntry) and entry.altered == reading.words
    effect = entry.effect("MD")
    assert effect is not None
    return effect


def test_the_guide_enters_the_numbers_of_the_reference(worked: Review) -> None:
    """Every row of the reference is a line of continuous.csv, or a series of a figure."""
    rows = {
        (row.trial, row.outcome.split()[0], row.arm, row.timepoint_days): row
        for row in worked.evidence.continuous
        if row.trial in SIZES
    }
    series = {(one.trial, one.outcome, one.arm): one for one in worked.evidence.digitised}
    taken = 0
    for theirs in reference_rows():
        arm = theirs["arm"] if theirs["arm"] != "both" else "treatment over control"
        place = (theirs["trial"], MARKERS[theirs["outcome"]], arm)
        row = rows.get((*place, 0 if theirs["kind"] == "baseline" else 7))
        if row is None:
            assert series[place].mean.value == pytest.approx(float(theirs["centre"]), rel=1e-12)
            assert series[place].n == int(theirs["n"])
            continue
        taken += 1
        assert isinstance(row, Continuous) and row.unit == theirs["unit"] and row.n == int(theirs["n"])
        for column in ("centre", "low", "high", "sd", "se"):
            assert getattr(row, column) == (float(theirs[column]) if theirs[column] else None), (place, column)
        assert row.statistic == theirs["statistic"] or theirs["kind"] == "ratio"
    assert taken == len(rows) and len(reference_rows()) == taken + len(series)


def test_every_result_of_the_examples_is_computed_again_and_agrees(worked: Review) -> None:
    found = {one.key: one for one in computations(worked)}
    wanted = {f"{job.key}.estimate" for job in jobs(worked)}
    assert {"CRP.pooled.estimate", "measures.CRP.gmr_reml_hk.pooled.estimate"} <= wanted
    assert "CRP.sensitivity.invented1_computed.pooled.estimate" in wanted
    assert sorted(wanted - found.keys()) == []
    assert [one for one in found.values() if not one.deviation <= one.tolerance] == []


def test_the_guide_prints_what_the_results_print(worked: Review) -> None:
    printer = Printer(worked)
    told = list(TABLE.finditer(GUIDE.read_text(encoding="utf-8")))
    assert len(told) == 15
    for line in told:
        assert printer.short(line["key"]).text == line["text"], line["key"]
        outcome_key, part, *rest = line["key"].split(".")
        marks = worked.outcomes[outcome_key].trials[rest[0]].marks if part == "trials" else ()
        assert line["marks"].split() == [SIGNS[mark] for mark in marks], line["key"]


def test_examples_are_said_to_be_invented() -> None:
    text = GUIDE.read_text(encoding="utf-8").partition("## Measured outcomes")[2]
    assert "All trials, numbers and words in this part are invented" in text
    for table, lines in blocks():
        for line in lines:
            assert any("invented" in cell for cell in line) or table == "scales"
            assert all(cell.startswith("https://example.org/invented") for cell in line if cell.startswith("http"))


def test_every_block_of_the_guide_is_read_and_fills_every_column() -> None:
    tables = {table for table, _ in blocks()}
    assert GUIDE.read_text(encoding="utf-8").count("```csv") == len(blocks())
    assert tables == {"scales", "continuous", "choices", "counts", "figures/points"}
    for table, lines in blocks():
        header = next(csv.reader(io.StringIO((DATA / f"{table}.csv").read_text(encoding="utf-8"))))
        assert lines and all(len(line) == len(header) for line in lines)


def rewrite(copy: Copy, table: str, row_id: str, **cells: str) -> None:
    for column, value in cells.items():
        copy.put(table, row_id, column, value)


def without_choice(copy: Copy) -> None:
    copy.write("choices", [row for row in copy.rows("choices") if row[0] != "choice-crp-invented1"])


def swap_points(copy: Copy) -> None:
    """The centre and the upper whisker of one series, each called by the number of the other."""
    names, *rows = copy.rows("figures/points")
    at = names.index("point")
    centre, _, upper = [row for row in rows if row[0] == "crp-invented5-treatment-d7"]
    centre[at], upper[at] = upper[at], centre[at]
    copy.write("figures/points", [names, *rows])


CRP = "continuous-invented{}-crp-d{}-{}"
THREE = " ".join((CRP.format(1, 0, "treatment"), CRP.format(1, 7, "treatment"), CRP.format(1, 7, "control")))
MISSPELT = "digitised-crp-invented4-d7-ab digitised-crp-invented4-control-d7-ab"
#: what the guide says that check-data says → the slip that brings it about
SLIPS: dict[str, Callable[[Copy], None]] = {
    "gives CRP per arm, but choices.csv is silent on it": without_choice,
    "is filled for statistic mean/SD": lambda copy: rewrite(
        copy, "continuous", CRP.format(1, 7, "treatment"), sd="", se="19.3"
    ),
    "lies outside 36 to 12": lambda copy: rewrite(
        copy, "continuous", CRP.format(2, 7, "treatment"), low="36", high="12"
    ),
    "is not both arms at day 0 and at one later day": lambda copy: rewrite(
        copy, "choices", "choice-crp-invented1-computed", rows=THREE
    ),
    "is not the middle of": lambda copy: rewrite(
        copy, "continuous", "continuous-invented6-crp-d7-ratio", high="1.30"
    ),
    "is no row of counts.csv or continuous.csv and no digitised series": lambda copy: rewrite(
        copy, "choices", "choice-crp-invented4", rows=MISSPELT
    ),
    "read as upper whisker lies below the centre": swap_points,
}


@pytest.mark.parametrize("message", SLIPS)
def test_slips_are_caught_in_the_words_of_the_guide(examples: Copy, message: str) -> None:
    assert not examples.all_problems()
    SLIPS[message](examples)
    assert any(message in str(problem) for problem in examples.problems()), examples.problems()


def test_every_message_of_the_examples_is_tried() -> None:
    said = {" ".join(words.split()) for words in SAID.findall(GUIDE.read_text(encoding="utf-8"))}
    assert said == set(SLIPS)


def test_entered_lines_wait_only_for_their_seal(copy: Copy) -> None:
    enter(copy)
    assert copy.problems() == ()
    new = [problem for problem in copy.all_problems() if "is new: nobody has sealed it" in str(problem)]
    named = {problem.value for problem in new}
    lines = [line for table, lines in blocks() if table != "figures/points" for line in lines]
    assert {line[0] for line in lines} <= named
    assert "digitised-crp-invented4-treatment-d7-ab-1-upper-whisker" in named


def test_both_documents_print_what_was_read_from_figures(worked: Review) -> None:
    """What is left to the author are the ratings of certainty, which were made for other results."""
    for document in ("manuscript.qmd", "supplement.qmd"):
        faults = [fault.what for fault in dry_run(worked, DATA.parent / document).unsupported]
        assert faults and all("RatingFails" in fault and "rate it anew" in fault for fault in faults)
    printer = Printer(worked)
    name = "digitised-crp-invented4-treatment-d7-ab"
    for table in (supplement.sources(printer), conversions.conversions(printer)):
        assert f"data.{name}." in table._repr_markdown_()
    entries = catalogue(worked)
    assert entries["rows"][name]["obtained"] == "digitised" and entries["rows"][name]["quotation"]
    assert entries["entries"][f"data.{name}.locator"]["rows"] == [name]
