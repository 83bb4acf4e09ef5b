"""Measured outcomes of an invented example, from the printed statistics to the pooled result, against R's metafor."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.methods.conversions import mean_sd_from_quartiles, ratio_se_from_ci, sd_from_ci, sd_from_se
from analysis.methods.effects import two_means
from analysis.methods.log_scale import log_arm_from_mean_sd, log_arm_from_quartiles, log_ratios
from analysis.methods.models import random_effects

FOLDER = Path(__file__).parents[1] / "reference"
REFERENCE = json.loads((FOLDER / "measured_outcomes.json").read_text(encoding="utf-8"))
with (FOLDER / "measured_outcomes_input.csv").open(encoding="utf-8", newline="") as lines:
    INPUT = list(csv.DictReader(lines))
ANALYSES = {f"{block['outcome']} {block['measure']}": block for block in REFERENCE["analyses"]}
TOLERANCE = 1e-8
ESTIMATORS = ("REML", "DL", "PM", "ML", "EB", "SJ", "HE", "EE")
INTERVALS = ("HK", "mHK", "wald")


def arm_of(row):
    """Mean and SD of an arm as the project's conversions give them."""
    n, centre = int(row["n"]), float(row["centre"])
    if row["statistic"] == "mean/SD":
        return centre, float(row["sd"])
    if row["statistic"] == "mean/SE":
        return centre, sd_from_se(float(row["se"]), n)
    low, high = float(row["low"]), float(row["high"])
    if row["statistic"] == "mean/95% CI":
        return centre, sd_from_ci(low, high, n)
    assert row["statistic"] == "median/IQR"
    estimated = mean_sd_from_quartiles(low, centre, high, n)
    return estimated.mean, estimated.sd


def effects_of(outcome, measure):
    """Trials, effects and variances: MD of all trials, SMD of those with final values, ROM with the printed ratio."""
    rows = [row for row in INPUT if row["outcome"] == outcome]
    arms = {
        name: [row for row in rows if row["arm"] == name and (measure == "MD" or row["kind"] == "final")]
        for name in ("treatment", "control")
    }
    columns = []
    for name in ("treatment", "control"):
        means, sds = zip(*(arm_of(row) for row in arms[name]), strict=True)
        columns += [means, sds, [int(row["n"]) for row in arms[name]]]
    sizes = two_means(*columns, measure=measure)
    trials, yi, vi = [row["trial"] for row in arms["treatment"]], list(sizes.yi), list(sizes.vi)
    if measure == "ROM":
        for row in rows:
            if row["kind"] == "ratio":
                ratio, low, high = (float(row[name]) for name in ("centre", "low", "high"))
                trials.append(row["trial"])
                yi.append(math.log(ratio))
                vi.append(ratio_se_from_ci(ratio, low, high) ** 2)
    return trials, np.array(yi), np.array(vi)


def close(value, reference, floor=0.0):
    """Within the relative tolerance; null is NaN; both below ``floor`` counts as equal."""
    if reference is None:
        return math.isnan(value)
    return abs(value - reference) <= TOLERANCE * abs(reference) + floor


def test_the_reference_holds_what_it_should():
    assert sorted(ANALYSES) == sorted(
        f"marker {marker} {measure}" for marker in "AB" for measure in ("MD", "SMD", "ROM", "GMR")
    )
    assert all(tuple(block["models"]) == ESTIMATORS for block in ANALYSES.values())
    assert all(tuple(tests) == INTERVALS for block in ANALYSES.values() for tests in block["models"].values())
    sizes = {name: len(block["effects"]["yi"]) for name, block in ANALYSES.items()}
    assert (sizes["marker A MD"], sizes["marker A SMD"], sizes["marker A ROM"]) == (5, 4, 5)
    assert (sizes["marker B MD"], sizes["marker B SMD"], sizes["marker B ROM"]) == (5, 4, 4)
    assert "INVENTED" in REFERENCE["about"]
    assert all(row["note"].startswith("invented") for row in INPUT)


def test_arms_are_converted_as_in_r():
    rows = [row for row in INPUT if row["arm"] != "both"]
    assert len(rows) == len(REFERENCE["arms"]) == 20
    for row, theirs in zip(rows, REFERENCE["arms"], strict=True):
        assert (row["trial"], row["outcome"], row["arm"]) == (theirs["trial"], theirs["outcome"], theirs["arm"])
        mean, sd = arm_of(row)
        assert close(mean, theirs["arm_mean"]) and close(sd, theirs["arm_sd"]), row


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
@pytest.mark.parametrize("outcome", ["marker A", "marker B"])
def test_effects_and_models(outcome, measure):
    block = ANALYSES[f"{outcome} {measure}"]
    trials, yi, vi = effects_of(outcome, measure)
    assert trials == block["effects"]["trials"]
    assert all(close(ours, theirs) for ours, theirs in zip(yi, block["effects"]["yi"], strict=True))
    assert all(close(ours, theirs) for ours, theirs in zip(vi, block["effects"]["vi"], strict=True))
    compare_models(block, yi, vi)


def log_arm_of(row):
    """The arm on the log scale: from logged quartiles, or from mean and SD."""
    if row["statistic"] == "median/IQR":
        return log_arm_from_quartiles(*(float(row[name]) for name in ("low", "centre", "high")), int(row["n"]))
    return log_arm_from_mean_sd(*arm_of(row), int(row["n"]))


@pytest.mark.parametrize("outcome", ["marker A", "marker B"])
def test_geometric_means(outcome):
    block = ANALYSES[f"{outcome} GMR"]
    final = [row for row in INPUT if row["outcome"] == outcome and row["kind"] == "final"]
    theirs = {(row["trial"], row["arm"]): row for row in REFERENCE["arms"] if row["outcome"] == outcome}
    for row in final:
        arm, r = log_arm_of(row), theirs[row["trial"], row["arm"]]
        assert close(arm.mean, r["log_mean"]) and close(arm.sd, r["log_sd"]), row
    sizes = log_ratios(
        *([log_arm_of(row) for row in final if row["arm"] == name] for name in ("treatment", "control"))
    )
    yi, vi = list(sizes.yi), list(sizes.vi)
    for row in INPUT:
        if row["outcome"] == outcome and row["kind"] == "ratio":
            ratio, low, high = (float(row[name]) for name in ("centre", "low", "high"))
            yi.append(math.log(ratio))
            vi.append(ratio_se_from_ci(ratio, low, high) ** 2)
    assert all(close(mine, r) for mine, r in zip(yi, block["effects"]["yi"], strict=True))
    assert all(close(mine, r) for mine, r in zip(vi, block["effects"]["vi"], strict=True))
    compare_models(block, np.array(yi), np.array(vi))


def compare_models(block, yi, vi):
    scale = float(np.median(vi))
    for estimator, tests in block["models"].items():
        for interval, r in tests.items():
            fit = random_effects(yi, vi, tau2=estimator, ci=interval)
            where = (estimator, interval)
            assert fit.k == r["k"], where
            # A variance between trials that is 0 but for rounding is judged on the scale of the sampling variances.
            assert close(fit.tau2, r["tau2"], TOLERANCE * scale), where
            for ours, theirs in (
                (fit.estimate, r["estimate"]),
                (fit.se, r["se"]),
                (fit.ci_low, r["ci"][0]),
                (fit.ci_high, r["ci"][1]),
                (fit.statistic, r["statistic"]),
                (fit.p_value, r["p_value"]),
                (fit.q, r["Q"]),
                (fit.q_p_value, r["Q_p_value"]),
                (fit.h2, r["H2"]),
                (fit.prediction[0], r["prediction"][0]),
                (fit.prediction[1], r["prediction"][1]),
            ):
                assert close(ours, theirs), where
            assert close(100 * fit.i2, r["I2"], 100 * TOLERANCE), where
    profile = random_effects(yi, vi)
    for ours, theirs in zip(profile.tau2_ci, block["tau2_ci"], strict=True):
        assert close(ours, theirs, TOLERANCE * scale)
    for ours, theirs in zip(profile.i2_ci, block["I2_ci"], strict=True):
        assert close(100 * ours, theirs, 100 * TOLERANCE)
