"""A study without results is absent by one rule in every function: left out, and a note or notice says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.methods.effects import two_means, two_proportions
from analysis.methods.errors import InputError, Notice
from analysis.methods.models import beta_binomial, binomial_normal, mantel_haenszel, peto, random_effects
from analysis.methods.printed_effects import printed_effect, printed_effect_from_p, printed_effect_from_se
from analysis.methods.robustness import MissingTrial, missing_trial_bounds

NAN = float("nan")
#: trials 1 and 4 are absent, of the second the sizes are known
WITH = [4, NAN, 6, 3, NAN], [123, NAN, 306, 231, 50], [11, NAN, 29, 11, NAN], [139, NAN, 303, 220, 50]
WITHOUT = [4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]
MODELS: list[tuple[Any, dict[str, Any]]] = [
    *((mantel_haenszel, {"measure": measure, "add": add}) for measure in ("RR", "OR", "RD") for add in (0, 0.5)),
    (peto, {}),
    *((binomial_normal, {"kind": kind}) for kind in ("conditional", "unconditional", "hypergeometric")),
    (beta_binomial, {}),
]


@pytest.mark.parametrize(("model", "settings"), MODELS)
def test_models_of_counts(model: Any, settings: dict[str, Any]) -> None:
    fit, alone = model(*WITH, **settings), model(*WITHOUT, **settings)
    assert (fit.estimate, fit.se, fit.p_value, fit.k) == (alone.estimate, alone.se, alone.p_value, 3)
    first, *others = fit.warnings
    assert first == Notice("absent", "Two trials without counts were left out.") and tuple(others) == alone.warnings
    if hasattr(fit, "weights"):
        assert fit.weights.tolist() == [alone.weights[0], 0, *alone.weights[1:], 0]
        assert fit.q == alone.q


@pytest.mark.parametrize(("model", "settings"), MODELS)
def test_no_study_at_all(model: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no study with counts"):
        model([NAN], [10], [NAN], [12], **settings)


def test_an_empty_trial_and_an_absent_one_are_told_apart() -> None:
    fit = mantel_haenszel([4, NAN, 0], [123, 50, 60], [11, NAN, 0], [139, 50, 60], add=0.5)
    assert [notice.code for notice in fit.warnings] == ["absent", "double-zero"]
    assert fit.k == 1 and fit.weights.tolist() == [1, 0, 0]


@pytest.mark.parametrize("add_to", ["only0", "all", "if0all", "none"])
@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "PETO", "AS"])
def test_effects_of_counts(measure: str, add_to: str) -> None:
    sizes, alone = (two_proportions(*tables, measure=measure, add_to=add_to) for tables in (WITH, WITHOUT))
    assert np.isnan(sizes.yi).tolist() == np.isnan(sizes.vi).tolist() == [False, True, False, False, True]
    assert sizes.yi[[0, 2, 3]].tolist() == alone.yi.tolist() and sizes.vi[[0, 2, 3]].tolist() == alone.vi.tolist()
    assert [note and note.code for note in sizes.notes][1] == "absent"
    assert random_effects(sizes.yi, sizes.vi).estimate == random_effects(alone.yi, alone.vi).estimate


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
def test_effects_of_means(measure: str) -> None:
    sizes = two_means([10, NAN], [2, NAN], [20, 20], [12, NAN], [3, NAN], [20, NAN], measure=measure)
    assert np.isfinite(sizes.yi).tolist() == [True, False]
    assert sizes.notes[0] is None and sizes.notes[1] is not None and sizes.notes[1].code == "absent"
    with pytest.raises(InputError, match="study 1: sd_t is not finite"):
        two_means([10, 9], [2, NAN], [20, 20], [12, NAN], [3, NAN], [20, 20], measure=measure)


def test_printed_effects() -> None:
    found = [
        printed_effect([NAN, 0.71], [NAN, 0.49], [NAN, 1.03], "RR", df=[NAN, 20]),
        printed_effect_from_p([NAN, 0.71], [NAN, 0.03], "RR"),
        printed_effect_from_se([NAN, -4.0], [NAN, 2.5], "MD"),
    ]
    for sizes in found:
        assert np.isfinite(sizes.yi).tolist() == np.isfinite(sizes.vi).tolist() == [False, True]
        assert sizes.notes[0] is not None and sizes.notes[0].code == "absent" and sizes.notes[1] is None
    for partly in (([NAN, 0.7], [0.5, 0.5], [1, 1]), ([0.7, 0.7], [0.5, NAN], [1, 1])):
        with pytest.raises(InputError, match="an absent study has NaN in estimate, low, high"):
            printed_effect(*partly, "RR")


def test_bounds_for_missing_trials_pass_over_absent_ones() -> None:
    missing = [MissingTrial("fourth", 200, 200)]
    one, other = (
        missing_trial_bounds(*tables, missing, ci="wald", risk_ratios=[0.5, 1]) for tables in (WITH, WITHOUT)
    )
    assert one.control_risks == other.control_risks and one.grid == other.grid
