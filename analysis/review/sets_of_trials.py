"""All sets of as many trials as the published abstract pooled, which names none of them."""

from __future__ import annotations

from analysis.evidence.load import Evidence
from analysis.synthesis.outcome_shapes import Outcome
from analysis.synthesis.sensitivity import FourTrials, four_trials


def four(evidence: Evidence, primary: Outcome) -> FourTrials | None:
    """The sets of four trials with a result on the primary outcome; None where there are too few."""
    return four_trials(primary, len(evidence.eligible))
