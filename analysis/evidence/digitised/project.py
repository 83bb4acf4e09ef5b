"""Project files of WebPlotDigitizer [@rohatgi_wpd]: the archive it saves, or its export as JSON, format version 4.

Versions 4 and 5 of the program write this format (javascript/core/plotData.js of its repository; described in
docs/JSON_format_specification.md there up to 4.7). This reads the part that a series needs and ignores colours,
masks, measurements and detection settings. The value that the program recorded beside each pixel must agree with the
value computed here, so that no change of meaning passes unnoticed; a file that says version 5 is held to the same.

The recorded value is always that of the pixel. A value that somebody typed over it stands apart, in the metadata of
the point under `overrides`, by the axis: {"overrides": {"y": 50}}, or "Y"; a bar chart has y alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.evidence.digitised import archive
from analysis.evidence.digitised.axes import Axes, Scale
from analysis.evidence.digitised.calibration import SECONDS_PER_DAY, calibrated, finite, pixel
from analysis.evidence.digitised.problems import FigureError, figure_error

VERSIONS = (4, 5)
LARGEST_FILE = 20_000_000
# Recorded and recomputed values differ by rounding only; dates also by the milliseconds the program adds.
AGREEMENT = 1e-6
SLACK_OF_DATES = 2 / SECONDS_PER_DAY
OVERRIDES = "overrides"


@dataclass(frozen=True, slots=True)
class Click:
    """One digitised point: its pixel, the names it goes by, and the values that the program recorded beside it.

    typed: values that somebody typed over those of the pixel, as the axis ("x", "y") and the text typed.
    """

    number: int
    x: float
    y: float
    names: tuple[str, ...]
    recorded: tuple[float | None, ...]
    typed: tuple[tuple[str, str], ...]


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


def read_project(path: Path, file: str) -> Project:
    """Read a project file. FigureError naming file, dataset, point, value and remedy if it cannot be used.

    file: its name for messages.
    """

    def refuse(value: str | None, problem: str, remedy: str, place: str = "") -> FigureError:
        return figure_error(file, problem, remedy, value=value, place=place)

    content = _content(path, file)
    version = content.get("version")
    if isinstance(content.get("wpd"), dict):
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


def _content(path: Path, file: str) -> dict[str, Any]:
    """The JSON object of a project file or of the archive around it."""
    in_archive = path.suffix == archive.SUFFIX
    largest = archive.LARGEST_ARCHIVE if in_archive else LARGEST_FILE
    if not path.is_file():
        raise figure_error(file, "the file is missing", "put the saved project there or correct the table")
    if path.stat().st_size > largest:
        raise figure_error(file, f"is larger than {largest} bytes", "export the project as JSON, without its image")
    raw = path.read_bytes()
    if in_archive:
        raw = archive.project_in(file, raw, LARGEST_FILE)
    elif archive.is_archive(raw):
        inside = f"it is a tar archive, as the program saves it, with the project in its {archive.PROJECT}"
        problem = f"not readable as UTF-8 JSON ({inside})"
        remedy = (
            f"name it {path.with_suffix(archive.SUFFIX).name} here and in the table, or export the project as JSON"
        )
        raise figure_error(file, problem, remedy)
    try:
        content = json.loads(raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        problem = f"not readable as UTF-8 JSON ({error})"
        raise figure_error(file, problem, "export the project again as JSON") from None
    if not isinstance(content, dict):
        raise figure_error(file, "is not a project of WebPlotDigitizer", "export the project as JSON")
    return content


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of two values for one key a reader could take either."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return found


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _dataset(file: str, entry: dict[str, Any]) -> Dataset:
    name = str(entry.get("name", ""))
    data, keys, groups = (entry.get(part) or [] for part in ("data", "metadataKeys", "groupNames"))
    if not all(isinstance(part, list) for part in (data, keys, groups)):
        problem = "has points, metadata keys or group names that are no lists"
        raise figure_error(file, problem, "export the project again", dataset=name)
    clicks = []
    for number, point in enumerate(data, start=1):
        place = pixel(point, "x", "y")
        if place is None:
            remedy = "delete the point and click it again"
            raise figure_error(file, "has no pixel", remedy, value=str(point), dataset=name, point=str(number))
        metadata = _metadata(point, [str(key).lower() for key in keys])
        typed = _typed(metadata.get(OVERRIDES))
        if typed is None:
            raise figure_error(file, "is not how the program notes a value typed over that of a pixel",
                               "revert the value in the program and export again", dataset=name, point=str(number),
                               value=str(metadata[OVERRIDES]))  # fmt: skip
        names = tuple(dict.fromkeys(_names(point, metadata, [str(group or "") for group in groups])))
        recorded = _recorded(point.get("value"))
        if recorded is None:
            raise figure_error(file, "is recorded where the program writes numbers", "export the project again",
                               value=str(point["value"]), dataset=name, point=str(number))  # fmt: skip
        clicks.append(Click(number, *place, names, recorded, typed))
    return Dataset(name, str(entry.get("axesName", "")), tuple(clicks))


def _metadata(point: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    metadata = point.get("metadata")
    if isinstance(metadata, list):  # format 4.0 lists the metadata in the order of their keys
        return dict(zip(keys, metadata, strict=False))
    return {str(key).lower(): value for key, value in metadata.items()} if isinstance(metadata, dict) else {}


def _typed(overrides: object) -> tuple[tuple[str, str], ...] | None:
    """Axis and text of each value typed over that of the pixel; None if that cannot be told."""
    if overrides is None:
        return ()
    if not isinstance(overrides, dict):
        return None
    axes = [str(axis).lower() for axis in overrides]
    if not set(axes) <= {"x", "y"} or len(set(axes)) < len(axes):
        return None
    return tuple((axis, str(text)) for axis, text in zip(axes, overrides.values(), strict=True) if text is not None)


def _names(point: dict[str, Any], metadata: dict[str, Any], groups: list[str]) -> Iterator[str]:
    if metadata.get("label"):
        yield str(metadata["label"])
    row, group = point.get("tuple"), point.get("group")
    if isinstance(row, int) and isinstance(group, int) and 0 <= group < len(groups) and groups[group]:
        yield f"{row + 1} {groups[group]}"


def _recorded(value: object) -> tuple[float | None, ...] | None:
    """The numbers recorded beside a pixel, each None where the program had none; None if there is anything else."""
    parts = [] if value is None else value
    if not isinstance(parts, list) or any(part is not None and finite(part) is None for part in parts):
        return None
    return tuple(finite(part) for part in parts)


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
