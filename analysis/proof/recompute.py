"""Every pooled result of the tree computed again, by code that shares nothing with ours.

Some second computations are shown at render; the others are made here, on request, in the ways that
``analysis.results.crosschecks`` lists. Where Rscript and metafor are installed, metafor computes the same once more
(``analysis.proof.metafor``).
"""

from __future__ import annotations

from analysis.results import crosschecks, second_multiverse
from analysis.results.crosschecks import LIMITS, Job, by_way, ways
from analysis.results.tree import CrossCheck, Review


def jobs(review: Review) -> list[Job]:
    """Every pooled result that hangs from the tree."""
    return list(crosschecks.jobs(review.evidence, review))


def computations(review: Review) -> tuple[CrossCheck, ...]:
    """All second computations in Python: those shown at render, then one for every other pooled result."""
    found = {check.key: check for check in (*review.crosschecks, *second_multiverse.counts(review))}
    for job in jobs(review):
        fields = LIMITS if job.tau2 else LIMITS[:1]
        for way in ways(job):
            if any(f"{job.key}.{field}" not in found for field in fields):
                for check in by_way(job, way):
                    found.setdefault(check.key, check)
    return tuple(found.values())
