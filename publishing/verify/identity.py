"""The names under which a key or a claim stands in the outputs; publishing/filters/keys.lua writes the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

#: Word opens no file in which the tag of a content control is longer
LONGEST_TAG = 64
CLAIM_TAG = "claim:"
KEY_PLACE, CLAIM_PLACE = "n-", "c-"


def place_of_key(key: str) -> str:
    """Name of the place in the appendix that shows a number's origin."""
    return _name(KEY_PLACE + key)


def place_of_claim(claim: str) -> str:
    """Name of the place in the list of claims."""
    return _name(CLAIM_PLACE + claim)


def tag(whole: str) -> str:
    """Tag of the content control for a key, or for ``claim:<name>``."""
    if len(whole) <= LONGEST_TAG:
        return whole
    return f"{whole[: LONGEST_TAG - 13]}~{hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest()[:12]}"


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


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


def _by(name: object, wholes: list[str]) -> dict[str, str]:
    assert callable(name)
    return {name(whole): whole for whole in wholes}


def _unique(names: Mapping[str, str], expected: int) -> Mapping[str, str]:
    if len(names) != expected:
        raise ValueError("two keys differ only in characters that a place's name cannot hold")
    return names
