"""A journal's profile: what its instructions ask for, read from ``publishing/profiles/<name>.yml``.

A profile is data. Each demand names the page it was read on and the words it was read in; what could not be read is
``unknown`` and is reported so. ``docs/submitting.md`` describes the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing import PROFILES
from publishing.project.errors import PublishingError
from publishing.project.yaml_schema import Choice, Flag, Keys, ListOf, Number, Origin, Spec, Text, read_yaml
from publishing.submission.measures import MEASURES

NUMBER = "{number}"

_READ: dict[str, Spec] = {"source": Text("the name of a source"), "words": Text("the words that were read")}
_SOURCE = Keys(
    {
        "name": Text(),
        "address": Text("an address"),
        "second-hand": Text("where its words were read instead"),
        "note": Text(),
    },
    required=("name", "address"),
)
_LIMIT = Keys(
    {
        "measure": Choice(tuple(MEASURES)),
        "least": Number(),
        "most": Number(),
        "unlimited": Choice((True,)),
        "unknown": Choice((True,)),
        **_READ,
    },
    required=("measure",),
)
_SPEC = Keys(
    {
        "title": Text(),
        "read": Text("a date as YYYY-MM-DD"),
        "note": Text(),
        "sources": ListOf(_SOURCE),
        "limits": ListOf(_LIMIT),
        "abstract": Keys({"structured": Flag(), "headings": ListOf(Text()), "citations": Flag(), **_READ}),
        "statements": ListOf(
            Keys({"name": Text(), "found-by": ListOf(Text()), **_READ}, required=("name", "found-by", *_READ))
        ),
        "references": Keys(
            {
                "style": Text("the path of a file from the profile"),
                "et-al-min": Number(),
                "et-al-use-first": Number(),
                **_READ,
            },
            required=("style",),
        ),
        "layout": Keys({"line-numbers": Flag(), "line-spacing": Number(), "figures-in-text": Flag(), **_READ}),
        "figures": Keys(
            {
                "name": Text(f"a file name with {NUMBER}"),
                "supplement-name": Text(f"a file name with {NUMBER}"),
                "widths-mm": ListOf(Number()),
                "least-width-mm": Number(),
                "most-width-mm": Number(),
                "most-height-mm": Number(),
                "dpi": Number(),
                "colour": Choice(("rgb", "grey")),
                **_READ,
            },
            required=("name", "supplement-name", "dpi", "colour"),
        ),
        "tables": Keys(
            {
                "name": Text(f"a file name with {NUMBER}"),
                "supplement-name": Text(f"a file name with {NUMBER}"),
                "forms": ListOf(Choice(("docx", "csv"))),
                **_READ,
            },
            required=("name", "supplement-name", "forms"),
        ),
    },
    required=("title", "read", "sources", "limits", "references", "layout", "figures", "tables"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A page of instructions; ``second_hand`` says where its words were read when the page itself was not."""

    address: str
    second_hand: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """Where a demand stands and in which words; both empty when it is not the journal's but this project's choice."""

    source: Source | None
    words: str


@dataclass(frozen=True, slots=True)
class Limit:
    """What a measure may be. Without ``least`` and ``most`` it is unlimited, or ``unknown``."""

    measure: str
    least: float | None
    most: float | None
    unknown: bool
    demand: Demand


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that must be made, found by any of some words in a heading or at the start of a paragraph."""

    name: str
    found_by: tuple[str, ...]
    demand: Demand


@dataclass(frozen=True, slots=True)
class Abstract:
    """``headings`` must all be there when ``structured``; None where nothing was read."""

    structured: bool | None
    headings: tuple[str, ...]
    citations: bool | None
    demand: Demand


@dataclass(frozen=True, slots=True)
class Naming:
    """File names of one kind of float in the paper and in the supplement."""

    own: str
    supplement: str

    def of(self, number: str, *, supplement: bool) -> str:
        return (self.supplement if supplement else self.own).replace(NUMBER, number)


@dataclass(frozen=True, slots=True)
class Figures:
    """Files of figures: fixed ``widths`` to choose from or a range, in millimetres; resolution; colour space."""

    naming: Naming
    widths: tuple[float, ...]
    least_width: float
    most_width: float
    most_height: float
    dpi: int
    grey: bool
    demand: Demand


@dataclass(frozen=True, slots=True)
class Tables:
    """Files of tables; ``forms`` is empty when the journal wants none."""

    naming: Naming
    forms: tuple[str, ...]
    demand: Demand


@dataclass(frozen=True, slots=True)
class References:
    """A CSL file, by its path from the profile, and how many authors it names."""

    style: str
    et_al_min: int | None
    et_al_use_first: int | None
    demand: Demand


@dataclass(frozen=True, slots=True)
class Layout:
    """Of the text: line numbers, spacing, and whether the Word file holds the pictures."""

    line_numbers: bool
    line_spacing: float
    figures_in_text: bool
    demand: Demand


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one journal's demands; ``read`` is the day its sources were read."""

    name: str
    path: Path
    title: str
    read: str
    note: str
    limits: tuple[Limit, ...]
    abstract: Abstract | None
    statements: tuple[Statement, ...]
    references: References
    layout: Layout
    figures: Figures
    tables: Tables
    sources: tuple[Source, ...]


def known(folder: Path = PROFILES) -> list[str]:
    """The names of all profiles."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def load(name: str, folder: Path = PROFILES) -> Profile:
    """Read the profile ``name``.

    Raises :class:`PublishingError` for a name that is not known, or for a key, measure or source that is not.
    """
    if name not in known(folder):
        raise PublishingError(
            f"there is no profile '{name}'.",
            remedy=f"choose one of {', '.join(known(folder))}, or write publishing/profiles/{name}.yml.",
        )
    return _Reader(folder / f"{name}.yml").profile()


class _Reader:
    """Turns one profile's YAML into a :class:`Profile`."""

    def __init__(self, path: Path) -> None:
        self._path, self._origin = path, Origin(path)
        self._values = read_yaml(path.read_text(encoding="utf-8"), _SPEC, self._origin)
        self._sources = {
            one["name"]: Source(one["address"], one.get("second-hand", ""), one.get("note", ""))
            for one in self._values["sources"]
        }

    def profile(self) -> Profile:
        values = self._values
        references, layout = values["references"], values["layout"]
        figures, tables = values["figures"], values["tables"]
        widths = tuple(figures.get("widths-mm", ()))
        return Profile(
            name=self._path.stem,
            path=self._path,
            title=values["title"],
            read=values["read"],
            note=values.get("note", ""),
            limits=tuple(self._limits()),
            abstract=self._abstract(),
            statements=tuple(
                Statement(one["name"], tuple(one["found-by"]), self._demand(one, "statements", str(index)))
                for index, one in enumerate(values.get("statements", []))
            ),
            references=References(
                references["style"],
                _whole(references.get("et-al-min")),
                _whole(references.get("et-al-use-first")),
                self._demand(references, "references"),
            ),
            layout=Layout(
                layout.get("line-numbers", True),
                layout.get("line-spacing", 2),
                layout.get("figures-in-text", True),
                self._demand(layout, "layout"),
            ),
            figures=Figures(
                self._naming("figures"),
                widths,
                figures.get("least-width-mm", min(widths, default=0.0)),
                figures.get("most-width-mm", max(widths, default=float("inf"))),
                figures.get("most-height-mm", float("inf")),
                round(figures["dpi"]),
                figures["colour"] == "grey",
                self._demand(figures, "figures"),
            ),
            tables=Tables(self._naming("tables"), tuple(tables["forms"]), self._demand(tables, "tables")),
            sources=tuple(self._sources.values()),
        )

    def _limits(self) -> Iterator[Limit]:
        for index, one in enumerate(self._values["limits"]):
            kinds = [kind for kind in ("unlimited", "unknown") if kind in one]
            kinds += ["least or most"] if {"least", "most"} & one.keys() else []
            if len(kinds) != 1:
                raise self._error(
                    f"the limit of {one['measure']} says {' and '.join(kinds) or 'nothing'}.",
                    ("limits", str(index)),
                    "give least and/or most, or 'unlimited: true', or 'unknown: true'.",
                )
            demand = self._demand(one, "limits", str(index))
            if demand.source is None and "unknown" not in one:
                raise self._error(
                    f"the limit of {one['measure']} has no source.",
                    ("limits", str(index)),
                    "name the source and the words it was read in, or write 'unknown: true'.",
                )
            yield Limit(one["measure"], one.get("least"), one.get("most"), "unknown" in one, demand)

    def _abstract(self) -> Abstract | None:
        one = self._values.get("abstract")
        if one is None:
            return None
        return Abstract(
            one.get("structured"),
            tuple(one.get("headings", ())),
            one.get("citations"),
            self._demand(one, "abstract"),
        )

    def _naming(self, kind: str) -> Naming:
        one = self._values[kind]
        for key in ("name", "supplement-name"):
            if NUMBER not in one[key]:
                raise self._error(f"'{key}' lacks {NUMBER}.", (kind, key), f"write for instance Fig{NUMBER}.")
        return Naming(one["name"], one["supplement-name"])

    def _demand(self, one: Mapping[str, Any], *path: str) -> Demand:
        name = one.get("source")
        if name is None:
            return Demand(None, one.get("words", ""))
        if name not in self._sources:
            raise self._error(
                f"there is no source '{name}'.", (*path, "source"), f"choose one of {', '.join(self._sources)}."
            )
        if not one.get("words"):
            raise self._error("the words that were read are missing.", (*path, "source"), 'add words: "…".')
        return Demand(self._sources[name], one["words"])

    def _error(self, message: str, path: tuple[str, ...], remedy: str) -> PublishingError:
        return PublishingError(message, source=self._path, line=self._origin.lines.get(path), remedy=remedy)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
