"""Keys lead through fields, properties, mappings, and mappings whose members are named without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from analysis.printing.quantities import Found, UnknownKey, look_up, quantity, spread, step, walk


@dataclass(frozen=True)
class Result:
    k: int = quantity("count")
    note: str = "no quantity"

    @property
    def itself(self) -> Result:
        return self


@dataclass(frozen=True)
class Tree:
    trials: Result
    outcomes: Mapping[str, Result] = spread()


ONE, OTHER, OWN = Result(1), Result(2), Result(3)
#: a member that has the name of a field stands behind it
TREE = Tree(OWN, {"deaths": ONE, "trials": OTHER})


@pytest.mark.parametrize(
    ("here", "part", "found"),
    [
        (TREE, "deaths", (ONE, "")),
        (TREE, "trials", (OWN, "")),
        (TREE, "outcomes", (TREE.outcomes, "")),
        (TREE.outcomes, "trials", (OTHER, "")),
        (ONE, "k", (1, "count")),
        (ONE, "itself", (ONE, "")),
    ],
)
def test_a_step(here: object, part: str, found: tuple[object, str]) -> None:
    assert step(here, part) == found


@pytest.mark.parametrize(
    ("here", "part"), [(TREE, "serious"), (TREE.outcomes, "serious"), (ONE, "__class__"), (1, "real")]
)
def test_a_step_that_leads_nowhere_is_refused(here: object, part: str) -> None:
    with pytest.raises(UnknownKey, match=part):
        step(here, part)


def test_members_of_a_spread_mapping_are_keys_of_their_own() -> None:
    assert look_up(TREE, "deaths.k") == Found(1, "count")
    assert look_up(TREE, "deaths.itself.k") == Found(1, "count")
    assert look_up(TREE, "trials.k") == Found(3, "count")


def test_a_key_that_is_missing_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownKey, match=r"no 'serious'.*deaths.*trials"):
        look_up(TREE, "serious.k")
    with pytest.raises(UnknownKey, match="not declared as a quantity"):
        look_up(TREE, "deaths.note")


def test_walking_names_members_of_a_spread_mapping_as_keys_do() -> None:
    whole = Tree(OWN, {"deaths": ONE, "serious": OTHER})
    walked = dict(walk(whole))
    assert walked == {"trials.k": Found(3, "count"), "deaths.k": Found(1, "count"), "serious.k": Found(2, "count")}
    assert all(look_up(whole, key) == found for key, found in walked.items())
