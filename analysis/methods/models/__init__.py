"""Models that turn effect sizes or counts into one pooled result."""

from analysis.methods.models.counts import PooledTables, mantel_haenszel, peto
from analysis.methods.models.inverse_variance import RandomEffects, random_effects

__all__ = [
    "PooledTables",
    "RandomEffects",
    "mantel_haenszel",
    "peto",
    "random_effects",
]
