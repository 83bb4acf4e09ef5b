"""BCG vaccine trials (Colditz et al. 1994), as worked through by Viechtbauer (2010, J Stat Softw 36(3), section 5)
and van Houwelingen, Arends & Stijnen (2002, Stat Med 21:589). Values are theirs, to the digits printed."""

import math

import numpy as np
import pytest
from reference_blocks import reference_cases

from analysis.methods.effects import two_proportions
from analysis.methods.models import mantel_haenszel, random_effects

BCG = next(case["data"] for case in reference_cases() if case["id"] == "bcg")
TABLES = BCG["ai"], BCG["n1i"], BCG["ci"], BCG["n2i"]


def printed(value, digits):
    return pytest.approx(value, abs=0.5001 * 10**-digits)


def test_first_trial_by_hand():
    effects = two_proportions(*TABLES, measure="RR")
    assert effects.yi[0] == pytest.approx(math.log((4 / 123) / (11 / 139)))
    assert effects.vi[0] == pytest.approx(1 / 4 - 1 / 123 + 1 / 11 - 1 / 139)
    assert (effects.yi[0], effects.vi[0]) == (printed(-0.8893, 4), printed(0.3256, 4))
    assert effects.notes == (None,) * 13


def test_random_effects_risk_ratio():
    effects = two_proportions(*TABLES, measure="RR")
    fit = random_effects(effects.yi, effects.vi, tau2="REML", ci="wald")
    assert (fit.estimate, fit.se) == (printed(-0.7145, 4), printed(0.1798, 4))
    assert (fit.tau2, fit.se_tau2) == (printed(0.3132, 4), printed(0.1664, 4))
    assert (100 * fit.i2, fit.h2) == (printed(92.22, 2), printed(12.86, 2))
    assert (fit.q, fit.k) == (printed(152.2330, 4), 13)
    assert [math.exp(x) for x in (fit.estimate, *fit.ci)] == [printed(x, 4) for x in (0.4894, 0.3441, 0.6962)]
    assert fit.tau2_ci == (printed(0.1197, 4), printed(1.1115, 4))


def test_q_profile_of_the_odds_ratios():
    effects = two_proportions(*TABLES, measure="OR")
    fit = random_effects(effects.yi, effects.vi)
    # Published with the root finder's tolerance of 1.2e-4.
    assert fit.tau2_ci == pytest.approx((0.1302, 1.1812), abs=1.2e-4)


def test_mantel_haenszel_by_hand():
    a, n1, c, n2 = map(np.array, TABLES)
    fit = mantel_haenszel(*TABLES, measure="RR")
    assert math.exp(fit.estimate) == pytest.approx((a * n2 / (n1 + n2)).sum() / (c * n1 / (n1 + n2)).sum())
    assert fit.weights == pytest.approx((c * n1 / (n1 + n2)) / (c * n1 / (n1 + n2)).sum())


def test_agrees_with_statsmodels():
    from statsmodels.stats.contingency_tables import StratifiedTable
    from statsmodels.stats.meta_analysis import combine_effects

    a, n1, c, n2 = map(np.array, TABLES)
    table = StratifiedTable(np.array([[a, n1 - a], [c, n2 - c]], float))
    odds = mantel_haenszel(*TABLES, measure="OR")
    assert (odds.estimate, odds.se) == pytest.approx((table.logodds_pooled, table.logodds_pooled_se), rel=1e-12)
    risk = mantel_haenszel(*TABLES, measure="RR")
    assert math.exp(risk.estimate) == pytest.approx(table.riskratio_pooled, rel=1e-12)

    effects = two_proportions(*TABLES, measure="RR")
    theirs = combine_effects(effects.yi, effects.vi, method_re="iterated", use_t=False)
    ours = random_effects(effects.yi, effects.vi, tau2="PM", ci="wald")
    assert (ours.estimate, ours.se, ours.tau2) == pytest.approx(
        (theirs.mean_effect_re, theirs.sd_eff_w_re, theirs.tau2), rel=1e-5
    )
