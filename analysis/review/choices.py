"""Choices of this review that are no data: ``_quarto.yml`` names this module, for its ``CHOICES``."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.methods.models.priors import log_student_t
from analysis.results.choices import Choices
from analysis.review import claims
from analysis.review.sets_of_trials import four
from analysis.review.trial_differences import differences, products
from analysis.synthesis.bayesian import HALF_NORMAL, MORTALITY, Prior

#: Of the variance of standardised mean differences between trials. Rhodes and colleagues fitted it to τ² by type of
#: outcome and comparison; here: biological marker, drug against placebo or control, in areas other than
#: cancer and respiratory disease, and any outcome.
MARKERS = {
    "rhodes2015_marker": Prior(
        "SMD",
        "log-t for biological markers, drug against placebo or control",
        "rhodes2015",
        "parameters of ln τ² (location -3.41, scale 2.83, 5 degrees of freedom) as the R packages bayesmeta and "
        "rnmamod give them for biological markers, pharmacological against placebo or control",
        log_student_t(-3.41, 2.83, 5),
    ),
    "rhodes2015_any": Prior(
        "SMD",
        "log-t for any outcome",
        "rhodes2015",
        "parameters of ln τ² (location -3.44, scale 2.59, 5 degrees of freedom) as the R packages bayesmeta and "
        "rnmamod give them for the general setting",
        log_student_t(-3.44, 2.59, 5),
    ),
}
#: outcome → the priors of τ under which it is pooled
PRIORS: Mapping[str, Mapping[str, Prior]] = {
    "deaths": HALF_NORMAL | MORTALITY,
    "serious": HALF_NORMAL,
    "CRP": MARKERS,
    "IL-6": MARKERS,
}

CHOICES = Choices(priors=PRIORS, further={"differences": differences, "products": products, "four": four})

__all__ = ["CHOICES", "MARKERS", "PRIORS", "claims"]
