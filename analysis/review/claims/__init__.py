"""The conditions on the results that interpretive phrases are bound to, each with the claim in plain words.

``deaths-direction`` is the function ``deaths_direction``: its decorator says the claim, its body is one
expression, the condition, which the supplement prints as it stands here. A claim may have other sides, which are
claims too: a document offers the sides between which data may move, and the one that holds is printed.
"""

from analysis.review.claims import as_read, outcomes, robustness, searching, without_results

__all__ = ["as_read", "outcomes", "robustness", "searching", "without_results"]
