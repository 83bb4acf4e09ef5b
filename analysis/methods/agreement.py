"""Agreement of two assessors on the same things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def share_agreed(pairs: Sequence[tuple[str, str]]) -> float:
    """The share of things, 0 to 1, that both put into the same category. ValueError without any thing.

    >>> share_agreed([("low", "low"), ("low", "high"), ("high", "high"), ("high", "high")])
    0.75
    """
    if not pairs:
        raise ValueError("no thing was judged by two assessors, so there is no agreement")
    return sum(one == other for one, other in pairs) / len(pairs)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance, unweighted: (p_o − p_e) / (1 − p_e).

    p_o: share agreed; p_e: share that would agree if each kept their own shares of the categories and judged without
    looking. None where both used one and the same category throughout, so that chance explains all. Cohen J. A
    coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46, equation 1.

    >>> cohen_kappa([("low", "low"), ("low", "high"), ("high", "high"), ("high", "high")])
    0.5
    """
    observed = share_agreed(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(number * others[category] for category, number in ones.items()) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)
