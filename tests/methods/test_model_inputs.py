"""Bad input is a typed error that names study and argument; caveats and refusals are typed and fit for print."""

import dataclasses
import math
import re
import subprocess
import sys

import numpy as np
import pytest

from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import InputError, MethodError, Notice, Refusal
from analysis.methods.models import (
    bayes_normal,
    beta_binomial,
    binomial_normal,
    half_normal,
    mantel_haenszel,
    peto,
    random_effects,
)

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("yi", "vi", "argument", "study"),
    [
        ([0.1, 0.2], [0.1, -0.1], "vi", 1),
        ([0.1, 0.2], [NAN, 0.1], "vi", 0),
        ([0.1, NAN], [0.1, 0.1], "yi", 1),
        ([0.1, INF], [0.1, 0.1], "yi", 1),
        ([0.1, 0.2], [0.1, INF], "vi", 1),
        ([NAN, 0.2], [-1.0, 0.1], "yi", 0),
        ([0.1, INF], [0.1, NAN], "yi", 1),
        ([], [], "yi", None),
        ([0.1, 0.2], [0.1], "vi", None),
        ([NAN, NAN], [NAN, NAN], "yi", None),
        (["a", "b"], [0.1, 0.2], "yi", None),
        ([[0.1, 0.2], [0.3]], [0.1, 0.2], "yi", None),
        (0.5, 0.1, "yi", None),
        ([[0.1, 0.2], [0.3, 0.4]], [[0.1, 0.2], [0.3, -0.4]], "vi", (1, 1)),
    ],
)
def test_effects_and_variances(yi, vi, argument, study):
    with pytest.raises(InputError) as caught:
        random_effects(yi, vi)
    assert caught.value.argument == argument
    assert caught.value.study == study
    assert argument in str(caught.value)
    if study is not None:
        assert f"study {study}" in str(caught.value)
    if argument == "vi" and isinstance(study, int):
        with pytest.raises(MethodError):
            bayes_normal(yi, vi, half_normal(0.5))


def test_the_same_errors_for_many_studies():
    yi, vi = np.zeros(100), np.ones(100)
    vi[77] = -2.0
    with pytest.raises(InputError, match=r"study 77: vi is negative \(got -2\.0\)"):
        random_effects(yi, vi)
    with pytest.raises(InputError, match="no study"):
        random_effects(np.full(100, NAN), np.full(100, NAN))


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("level", 0.0),
        ("level", 1.0),
        ("level", 95),
        ("level", NAN),
        ("tau2", "reml"),
        ("ci", "hk"),
        ("prediction", "k"),
    ],
)
def test_settings(argument, value):
    with pytest.raises(InputError) as caught:
        random_effects([0.1, 0.2], [0.1, 0.1], **{argument: value})
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("tables", "argument", "study"),
    [
        (([1, 11], [10, 10], [1, 1], [10, 10]), "events_t", 1),
        (([1, 1], [10, 10], [1, -1], [10, 10]), "events_c", 1),
        (([0, 1], [0, 10], [1, 1], [10, 10]), "n_t", 0),
        (([1, 1], [10, 10], [1, 1], [10, NAN]), "n_c", 1),
        (([1, NAN], [10, 10], [1, 1], [10, 10]), "events_t", 1),
        (([NAN, 1], [10, 10], [NAN, NAN], [10, 10]), "events_c", 1),
        (([NAN, 1], [INF, 10], [NAN, 1], [10, 10]), "n_t", 0),
        (([NAN, 11], [NAN, 10], [NAN, 1], [NAN, 10]), "events_t", 1),
        (([1, INF], [10, 10], [1, 1], [10, 10]), "events_t", 1),
        (([], [], [], []), "events_t", None),
        (([1, 1], [10, 10], [1], [10, 10]), "events_c", None),
    ],
)
@pytest.mark.parametrize("method", [two_proportions, mantel_haenszel, peto, binomial_normal, beta_binomial])
def test_tables(method, tables, argument, study):
    with pytest.raises(InputError) as caught:
        method(*tables)
    assert (caught.value.argument, caught.value.study) == (argument, study)


@pytest.mark.parametrize("method", [mantel_haenszel, peto, binomial_normal, beta_binomial])
def test_levels_of_count_methods(method):
    with pytest.raises(InputError, match="level"):
        method([1, 2], [10, 10], [3, 4], [10, 10], level=1.5)


def test_effect_settings():
    tables = [1], [10], [2], [10]
    for wrong in ({"measure": "HR"}, {"add": -1}, {"add_to": "some"}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            two_proportions(*tables, **wrong)
    with pytest.raises(InputError, match="measure"):
        mantel_haenszel(*tables, measure="PETO")
    with pytest.raises(InputError, match="study 0: sd_t is negative"):
        two_means([1], [-1], [10], [1], [1], [10])
    with pytest.raises(InputError, match="n_c"):
        two_means([1], [1], [10], [1], [1], [0])
    with pytest.raises(InputError, match="measure"):
        two_means([1], [1], [10], [1], [1], [10], measure="g")


def test_effects_that_are_not_estimable_are_nan_with_a_reason():
    ratio = two_means([1, -1, 2], [1, 1, 1], [9, 9, 9], [2, 2, 4], [1, 1, 1], [9, 9, 9], measure="ROM")
    assert np.isnan(ratio.yi).tolist() == [False, True, False]
    assert ratio.notes[1].code == "undefined-ratio"
    spread = two_means([1, 1], [0, 1], [9, 1], [2, 2], [0, 1], [9, 1], measure="SMD")
    assert np.isnan(spread.vi).all()
    assert {note.code for note in spread.notes} == {"no-spread"}


def codes(fit):
    return {notice.code for notice in fit.warnings}


def test_a_single_study_is_not_pooled():
    for ci in ("wald", "HK", "mHK"):
        fit = random_effects([0.42, NAN], [0.09, NAN], ci=ci)
        assert (fit.estimate, fit.se, fit.k, fit.df) == (0.42, pytest.approx(0.3), 1, INF)
        assert fit.ci == pytest.approx((0.42 - 1.959963984540054 * 0.3, 0.42 + 1.959963984540054 * 0.3))
        assert all(math.isnan(x) for x in (fit.se_tau2, *fit.tau2_ci, *fit.i2_ci, *fit.prediction))
        assert codes(fit) == {"single-study"}


def test_few_studies_flag_the_prediction_interval():
    yi, vi = [0.1, 0.9, -0.4, 0.6, 0.2], [0.02] * 5
    for k in (2, 3, 4):
        assert "imprecise-prediction" in codes(random_effects(yi[:k], vi[:k]))
        assert "imprecise-prediction" not in codes(random_effects(yi[:k], vi[:k], tau2="EE"))
    assert codes(random_effects(yi, vi)) == set()
    assert "prediction-df" in codes(random_effects(yi[:2], vi[:2], prediction="k-2"))


def test_every_sentence_is_fit_for_print():
    fits = [
        random_effects([0.42], [0.09]),
        random_effects([0.3, 0.3], [0.1, 0.2], prediction="k-2"),
        random_effects([0.3, 0.31, 0.1, 0.2], [0.1, 0.2, 0.0, 0.0]),
        mantel_haenszel([1, 0], [10, 10], [2, 0], [10, 10]),
        peto([1, 0, 2], [100, 10, 10], [2, 0, 3], [10, 10, 10]),
        binomial_normal([3, 4, 0], [10, 10, 10], [5, 3, 0], [10, 10, 10]),
        beta_binomial([3, 4], [10, 10], [5, 3], [10, 10]),
        bayes_normal([0.1, 0.2], [0.1, 0.1], half_normal(0.5)),
    ]
    sentences = {str(notice) for fit in fits for notice in fit.warnings}
    assert len(sentences) >= 10
    for sentence in sentences:
        assert re.fullmatch(r"[A-Z][^\n_0-9]+\.", sentence), sentence


def test_batch_rows_without_studies_are_nan_and_say_so():
    fit = random_effects([[NAN, NAN], [0.1, 0.2]], [[NAN, NAN], [0.1, 0.1]])
    assert np.isnan(fit.estimate).tolist() == [True, False]
    assert fit.k.tolist() == [0, 2]
    assert [notice.code for notice in fit.warnings[0]] == ["no-study"]


def test_results_cannot_be_changed():
    fit = random_effects([0.1, 0.2], [0.1, 0.1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.estimate = 1.0
    with pytest.raises(ValueError, match="read-only"):
        fit.weights[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        two_proportions([1], [10], [2], [10]).yi[0] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        Notice("a", "b").code = "c"


def test_inputs_are_copied():
    yi = np.array([0.1, 0.2, 0.5])
    fit = random_effects(yi, [0.1, 0.1, 0.2])
    before = fit.tau2_ci
    yi[:] = 99.0
    assert random_effects([0.1, 0.2, 0.5], [0.1, 0.1, 0.2]).tau2_ci == before == fit.tau2_ci


def test_refusals_carry_code_and_sentence():
    with pytest.raises(Refusal) as caught:
        peto([0], [10], [0], [10])
    assert caught.value.code == "not-estimable"
    assert caught.value.sentence == str(caught.value)
    assert isinstance(caught.value, MethodError) and isinstance(caught.value, ValueError)


def test_importing_the_models_stays_light():
    heavy = ("pandas", "matplotlib", "statsmodels", "scipy")
    probe = f"import sys, analysis.methods.models; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
