"""The table of patients at entry: each characteristic of each eligible trial once, as read."""

from dataclasses import replace

from analysis.printing.cells import as_read
from analysis.printing.printer import Phrase, Printer
from analysis.tables import baseline


def plain(cell):
    return cell if isinstance(cell, str) else getattr(cell, "text", str(cell))


def lines(printer):
    """(trial, characteristic) → the cells that follow, with the trial's name carried down."""
    found, trial = {}, ""
    for row in baseline.characteristics(printer).rows:
        name, what, *rest = (plain(cell) for cell in row)
        trial = name.split("]")[0].lstrip("[") if name else trial
        found[trial, what] = rest
    return found


def with_rows(tree, rows):
    return Printer(replace(tree, evidence=replace(tree.evidence, baseline=tuple(rows))))


def test_numbers_of_both_arms_stand_with_their_statistics(printer):
    found = lines(printer)
    assert found["Monsel 2022", "age, years"] == ["64 (SD 10.4)", "63.2 (SD 11.4)", "–", "reported"]
    assert found["Monsel 2022", "male sex"] == ["17/21 (81%)", "20/24 (83.3%)", "–", "reported"]
    assert found["Lanzoni 2021", "PaO2/FiO2, mm Hg"][0] == "median 124 (68 to 164)"
    assert found["Shi 2021", "corticosteroid use"][2] == "20-25%"
    assert found["Lanzoni 2021", "male sex"][3] == "secondary source, derived, registry"


def test_what_two_sources_give_alike_stands_once_and_what_differs_twice(tree, printer):
    found = lines(printer)
    assert found["Lanzoni 2021", "age, years"][0] == "58.58 (SD 15.93)"
    assert found["Lanzoni 2021", "male sex"][0] == "5/12 (41.7%)"
    assert ("Lanzoni 2021", "ROX index") in found
    registry = "baseline-lanzoni2021-registry-male-sex-msc-count"
    rows = [replace(row, n=11) if row.row_id == registry else row for row in tree.evidence.baseline]
    assert lines(with_rows(tree, rows))["Lanzoni 2021", "male sex"][0] == "5/12 (41.7%) (5/11)"


def test_every_characteristic_of_an_eligible_trial_is_there_once(tree, printer):
    eligible = {trial.row_id: trial.label for trial in tree.evidence.trials if trial.eligibility == "eligible"}
    read = {
        (eligible[row.trial], printer.cell(row.row_id, "characteristic").text)
        for row in tree.evidence.baseline
        if row.trial in eligible and row.statistic != "protocol" and row.characteristic != "randomised"
    }
    shown = {(trial, what.split(",")[0]) for trial, what in lines(printer) if what != baseline.NOTHING}
    assert {(trial, what.split(",")[0]) for trial, what in read} == shown
    assert len(baseline.characteristics(printer).rows) == len(read) + sum(
        label not in {trial for trial, _ in read} for label in eligible.values()
    )


def test_a_trial_of_which_nothing_was_read_says_so(printer):
    assert lines(printer)["Gorman 2023", baseline.NOTHING] == ["–"] * 4


def test_a_changed_cell_is_a_changed_table(tree):
    rows = [
        replace(row, characteristic="height") if row.characteristic == "body mass index" else row
        for row in tree.evidence.baseline
    ]
    found = lines(with_rows(tree, rows))
    assert ("Monsel 2022", "height, kg/m2") in found and ("Monsel 2022", "body mass index, kg/m2") not in found


def test_without_any_characteristic_there_is_a_sentence(tree):
    said = baseline.characteristics(with_rows(tree, ()))
    assert isinstance(said, Phrase) and "was read" in said.text


def test_a_whole_number_has_no_decimals():
    assert (as_read(17.0), as_read(-3.0), as_read(0.0), as_read(2.20), as_read("3.0")) == (
        "17",
        "−3",
        "0",
        "2.2",
        "3.0",
    )
