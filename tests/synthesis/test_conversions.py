"""Each continuous row becomes usable by a named method, or says why it does not; skewed ones are not converted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.load import DATA, Evidence
from analysis.evidence.rows import Continuous, Scale
from analysis.printing.printer import Printer
from analysis.synthesis.conversions import REASONS, Conversion, conversions, converted
from analysis.tables.conversions import conversions as table

ROW = "continuous-gorman2023-oxygenation-index-d7-msc"
SCALE = Scale("scale-x", "x", "points", "value", "", None, False, None, None, "")


@dataclass(frozen=True)
class Tree:
    """As much of the tree of results as the table needs."""

    evidence: Evidence
    conversions: dict[str, Conversion]


@pytest.fixture(scope="module")
def found(evidence: Evidence) -> dict[str, Conversion]:
    return dict(conversions(evidence))


def invented(evidence: Evidence, statistic: str, centre: float, **parts: float) -> Continuous:
    row = evidence.row(ROW)
    assert isinstance(row, Continuous)
    return replace(row, statistic=statistic, centre=centre, **({"sd": None, "quotation": ""} | parts))  # type: ignore[arg-type]


def test_every_row_is_answered_with_a_method(evidence: Evidence, found: dict[str, Conversion]) -> None:
    assert [conversion.row for conversion in found.values()] == [row.row_id for row in evidence.continuous]
    for conversion in found.values():
        assert conversion.method
        assert conversion.usable != conversion.method.startswith("not converted: ")
        assert conversion.converted == bool(conversion.source) == bool(conversion.citations)


def test_every_statistic_that_the_descriptor_allows_is_known(evidence: Evidence) -> None:
    (continuous,) = [table for table in read_descriptor(DATA) if table.name == "continuous"]
    parts = {"sd": 2.0, "se": 0.4, "low": 9.0, "high": 11.0, "minimum": 5.0, "maximum": 15.0, "p_value": 0.05}
    for statistic in continuous.field("statistic").enum:
        assert converted(evidence, invented(evidence, statistic, 10.0, **parts), SCALE).method


def test_citations_lead_to_references(evidence: Evidence, found: dict[str, Conversion]) -> None:
    keys = {reference.key for reference in evidence.bibliography}
    assert {key for conversion in found.values() for key in conversion.citations} <= keys


def test_quartiles_of_a_symmetric_sample(found: dict[str, Conversion]) -> None:
    """Zhu 2021, hospital stay with MSC, 11 (8, 14) of 29: mean 11; SD 6/(2 Φ⁻¹((0.75·29 − 0.125)/(29 + 0.25)))."""
    conversion = found["zhu2021_hospital_stay_d28_msc"]
    assert conversion.mean == pytest.approx(11)
    assert conversion.sd == pytest.approx(4.678444, abs=1e-6)
    assert conversion.source == "mean: Luo 2018, eq. 11; SD: Wan 2014, eq. 16"
    assert conversion.citations == ("luo2018", "wan2014")


def test_skewed_rows_are_flagged_and_not_converted(found: dict[str, Conversion]) -> None:
    conversion = found["zhu2021_time_to_symptom_remission_d28_msc"]  # 7 (7, 12): the median is the lower quartile
    assert (conversion.mean, conversion.sd, conversion.skewed) == (None, None, True)
    assert conversion.method == "not converted: skewed, 1.00 above 0.48"
    assert "Shi 2023" in conversion.note


def test_values_piled_up_at_the_end_of_the_scale_are_not_converted(found: dict[str, Conversion]) -> None:
    conversion = found["monsel2022_ventilation_free_days_to_d28_d28_msc"]  # 17 [0; 25] of 28 days
    assert not conversion.usable and conversion.skewed
    assert "end of the scale" in conversion.method


def test_a_mean_near_the_end_of_the_scale_is_flagged_or_refused(found: dict[str, Conversion]) -> None:
    refused = found["monsel2022_ventilation_duration_to_d28_d28_msc"]  # 9 [3; 20]: 0.8 SD from 0
    assert not refused.usable and refused.skewed and "0.8 SD from the end" in refused.note
    flagged = found["gorman2023_oxygenation_index_d7_msc"]  # 98.3 (57.2) as reported
    assert flagged.usable and flagged.skewed and not flagged.converted


def test_a_change_from_baseline_says_that_its_spread_is_its_own(found: dict[str, Conversion]) -> None:
    conversion = found["monsel2022_pao2_fio2_change_d0_d7_d7_msc"]
    assert conversion.usable and "change from baseline, with its own spread" in conversion.note


def test_an_interval_gives_the_standard_error_of_a_difference(found: dict[str, Conversion]) -> None:
    conversion = found["shi2021_general_health_score_sf_36_d1095_msc_minus_control"]  # 12.86 (1.44 to 24.28)
    assert conversion.se == pytest.approx((24.28 - 1.44) / 3.919928, rel=1e-6)
    assert conversion.sd is None and conversion.source == "Handbook 6.3.1"


def test_an_interval_around_another_middle_gives_none(found: dict[str, Conversion]) -> None:
    conversion = found["shi2021_6_minute_walk_distance_d28_msc_minus_control"]  # 27 (0 to 57)
    assert not conversion.usable and "not the middle of its interval" in conversion.method


@pytest.mark.parametrize("statistic", REASONS)
def test_what_cannot_be_converted_says_why(evidence: Evidence, statistic: str) -> None:
    conversion = converted(evidence, invented(evidence, statistic, 10.0, low=8.0, high=12.0), SCALE)
    assert conversion.method == f"not converted: {REASONS[statistic]}"
    assert not conversion.usable


@pytest.mark.parametrize(
    ("statistic", "parts", "sd"),
    [
        ("mean/SE", {"se": 2.0}, 2 * 30**0.5),
        ("mean/95% CI", {"low": 36.0, "high": 44.0}, 30**0.5 * 8 / (2 * 2.045230)),
        ("median/range", {"minimum": 20.0, "maximum": 60.0}, 40 / (2 * 2.040301)),
    ],
)
def test_other_statistics(evidence: Evidence, statistic: str, parts: dict[str, float], sd: float) -> None:
    """SE √n; √n (high − low)/(2 t₂₉); (b − a)/(2 Φ⁻¹((n − 0.375)/(n + 0.25))): all for 30 patients."""
    conversion = converted(evidence, invented(evidence, statistic, 40.0, **parts), SCALE)
    assert conversion.mean == pytest.approx(40)
    assert conversion.sd == pytest.approx(sd, rel=1e-5)


def test_a_p_value_gives_the_standard_error_of_a_difference(evidence: Evidence) -> None:
    """Cochrane Handbook 6.5.2.3: a difference of 3.8 with P = 0.008, 25 and 22 patients, has SE 3.8/2.78 = 1.37."""
    sized = replace(evidence.trial("gorman2023"), randomised_treatment=25, randomised_control=22)
    others = tuple(sized if trial.row_id == "gorman2023" else trial for trial in evidence.trials)
    row = invented(evidence, "difference/p", 3.8, p_value=0.008)
    conversion = converted(replace(evidence, trials=others), row, SCALE)
    assert conversion.se == pytest.approx(1.37, abs=0.005)
    assert conversion.note == "arm sizes as randomised"


def test_too_few_patients_are_not_converted(evidence: Evidence) -> None:
    row = replace(invented(evidence, "median/IQR", 10.0, low=8.0, high=12.0), n=4)
    assert "at least 5 patients" in converted(evidence, row, SCALE).method


def test_the_table_prints_every_row_by_key(evidence: Evidence, found: dict[str, Conversion]) -> None:
    text = table(Printer(Tree(evidence, found)))._repr_markdown_()
    assert len(text.splitlines()) == len(found) + 2
    for key, conversion in found.items():
        if conversion.usable:
            assert f'data-key="conversions.{key}.mean"' in text
        assert f'data-key="conversions.{key}.method"' in text
        assert f'data-key="data.{conversion.row}.centre"' in text
