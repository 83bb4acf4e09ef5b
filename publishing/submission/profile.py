"""A journal's profile: what its instructions ask for, read from ``publishing/profiles/<name>.yml``.

A profile is data. Each demand names the page it was read on and the words it was read in; what could not be read is
``unknown`` and is reported so. ``docs/submitting.md`` describes the keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from publishing import PROFILES
from publishing.project.errors import PublishingError
from publishing.project.yaml_records import GIVEN, filled, keys_of
from publishing.project.yaml_schema import Choice, KeyPath, Origin, Text, read_yaml
from publishing.submission import demands
from publishing.submission.demands import NUMBER, Demand, Instructions, Said
from publishing.submission.measures import MEASURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Demand):
    """What a measure may be: ``least`` and ``most``, ``unlimited``, or ``unknown``."""

    measure: Annotated[str, Choice(tuple(MEASURES))]
    least: float | None = None
    most: float | None = None
    unlimited: Said = False
    unknown: Said = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that is known of one journal's demands; ``read`` is the day its sources were read.

    ``blinded`` is false for a journal whose reviewers know who wrote the paper; ``supplement_file`` is the
    name under which it takes a supplement, of which the bundle then holds a copy; ``caption_delimiter`` is what
    stands behind the label of a caption, where the documents' own is not the journal's.
    """

    path: Path = field(metadata=GIVEN)
    title: str
    read: Annotated[str, Text("a date as YYYY-MM-DD")]
    note: str = ""
    blinded: bool = True
    supplement_file: demands.FileName = ""
    caption_delimiter: Annotated[str, Choice(("", ":", "."))] = ""
    sources: tuple[Instructions, ...]
    limits: tuple[Limit, ...]
    abstract: demands.Abstract | None = None
    statements: tuple[demands.Statement, ...] = ()
    references: demands.References
    layout: demands.TextLayout
    supporting_information: demands.SupportingInformation | None = None
    figures: demands.Figures
    tables: demands.Tables

    @property
    def name(self) -> str:
        return self.path.stem

    def source_of(self, demand: Demand) -> Instructions | None:
        return next((source for source in self.sources if source.name == demand.source), None)

    def labels(self, custom: Iterable[str]) -> dict[str, str]:
        """The journal's words for figures and tables by their kinds; the ``custom`` ones are the supplement's."""
        found = {}
        for kind, floats in (("fig", self.figures), ("tbl", self.tables)):
            found[kind] = floats.label
            found |= {key: floats.supplement_label for key in custom if key.endswith(kind)}
        return {key: words for key, words in found.items() if words}

    def all_demands(self) -> Iterator[tuple[KeyPath, Demand]]:
        """Each demand with its place in the file."""
        for key, several in (("limits", self.limits), ("statements", self.statements)):
            yield from (((key, str(index)), demand) for index, demand in enumerate(several))
        for key in ("abstract", "references", "layout", "supporting-information", "figures", "tables"):
            demand = getattr(self, key.replace("-", "_"))
            if demand is not None:
                yield (key,), demand
        if self.figures.typefaces is not None:
            yield ("figures", "typefaces"), self.figures.typefaces


def known_profiles(folder: Path = PROFILES) -> list[str]:
    """The names of all profiles."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def load_profile(name: str, folder: Path = PROFILES) -> Profile:
    """Read the profile ``name``.

    Raises :class:`PublishingError` for a name that is not known, or for a key, measure or source that is not.
    """
    if name not in known_profiles(folder):
        raise PublishingError(
            f"there is no profile '{name}'.",
            remedy=f"choose one of {', '.join(known_profiles(folder))}, or write publishing/profiles/{name}.yml.",
        )
    path = folder / f"{name}.yml"
    origin = Origin(path)
    profile = filled(Profile, read_yaml(path.read_text(encoding="utf-8"), keys_of(Profile), origin), path=path)
    for place, message, remedy in _faults(profile):
        raise PublishingError(message, source=path, line=origin.lines.get(place), remedy=remedy)
    return profile


def _faults(profile: Profile) -> Iterator[tuple[KeyPath, str, str]]:
    """What the keys by themselves don't say: place, what is wrong, what to do."""
    if profile.supplement_file and NUMBER not in profile.supplement_file:
        message = f"'{profile.supplement_file}' lacks {NUMBER}."
        yield ("supplement-file",), message, f"write for instance S{NUMBER}_File."
    for place, demand in profile.all_demands():
        if demand.source and profile.source_of(demand) is None:
            names = ", ".join(source.name for source in profile.sources)
            yield (*place, "source"), f"there is no source '{demand.source}'.", f"choose one of {names}."
        if demand.source and not demand.words:
            yield (*place, "source"), "the words that were read are missing.", 'add words: "…".'
    for index, limit in enumerate(profile.limits):
        kinds = [kind for kind in ("unlimited", "unknown") if getattr(limit, kind)]
        kinds += ["least or most"] if (limit.least, limit.most) != (None, None) else []
        if len(kinds) != 1:
            message = f"the limit of {limit.measure} says {' and '.join(kinds) or 'nothing'}."
            yield ("limits", str(index)), message, "give least and/or most, or 'unlimited: true', or 'unknown: true'."
        if not limit.source and not limit.unknown:
            message = f"the limit of {limit.measure} has no source."
            remedy = "name the source and the words it was read in, or write 'unknown: true'."
            yield ("limits", str(index)), message, remedy
    for key, floats in (("figures", profile.figures), ("tables", profile.tables)):
        for name, given in (("name", floats.name), ("supplement-name", floats.supplement_name)):
            if NUMBER not in given:
                yield (key, name), f"'{name}' lacks {NUMBER}.", f"write for instance Fig{NUMBER}."
        for name, given in (("label", floats.label), ("supplement-label", floats.supplement_label)):
            if given and NUMBER not in given:
                yield (key, name), f"'{name}' lacks {NUMBER}.", f"write for instance Fig {NUMBER}."
