"""Every analysis of the reference file: effect sizes, τ², pooled results, intervals, count models."""

import math
from collections import Counter

import numpy as np
import pytest
from reference_blocks import numbers, reference_cases

from analysis.methods.effects import two_means, two_proportions
from analysis.methods.models import binomial_normal, mantel_haenszel, peto, random_effects

CLOSED = 1e-8
ITERATED = 1e-6
GLMM = 1e-3
TESTS = {"z": "wald", "knha": "HK", "adhoc": "mHK"}
ITERATIVE = ("ML", "REML", "PM", "EB")
# Settings of the reference that are not offered: other variance formulae, bias-corrected ratios of means.
OTHER_EFFECTS = {"MD_HO", "SMD_LS2", "SMD_UB", "SMDH", "ROM_corrected", "SMD_RevMan"}
# Effects equal up to rounding: statistics of deviations from the mean are rounding noise in any program.
NOISE = 1e-12
INTERVALS = 68

CASES = {case["id"]: case for case in reference_cases()}
BINARY = [name for name, case in CASES.items() if case["type"] == "binary"]


def analyses():
    return [(name, measure) for name, case in CASES.items() for measure in case["analyses"]]


def effects_of(name, measure):
    case = CASES[name]
    source = case["data"] if case["type"] == "generic" else case["effects"][measure]
    return numbers(source["yi"]), numbers(source["vi"])


def tables(name):
    data = CASES[name]["data"]
    return data["ai"], data["n1i"], data["ci"], data["n2i"]


def same(value, reference, tolerance, floor=0.0):
    """Within the relative tolerance; null is NaN; both below ``floor`` counts as equal."""
    if reference is None:
        return math.isnan(value)
    reference = float(reference)
    if math.isinf(reference):
        return value == reference
    return abs(value - reference) <= tolerance * abs(reference) + floor


def model_settings():
    for name, measure in analyses():
        for model, tests in CASES[name]["analyses"][measure]["models"].items():
            for test in TESTS:
                if test in tests:
                    yield name, measure, model, test


def test_the_grid_has_not_shrunk():
    assert len(CASES) == 25
    assert len(BINARY) == 13
    assert Counter(model for _, _, model, _ in model_settings()) == {
        "FE": 88,
        "DL": 245,
        "REML": 245,
        "HE": 207,
        "SJ": 207,
        "ML": 207,
        "PM": 207,
        "EB": 207,
    }
    assert sum("confint" in CASES[name]["analyses"][measure] for name, measure in analyses()) == INTERVALS


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "effects" in case])
def test_effect_sizes(name):
    data = CASES[name]["data"]
    compared = 0
    for key, block in CASES[name]["effects"].items():
        if key in OTHER_EFFECTS:
            continue
        if CASES[name]["type"] == "binary":
            s = block["settings"]
            result = two_proportions(*tables(name), s["measure"], add=s["add"], add_to=s["to"], drop00=s["drop00"])
        else:
            arms = [data[column] for column in ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]
            result = two_means(*arms, measure=key)
        for ours, theirs in ((result.yi, block["yi"]), (result.vi, block["vi"])):
            assert all(same(x, r, 1e-12, 1e-16) for x, r in zip(ours, theirs, strict=True)), key
        compared += 1
    assert compared >= (7 if CASES[name]["type"] == "binary" else 2)


@pytest.mark.parametrize(("name", "measure"), analyses())
def test_inverse_variance_models(name, measure):
    yi, vi = effects_of(name, measure)
    scale = np.nanmedian(vi[vi > 0])
    block = CASES[name]["analyses"][measure]
    assert np.array_equal((vi > 0).tolist(), block["used"])
    noisy = name == "syn_bin_k5_tau0" and measure != "PETO"
    for model, tests in block["models"].items():
        tolerance = ITERATED if model in ITERATIVE else CLOSED
        for test in TESTS.keys() & tests.keys():
            r = tests[test]
            fit = random_effects(yi, vi, tau2="EE" if model == "FE" else model, ci=TESTS[test])
            where = (model, test)
            assert fit.k == r["k"], where
            assert same(fit.tau2, r["tau2"], tolerance, 1e-9 * scale), where
            assert same(fit.estimate, r["beta"], tolerance), where
            for value, key in ((fit.i2, "I2"), (fit.h2, "H2")):
                factor = 100 if key == "I2" else 1
                assert same(factor * value, r[key], tolerance, 1e-9), (where, key)
            assert same(fit.se_tau2, r["se_tau2"], tolerance), where
            assert same(fit.q, r["QE"], CLOSED, NOISE), where
            assert same(fit.q_p_value, r["QEp"], CLOSED), where
            if noisy and test == "knha":
                assert fit.se < 1e-9 and r["se"] < 1e-9
                continue
            assert same(fit.se, r["se"], tolerance), where
            for value, key in zip(fit.ci, ("ci_lb", "ci_ub"), strict=True):
                assert same(value, r[key], tolerance), (where, key)
            assert same(fit.statistic, r["zval"], tolerance), where
            assert same(fit.p_value, r["pval"], 10 * tolerance), where
            assert fit.df == r.get("df", math.inf), where
            if "pi_t_km1" in r:
                htz = random_effects(yi, vi, tau2=model, ci=TESTS[test], prediction="k-2")
                for values, key in ((fit.prediction, "pi_t_km1"), (htz.prediction, "pi_riley_t_km2")):
                    assert all(same(x, y, tolerance) for x, y in zip(values, r[key], strict=True)), (where, key)
            elif fit.k > 1:
                assert model == "FE" and math.isnan(fit.prediction[0])


@pytest.mark.parametrize(("name", "measure"), analyses())
def test_q_profile_intervals(name, measure):
    yi, vi = effects_of(name, measure)
    fit = random_effects(yi, vi)
    if fit.k == 1:
        assert all(math.isnan(end) for end in (*fit.tau2_ci, *fit.i2_ci))
        return
    scale = np.nanmedian(vi[vi > 0])
    reference = CASES[name]["analyses"][measure].get("confint")
    if reference is None:
        assert measure.endswith(("_keep00", "_RevMan")) or measure == "PETO"
        return
    for ours, theirs in zip(fit.tau2_ci, reference["QP"]["tau2"], strict=True):
        assert same(ours, theirs, ITERATED, 1e-9 * scale)
    for ours, theirs in zip(fit.i2_ci, reference["QP"]["I2"], strict=True):
        assert same(100 * ours, theirs, ITERATED, 1e-9)
    empty = any(notice.code == "empty-tau2-interval" for notice in fit.warnings)
    assert empty == reference["QP"]["null_set"]


@pytest.mark.parametrize("name", BINARY)
def test_batches_give_the_same_answers(name):
    for measure in CASES[name]["analyses"]:
        yi, vi = effects_of(name, measure)
        for model in ("DL", "REML", "PM"):
            one = random_effects(yi, vi, tau2=model)
            batch = random_effects(np.stack([yi, -yi]), np.stack([vi, vi]), tau2=model)
            for field in ("estimate", "se", "tau2", "q", "i2", "p_value"):
                assert getattr(batch, field)[0] == pytest.approx(
                    getattr(one, field), rel=1e-9, abs=1e-12, nan_ok=True
                )


@pytest.mark.parametrize("name", BINARY)
def test_mantel_haenszel_and_peto(name):
    block = CASES[name]
    runs = [(peto(*tables(name)), block["peto"]["uncorrected"])]
    for measure in ("RR", "OR", "RD"):
        runs.append((mantel_haenszel(*tables(name), measure), block["mh"][measure]["uncorrected"]))
        runs.append((mantel_haenszel(*tables(name), measure, add=0.5), block["mh"][measure]["corrected_only0"]))
    assert len(runs) == 7
    for fit, r in runs:
        assert fit.k == r["k"]
        for value, key in zip(
            (fit.estimate, fit.se, *fit.ci, fit.statistic, fit.p_value, fit.q_p_value),
            ("beta", "se", "ci_lb", "ci_ub", "zval", "pval", "QEp"),
            strict=True,
        ):
            assert same(value, r[key], CLOSED), (fit.method, key)
        assert same(fit.q, r["QE"], CLOSED, NOISE)
        assert same(100 * fit.i2, r["I2"], CLOSED, 1e-9)
        assert same(fit.h2, r["H2"], CLOSED, NOISE)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(
    ("kind", "model"), [("conditional", "CM.AL"), ("unconditional", "UM.FS"), ("hypergeometric", "CM.EL")]
)
def test_count_models(name, kind, model):
    fit = binomial_normal(*tables(name), kind=kind)
    assert math.isfinite(fit.estimate) and fit.se > 0 and fit.tau2 >= 0
    r = CASES[name]["glmm"].get(model)
    if r is None or "error" in r:
        return
    assert same(fit.estimate, r["beta"], GLMM)
    assert same(fit.se, r["se"], GLMM)
    for value, key in zip(fit.ci, ("ci_lb", "ci_ub"), strict=True):
        # A limit may lie near 0; its own scale is the standard error.
        assert same(value, r[key], GLMM, GLMM * fit.se), key
    # Metafor stops short of the boundary: up to 7e-5 where the likelihood is highest at 0.
    assert same(fit.tau2, r["tau2"], GLMM, 1e-4)
    if model == "CM.EL" or r["tau2"] == 0:
        # Elsewhere metafor prints the log-likelihood given the predicted random effects, another quantity.
        assert fit.log_likelihood >= r["logLik"] - 1e-8


def test_the_count_models_were_compared():
    compared = Counter(model for name in BINARY for model, r in CASES[name]["glmm"].items() if "error" not in r)
    assert compared["CM.AL"] == compared["UM.FS"] == 12
    assert compared["CM.EL"] == 3
