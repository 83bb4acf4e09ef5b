"""What a review chooses that is no row of its data: priors, results that only it has, and its claims.

``review-choices`` in ``_quarto.yml`` names the module that holds a ``CHOICES``; importing it makes the claims of the
review known. A review without such a module has the priors that suit any, and what its data say.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from analysis.evidence.load import Evidence
from analysis.synthesis.bayesian import HALF_NORMAL, Prior
from analysis.synthesis.outcome_shapes import Outcome, is_ratio

KEY, NAME = "review-choices", "CHOICES"

Further = Callable[[Evidence, Outcome], Any]


class BadChoices(ValueError):
    """The module that ``_quarto.yml`` names holds no choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """``priors`` of τ by outcome, None for those that suit any ratio; ``further`` results of the review by their key.

    A further result is computed from the evidence and the primary outcome.
    """

    priors: Mapping[str, Mapping[str, Prior]] | None = None
    further: Mapping[str, Further] = field(default_factory=dict)

    def of(self, outcome: Outcome) -> Mapping[str, Prior]:
        """The priors under which an outcome is pooled."""
        if self.priors is not None:
            return self.priors.get(outcome.key, {})
        return HALF_NORMAL if is_ratio(outcome.measure) else {}


def choices(metadata: Path) -> Choices:
    """The choices of the project with this metadata. Raises ``BadChoices`` for a module that holds none."""
    try:
        read = yaml.safe_load(metadata.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise BadChoices(f"{metadata.name} cannot be read: {error}. Remedy: restore it") from None
    name = read.get(KEY) if isinstance(read, dict) else None
    if name is None:
        return Choices()
    folder = str(metadata.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        found = getattr(import_module(name), NAME)
    except (ImportError, AttributeError) as error:
        raise BadChoices(
            f"{metadata.name}, {KEY}: {name!r} cannot be used ({error}). "
            f"Remedy: name a module that holds {NAME} = Choices(…), or leave the key away"
        ) from error
    if not isinstance(found, Choices):
        raise BadChoices(f"{metadata.name}, {KEY}: {name}.{NAME} is no Choices. Remedy: make it of Choices(…)")
    return found
