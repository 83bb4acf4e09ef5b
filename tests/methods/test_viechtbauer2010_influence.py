"""Viechtbauer & Cheung, Res Synth Methods 2010;1:112-125: influence diagnostics, on the BCG vaccine trials."""

import json

import numpy as np
import pytest
from reference_blocks import REFERENCE, reference_cases

from analysis.methods.effects import two_proportions
from analysis.methods.errors import Refusal
from analysis.methods.robustness import influence

MODELS = json.loads((REFERENCE.parent / "metafor_influence_bcg.json").read_text(encoding="utf-8"))["models"]
NAMES = {
    "rstandard": "residual", "rstudent": "deleted_residual", "dffits": "dffits", "cook.d": "cooks_distance",
    "cov.r": "covariance_ratio", "tau2.del": "tau2_deleted", "QE.del": "q_deleted", "hat": "hat", "dfbs": "dfbetas",
}  # fmt: skip


def bcg():
    data = next(case["data"] for case in reference_cases() if case["id"] == "bcg")
    return two_proportions(data["ai"], data["n1i"], data["ci"], data["n2i"])


@pytest.mark.parametrize("model", MODELS)
def test_metafor_agrees(model):
    tau2, test = model.split()
    sizes = bcg()
    diagnostics = influence(sizes.yi, sizes.vi, tau2=tau2, ci={"z": "wald", "knha": "HK"}[test])
    for theirs, ours in NAMES.items():
        expected = np.array(MODELS[model][theirs])
        assert getattr(diagnostics, ours) == pytest.approx(expected, rel=1e-6, abs=1e-12), theirs
    assert diagnostics.influential.tolist() == MODELS[model]["is.infl"]


def test_an_outlier_stands_out_and_costs_precision():
    yi, vi = np.array([0.1, 0.12, 0.09, 0.11, 2.0]), np.full(5, 0.02)
    diagnostics = influence(yi, vi)
    assert np.argmax(np.abs(diagnostics.deleted_residual)) == 4
    assert diagnostics.deleted_residual[4] > 5
    assert diagnostics.influential.tolist() == [False, False, False, False, True]
    assert diagnostics.covariance_ratio[4] < 0.1
    assert diagnostics.tau2_deleted[4] == 0 < diagnostics.full.tau2
    assert diagnostics.hat.sum() == pytest.approx(1, rel=1e-12)


def test_positions_of_absent_studies_are_skipped():
    diagnostics = influence([0.1, np.nan, 0.3, 0.2], [0.1, np.nan, 0.2, 0.1])
    assert diagnostics.studies.tolist() == [0, 2, 3]


def test_two_studies_are_refused_in_words():
    with pytest.raises(Refusal, match="at least three studies"):
        influence([0.1, 0.2], [0.1, 0.1])
