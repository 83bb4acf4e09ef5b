"""Models that turn effect sizes or counts into one pooled result."""

from analysis.methods.models.betabinomial import beta_binomial
from analysis.methods.models.counts import PooledTables, mantel_haenszel, peto
from analysis.methods.models.glmm import CountModel, binomial_normal
from analysis.methods.models.inverse_variance import RandomEffects, random_effects

__all__ = [
    "CountModel",
    "PooledTables",
    "RandomEffects",
    "beta_binomial",
    "binomial_normal",
    "mantel_haenszel",
    "peto",
    "random_effects",
]
