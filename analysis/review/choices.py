"""Choices of this review that are no data."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.synthesis.bayesian import HALF_NORMAL, MORTALITY, Prior

#: outcome → the priors of τ under which it is pooled
PRIORS: Mapping[str, Mapping[str, Prior]] = {"deaths": HALF_NORMAL | MORTALITY, "serious": HALF_NORMAL}
