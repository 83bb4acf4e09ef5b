"""How much single studies drive a pooled result.

Source: Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125 [@viechtbauer2010influence].
Notation: μ pooled effect and τ² of all studies; μ₍ᵢ₎, τ²₍ᵢ₎ without study i; hᵢ = wᵢ/Σw with wᵢ = 1/(vᵢ + τ²).
The paper has normal (Wald) inference. With Hartung-Knapp inference the variance factor s²₍ᵢ₎ of the studies without i
multiplies vᵢ + τ²₍ᵢ₎ wherever it appears, as it multiplies Var μ₍ᵢ₎; s² = 1 for Wald.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.errors import Notice, Refusal
from analysis.methods.models import RandomEffects
from analysis.methods.robustness.refits import leave_one_out

Floats = NDArray[np.float64]


UNDEFINED = Notice(
    "undefined-diagnostics",
    "Without one of the studies the others are equal, or all are, so that the variance is estimated as zero; "
    "diagnostics that divide by it are infinite or undefined and say nothing about influence.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Diagnostics per study, each of shape (k,) over the studies that entered the model.

    Attributes:
        studies: positions in the input.
        residual: internally standardised, (yᵢ − μ) / √((vᵢ + τ²)(1 − hᵢ)).
        deleted_residual: externally standardised ("studentised deleted"), (yᵢ − μ₍ᵢ₎) / √(s²₍ᵢ₎(vᵢ + τ²₍ᵢ₎) +
            Var μ₍ᵢ₎).
        dffits: (μ − μ₍ᵢ₎) / √(s²₍ᵢ₎ hᵢ(vᵢ + τ²₍ᵢ₎)): shift of the study's fitted value, in standard deviations.
        cooks_distance: (μ − μ₍ᵢ₎)² / Var μ.
        covariance_ratio: Var μ₍ᵢ₎ / Var μ; below 1 the study costs precision.
        tau2_deleted, q_deleted: τ² and Cochran's Q without the study.
        hat: hᵢ, the weight as a fraction of 1.
        dfbetas: (μ − μ₍ᵢ₎) √(Σⱼ 1/(vⱼ + τ²₍ᵢ₎) / s²₍ᵢ₎).
        influential: |DFFITS| > 3/√(k − 1), or Cook's distance above the median of χ² with 1 degree of freedom, or
            h > 3/k, or |DFBETAS| > 1: flags for a second look, no reason to exclude.
        full: the result of all studies.
        warnings: notices about studies left out, and about diagnostics that are infinite or undefined.
    """

    studies: NDArray[np.intp]
    residual: Floats
    deleted_residual: Floats
    dffits: Floats
    cooks_distance: Floats
    covariance_ratio: Floats
    tau2_deleted: Floats
    q_deleted: Floats
    hat: Floats
    dfbetas: Floats
    influential: NDArray[np.bool_]
    full: RandomEffects
    warnings: tuple[Notice, ...]


def influence(yi: ArrayLike, vi: ArrayLike, tau2: str = "REML", ci: str = "wald", level: float = 0.95) -> Influence:
    """Outlier and influence diagnostics of a random-effects (or equal-effects) model.

    Args:
        yi, vi: shape (k,), effects and sampling variances; NaN in both for an absent study.
        tau2, ci, level: as in `analysis.methods.models.random_effects`; Var μ is the variance that ``ci`` uses.

    Raises:
        Refusal: fewer than three studies.
        InputError: impossible values or settings.

    The eight schools of Rubin (1981):

    >>> effects, variances = [28, 8, -3, 7, -1, 1, 18, 12], [225, 100, 256, 121, 81, 121, 100, 324]
    >>> influence(effects, variances).cooks_distance.round(2).tolist()
    [0.16, 0.0, 0.03, 0.0, 0.3, 0.07, 0.25, 0.0]
    """
    refits = leave_one_out(yi, vi, tau2=tau2, ci=ci, level=level)
    k = len(refits.studies)
    if k < 3:
        raise Refusal("too-few-studies", "Influence diagnostics need at least three studies with an effect estimate.")
    y = np.asarray(yi, dtype=float)[refits.studies]
    v = np.asarray(vi, dtype=float)[refits.studies]
    full, without = refits.full, refits.pooled
    weights = 1 / (v + full.tau2)
    hat = weights / weights.sum()
    tau2_deleted = np.asarray(without.tau2)
    shift = full.estimate - np.asarray(without.estimate)
    deleted_variance, variance = np.asarray(without.se) ** 2, full.se**2
    factor = np.ones(k) if ci == "wald" else np.asarray(without.hk_factor)
    precision = np.array([np.sum(1 / (v + t)) for t in tau2_deleted])
    # Identical effects make Hartung-Knapp's factor 0; the ratios are then infinite or undefined, and so reported.
    with np.errstate(divide="ignore", invalid="ignore"):
        deleted_residual = y - np.asarray(without.estimate)
        deleted_residual = deleted_residual / np.sqrt(factor * (v + tau2_deleted) + deleted_variance)
        dffits = shift / np.sqrt(factor * hat * (v + tau2_deleted))
        dfbetas = shift * np.sqrt(precision / factor)
        cooks = shift**2 / variance
        ratio = deleted_variance / variance
    defined = all(np.isfinite(values).all() for values in (deleted_residual, dffits, dfbetas, cooks, ratio))
    from scipy.special import chdtr

    return Influence(
        studies=refits.studies,
        residual=(y - full.estimate) / np.sqrt((v + full.tau2) * (1 - hat)),
        deleted_residual=deleted_residual,
        dffits=dffits,
        cooks_distance=cooks,
        covariance_ratio=ratio,
        tau2_deleted=tau2_deleted,
        q_deleted=np.asarray(without.q),
        hat=hat,
        dfbetas=dfbetas,
        influential=(np.abs(dffits) > 3 / np.sqrt(k - 1))
        | (chdtr(1, cooks) > 0.5)
        | (hat > 3 / k)
        | (np.abs(dfbetas) > 1),
        full=full,
        warnings=refits.warnings if defined else (*refits.warnings, UNDEFINED),
    )
