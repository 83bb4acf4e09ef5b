"""Models that turn effect sizes or counts into one pooled result."""

from analysis.methods.models.bayes import BayesResult, Summary, bayes_normal
from analysis.methods.models.betabinomial import beta_binomial
from analysis.methods.models.counts import PooledTables, mantel_haenszel, peto
from analysis.methods.models.glmm import CountModel, binomial_normal
from analysis.methods.models.inverse_variance import Analysis, RandomEffects, random_effects
from analysis.methods.models.priors import (
    half_cauchy,
    half_normal,
    half_student_t,
    log_normal,
    log_student_t,
    normal,
    uniform,
)

__all__ = [
    "Analysis",
    "BayesResult",
    "CountModel",
    "PooledTables",
    "RandomEffects",
    "Summary",
    "bayes_normal",
    "beta_binomial",
    "binomial_normal",
    "half_cauchy",
    "half_normal",
    "half_student_t",
    "log_normal",
    "log_student_t",
    "mantel_haenszel",
    "normal",
    "peto",
    "random_effects",
    "uniform",
]
