"""The data of a multiverse: counts, means or effects of the same trials, and the measures that each can serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.methods.arguments import usable_studies
from analysis.methods.effects import BINARY_MEASURES, CONTINUOUS_MEASURES, two_means, two_proportions
from analysis.methods.errors import InputError

Floats = NDArray[np.float64]
Sizes = tuple[Floats, Floats]


class Correction(TypedDict):
    """A way to treat empty cells, as arguments of `two_proportions`."""

    add: float
    add_to: str
    drop00: bool


ZERO_HANDLING: Mapping[str, Correction] = {
    "add 0.5 to trials with a zero, drop double zeros": {"add": 0.5, "add_to": "only0", "drop00": True},
    "add 0.5 to trials with a zero": {"add": 0.5, "add_to": "only0", "drop00": False},
    "add 0.5 to all trials": {"add": 0.5, "add_to": "all", "drop00": False},
    "no correction": {"add": 0.0, "add_to": "none", "drop00": False},
}
# These need no correction: a second way to treat zeros would only repeat the row. A risk difference does not either,
# but the variance of an arm without events would be 0, so the same rule holds for it as for the ratios.
_NEED_NO_CORRECTION = ("PETO", "AS")
NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Events and participants per arm, each of shape (k,), same trials in the same order.

    Attributes:
        events_t, n_t, events_c, n_c: as in `two_proportions`.
        valid_for: measures that may be computed from these data.
    """

    events_t: ArrayLike
    n_t: ArrayLike
    events_c: ArrayLike
    n_c: ArrayLike
    valid_for: Sequence[str] = BINARY_MEASURES


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Means, standard deviations and sizes per arm, each of shape (k,), same trials in the same order.

    Attributes:
        mean_t, sd_t, n_t, mean_c, sd_c, n_c: as in `two_means`.
        valid_for: measures that may be computed from these data: ``("MD",)`` where some trials report final values
            and others changes from baseline (Handbook 10.5.2), or where a mean may be negative.
    """

    mean_t: ArrayLike
    sd_t: ArrayLike
    n_t: ArrayLike
    mean_c: ArrayLike
    sd_c: ArrayLike
    n_c: ArrayLike
    valid_for: Sequence[str] = CONTINUOUS_MEASURES


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Effect sizes that were computed or printed elsewhere, such as a ratio with its interval.

    Attributes:
        yi, vi: shape (k,), effects and sampling variances on the scale of the analysis (ratios as logs); NaN in both
            marks a trial without an effect size.
        valid_for: the measures that these numbers are, in most cases one.
    """

    yi: ArrayLike
    vi: ArrayLike
    valid_for: Sequence[str]


Data = Counts | Means | Effects
Parts = Sequence[Data]


def parts_by_measure(name: str, variant: Data | Parts) -> dict[str, Data]:
    """The part of a variant that serves each measure, in the order in which the parts list them.

    Args:
        name: of the variant, for messages.
        variant: one kind of data, or several that serve different measures (means for MD and SMD, printed ratios for
            ROM).

    Raises:
        InputError: no part, a part without a measure or with one that its data cannot give, two parts for a measure.
    """
    parts: dict[str, Data] = {}
    several = (variant,) if isinstance(variant, Counts | Means | Effects) else tuple(variant)
    if not several:
        raise InputError("data", f"holds nothing in {name!r}")
    for part in several:
        possible = _possible_measures(part)
        if isinstance(part.valid_for, str) or not part.valid_for:
            raise InputError("valid_for", f"of {name!r} must list measures", value=part.valid_for)
        for measure in part.valid_for:
            if possible is not None and measure not in possible:
                raise InputError("valid_for", f"of {name!r} must be of {', '.join(possible)}", value=measure)
            if measure in parts:
                raise InputError("valid_for", f"of {name!r} names a measure twice", value=measure)
            parts[measure] = part
    return parts


def effect_sizes(part: Data, measure: str, zero_handling: Sequence[str]) -> list[tuple[str, Sizes]]:
    """Effects and variances of a part of the data on one measure, under each treatment of empty cells that applies.

    Args:
        part: the data; must be valid for ``measure``.
        measure: name of the measure.
        zero_handling: keys of `ZERO_HANDLING`; a single `NOT_NEEDED` stands in where there is nothing to correct.
    """
    if isinstance(part, Effects):
        usable_studies(part.yi, part.vi)
        return [(NOT_NEEDED, (_vector(part.yi), _vector(part.vi)))]
    if isinstance(part, Means):
        sizes = two_means(part.mean_t, part.sd_t, part.n_t, part.mean_c, part.sd_c, part.n_c, measure)
        return [(NOT_NEEDED, (sizes.yi, sizes.vi))]
    found = []
    for name in (NOT_NEEDED,) if measure in _NEED_NO_CORRECTION else zero_handling:
        settings = ZERO_HANDLING["no correction" if name == NOT_NEEDED else name]
        sizes = two_proportions(part.events_t, part.n_t, part.events_c, part.n_c, measure, **settings)
        found.append((name, (sizes.yi, sizes.vi)))
    return found


def common_length(variants: Mapping[str, Mapping[str, Data]]) -> int:
    """Number of trials, which must be the same in every part of every variant."""
    lengths = {
        name: {_vector(part.yi if isinstance(part, Effects) else part.n_t).size for part in parts.values()}
        for name, parts in variants.items()
    }
    first = next(iter(lengths))
    expected = next(iter(lengths[first]))
    for name, found in lengths.items():
        for length in found - {expected}:
            raise InputError("data", f"has {length} trials in {name!r} and {expected} in {first!r}")
    return expected


def _possible_measures(part: Data) -> tuple[str, ...] | None:
    """Measures that can be computed from this kind of data; ``None`` where any name will do."""
    if isinstance(part, Counts):
        return BINARY_MEASURES
    return CONTINUOUS_MEASURES if isinstance(part, Means) else None


def _vector(values: ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=float))
