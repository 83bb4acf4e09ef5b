"""From the names under which keys and claims stand in the outputs back to keys and claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from publishing.verify.contract import CLAIM_TAG, place_of_claim, place_of_key, tag


class Names:
    """From the names in a file back to keys and claims.

    A name that stands for no known key is given back as it was found, so that it is reported and not lost. Raises
    ``ValueError`` when two keys would get the same name.
    """

    def __init__(self, keys: Iterable[str], claims: Iterable[str]) -> None:
        keys, claims = sorted(set(keys)), sorted(set(claims))
        self._places = _unique({**_by(place_of_key, keys), **_by(place_of_claim, claims)}, len(keys) + len(claims))
        self._tags = _unique(_by(tag, [*keys, *(CLAIM_TAG + claim for claim in claims)]), len(keys) + len(claims))

    def of_place(self, name: str) -> str:
        """Key of a place ``n-…``, or claim of a place ``c-…``."""
        return self._places.get(name, name)

    def of_tag(self, name: str) -> str:
        """Key, or ``claim:<name>``, of a content control's tag."""
        return self._tags.get(name, name)


def _by(name: Callable[[str], str], wholes: list[str]) -> dict[str, str]:
    return {name(whole): whole for whole in wholes}


def _unique(names: Mapping[str, str], expected: int) -> Mapping[str, str]:
    if len(names) != expected:
        raise ValueError("two keys differ only in characters that a place's name cannot hold")
    return names
