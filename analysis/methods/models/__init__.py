"""Models that turn effect sizes or counts into one pooled result."""

from analysis.methods.models.inverse_variance import RandomEffects, random_effects

__all__ = [
    "RandomEffects",
    "random_effects",
]
