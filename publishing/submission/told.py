"""What the lint found, as lines for a terminal, and as the error that stops a bundle."""

from __future__ import annotations

from collections.abc import Sequence

from publishing.project.configuration import Settings
from publishing.project.errors import PublishingError
from publishing.project.yaml_schema import KeyPath
from publishing.submission.findings import UNMET, Finding, Status
from publishing.submission.profile import Profile


def findings_table(found: Sequence[Finding]) -> str:
    """The findings as lines for a terminal."""
    lines = []
    for one in found:
        status = one.status.upper() if one.status in UNMET else one.status
        lines.append(f"  {status:<9} {one.subject}: {one.found or '–'} (wanted: {one.wanted})")
    return "\n".join([*lines, f"  {findings_summary(found)}"])


def findings_summary(found: Sequence[Finding]) -> str:
    """How many demands stand how."""
    return ", ".join(f"{sum(one.status is status for one in found)} {status}" for status in Status)


def refusal(profile: Profile, refused: Sequence[Finding], settings: Settings, *, strict: bool) -> PublishingError:
    """The error for demands without which no bundle is made, each with its place and what to do about it."""
    one, *others = refused
    number = f"{len(refused)} demands" if others else "1 demand"
    message = f"{number} of {profile.title} {'are' if others else 'is'} not met: "
    message += f"{', '.join(finding.subject for finding in refused)}."
    else_ = "make the bundle without --strict" if strict else "make the bundle for a profile that does not need it"
    if not others:
        said, source = f"{message.removesuffix('.')} ({one.found}).", settings.source if one.place else None
        line = _line(settings, one.place)
        return PublishingError(said, source=source, line=line, remedy=f"{one.remedy}, or {else_}.")
    lines = [f"  {finding.subject}: {finding.found}; {finding.remedy}{_at(settings, finding)}" for finding in refused]
    return PublishingError("\n".join([message, *lines]), remedy=f"do so, or {else_}.")


def _at(settings: Settings, finding: Finding) -> str:
    line = _line(settings, finding.place)
    return f" ({settings.source.name}, line {line})." if finding.place and line else "."


def _line(settings: Settings, place: KeyPath) -> int | None:
    """The line of a key, or of the nearest one above it that is there."""
    while place and settings.line(*place) is None:
        place = place[:-1]
    return settings.line(*place) if place else None
