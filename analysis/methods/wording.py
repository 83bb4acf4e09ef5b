"""Numbers of studies in the words of a sentence fit for print."""

from __future__ import annotations

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


def trials(number: int) -> str:
    """``"one trial"``, ``"two trials"`` ...; figures above twelve."""
    words = _WORDS[number] if number < len(_WORDS) else f"{number}"
    return f"{words} trial" if number == 1 else f"{words} trials"


def trials_first(number: int) -> str:
    """The same at the beginning of a sentence."""
    words = trials(number)
    return words[0].upper() + words[1:]
