"""Project files of WebPlotDigitizer [@rohatgi_wpd], as its export writes them (JSON, format version 4).

The format is documented in that program's repository (docs/JSON_format_specification.md); this reads the part that a
series needs and ignores colours, masks, measurements and detection settings. Version 5 of the program is not public;
its files are read by the same keys, and the value that the program recorded beside each pixel must agree with the
value computed here, so that a change of meaning cannot pass unnoticed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.evidence.digitised.axes import Axes, Scale
from analysis.evidence.digitised.calibration import SECONDS_PER_DAY, calibrated, pixel
from analysis.evidence.digitised.problems import FigureError, figure_error

VERSIONS = (4, 5)
LARGEST_FILE = 20_000_000
# Recorded and recomputed values differ by rounding only; dates also by the milliseconds the program adds.
AGREEMENT = 1e-6
SLACK_OF_DATES = 2 / SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Click:
    """One digitised point: its pixel, the names it goes by, and the values that the program recorded beside it."""

    number: int
    x: float
    y: float
    names: tuple[str, ...]
    recorded: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of clicks on named axes."""

    name: str
    axes_name: str
    clicks: tuple[Click, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A digitised figure: its datasets and the entries from which axes are calibrated on demand.

    file: as the author knows it, "figures/trial2021-fig2.json".
    """

    file: str
    datasets: tuple[Dataset, ...]
    axes_entries: tuple[dict[str, Any], ...]

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name; FigureError naming those there are."""
        for dataset in self.datasets:
            if dataset.name == name:
                return dataset
        there = ", ".join(repr(dataset.name) for dataset in self.datasets) or "none"
        raise figure_error(self.file, "is not in the project", f"use one of those there are: {there}", dataset=name)

    def axes(self, dataset: Dataset) -> Axes:
        """The calibrated axes of a dataset; FigureError if there are none or they cannot be used."""
        entries = [entry for entry in self.axes_entries if entry.get("name") == dataset.axes_name]
        if len(entries) != 1:
            problem = "are not in the project" if not entries else "are there more than once"
            remedy = "assign the dataset to calibrated axes and export again"
            raise figure_error(
                self.file, f"names axes that {problem}", remedy, value=dataset.axes_name, dataset=dataset.name
            )
        axes, problems = calibrated(self.file, entries[0])
        if axes is None:
            raise FigureError(problems)
        return axes

    def click(self, dataset: Dataset, point: str) -> Click:
        """A point by its number, counted from 1, or by its name (label, or "2 Upper" for tuple 2, group Upper)."""
        found = [click for click in dataset.clicks if point == str(click.number) or point in click.names]
        if len(found) == 1:
            return found[0]
        if found:
            problem, remedy = f"names {len(found)} points", "give the point by its number, counted from 1"
        else:
            names = ", ".join(name for click in dataset.clicks for name in click.names)
            problem = "is not in the dataset"
            remedy = f"use a number from 1 to {len(dataset.clicks)}" + (f" or one of: {names}" if names else "")
        raise figure_error(self.file, problem, remedy, dataset=dataset.name, point=point)


def read_project(path: Path) -> Project:
    """Read a project file. FigureError naming file, dataset, point, value and remedy if it cannot be used."""
    file = f"{path.parent.name}/{path.name}"

    def refuse(value: str | None, problem: str, remedy: str, place: str = "") -> FigureError:
        return figure_error(file, problem, remedy, value=value, place=place)

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refuse(
                None, f"is larger than {LARGEST_FILE} bytes", "export the project as JSON, without its image"
            )
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refuse(None, "the file is missing", "put the exported project there or correct the table") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise refuse(None, f"not readable as UTF-8 JSON ({error})", "export the project again as JSON") from None
    if not isinstance(content, dict):
        raise refuse(None, "is not a project of WebPlotDigitizer", "export the project as JSON")
    version = content.get("version")
    if "wpd" in content and isinstance(content["wpd"], dict):
        version = content["wpd"].get("version")
    if not (isinstance(version, list) and version and version[0] in VERSIONS):
        raise refuse(json.dumps(version), "is not a format version that can be read",
                     f"open the project in WebPlotDigitizer 4 or later and export it again (versions "
                     f"{', '.join(map(str, VERSIONS))})", "version")  # fmt: skip
    collections = [content.get(key) for key in ("axesColl", "datasetColl")]
    if not all(
        isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries) for entries in collections
    ):
        raise refuse(None, "has no axes and datasets", "export the project as JSON")
    axes_entries, dataset_entries = collections
    datasets = tuple(_dataset(file, entry) for entry in dataset_entries)  # type: ignore[union-attr]
    names = [dataset.name for dataset in datasets]
    for name in names:
        if names.count(name) > 1:
            raise refuse(name, "is the name of more than one dataset", "rename one and export again", "datasets")
    return Project(file, datasets, tuple(axes_entries))  # type: ignore[arg-type]


def _dataset(file: str, entry: dict[str, Any]) -> Dataset:
    name = str(entry.get("name", ""))
    keys = [str(key).lower() for key in entry.get("metadataKeys") or []]
    groups = [str(group or "") for group in entry.get("groupNames") or []]
    clicks = []
    data = entry.get("data")
    for number, point in enumerate(data if isinstance(data, list) else [], start=1):
        place = pixel(point, "x", "y")
        if place is None:
            remedy = "delete the point and click it again"
            raise figure_error(file, "has no pixel", remedy, value=str(point), dataset=name, point=str(number))
        names = tuple(dict.fromkeys(_names(point, keys, groups)))
        clicks.append(Click(number, *place, names, _recorded(point.get("value"))))
    return Dataset(name, str(entry.get("axesName", "")), tuple(clicks))


def _names(point: dict[str, Any], keys: list[str], groups: list[str]) -> Iterator[str]:
    metadata = point.get("metadata")
    if isinstance(metadata, list):  # format 4.0 lists the metadata in the order of their keys
        metadata = dict(zip(keys, metadata, strict=False))
    if isinstance(metadata, dict):
        label = {str(key).lower(): value for key, value in metadata.items()}.get("label")
        if label:
            yield str(label)
    row, group = point.get("tuple"), point.get("group")
    if isinstance(row, int) and isinstance(group, int) and 0 <= group < len(groups) and groups[group]:
        yield f"{row + 1} {groups[group]}"


def _recorded(value: object) -> tuple[float | None, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        float(part) if isinstance(part, int | float) and not isinstance(part, bool) else None for part in value
    )


def disagreements(axes: Axes, click: Click, positions: tuple[float, ...]) -> Iterator[tuple[Scale, str]]:
    """Recorded values that are not what the calibration gives: the scale concerned and words for a message."""
    for scale, recorded, place in zip(axes.scales, click.recorded, positions, strict=False):
        if recorded is None:
            continue
        date = scale.counts == "date"
        there = scale.place_of(recorded / (1000 * SECONDS_PER_DAY) if date else recorded)
        allowed = AGREEMENT * max(abs(scale.second - scale.first), abs(place - scale.first))
        if not math.isfinite(there) or abs(there - place) > allowed + (SLACK_OF_DATES if date else 0):
            ours = scale.value(place) * (1000 * SECONDS_PER_DAY if date else 1)
            yield scale, f"{recorded:.10g} is recorded where the calibration gives {ours:.10g}"
