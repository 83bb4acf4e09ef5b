"""Ways to spoil the projects of a folder of digitised figures, and the folder; its table: figure_mutations.py."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from figure_mutations import (
    BARS,
    LINES,
    NOTHING,
    READING,
    SEAL,
    TABLE,
    Files,
    Mutation,
    broken_cells,
    broken_tables,
    rows_of,
    wrong_cells,
    wrong_series,
)
from saved_archives import IMAGE, joined, member, saved

from analysis.evidence.schema import DESCRIPTOR


def catalogue(files: Files) -> list[Mutation]:
    """All mutations, each with its own name."""
    made = [
        *broken_cells(files), *wrong_cells(files), *wrong_series(files), *broken_tables(files),
        *spoilt_leaves(files), *broken_json(files), *consistent_lies(files), *broken_archives(files),
        *other_files(files), *harmless(files),
    ]  # fmt: skip
    numbers: dict[str, Iterator[int]] = {}
    return [replace(m, name=f"{m.name}-{next(numbers.setdefault(m.name, count(1)))}") for m in made]


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a JSON tree with the way to it."""
    if isinstance(tree, dict | list) and tree:
        for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(part, (*path, key))
    else:
        yield path, tree


def changed_at(tree: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    tree = copy.deepcopy(tree)
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    change(parent, path[-1])
    return tree


#: leaf of a project → why it does not matter what stands there
UNREAD = {
    "colorRGB": "colours are not read",
    "autoDetectionData": "settings are not read",
    "measurementColl": "measurements are not read",
    "dz": "there is no third axis",
    "across": "a mark of one axis has no say on the other axis",
    "value": "what the program recorded is compared, not read",
    "metadataKeys": "there are no metadata to name",
    "absent": "without it the default stands, which is the same here",
    "unused": "no row names this mark",
    "beside": "a bar is read where its end is high, not where it is clicked across",
    "minor": "the format within version 4 is the same",
}


def unread(path: tuple[Any, ...], axes: str, way: str) -> str:
    """Why nobody but the seal need notice that a leaf was changed; "" if it matters."""
    if path[0] == "version" and len(path) > 1 and path[1] == 1:
        return UNREAD["minor"]
    for key in path:
        if key in ("colorRGB", "autoDetectionData", "measurementColl", "metadataKeys", "dz"):
            return UNREAD[str(key)]
    if "calibrationPoints" in path and (path[-1] == "dx" if axes == "BarAxes" else _of_the_other(path)):
        return UNREAD["across"]
    if path[-1] in ("isLogX", "isLogY", "noRotation", "isRotated") and way == "deleted":
        return UNREAD["absent"]
    if "data" in path and path[:4] == ("datasetColl", 0, "data", 6) and way == "other":
        return UNREAD["unused"]
    if axes == "BarAxes" and way == "other" and (path[-1] == "px" or (path[-1] == "x" and "data" in path)):
        return UNREAD["beside"]
    if len(path) > 1 and path[-2] == "value":
        # Of two recorded values the second would stand in the place of the first, were that gone.
        last = 0 if axes == "BarAxes" else 1
        return UNREAD["value"] if way == "null" or (way == "deleted" and path[-1] == last) else ""
    return ""


def _of_the_other(path: tuple[Any, ...]) -> bool:
    return (path[-1] == "dy" and path[-2] in (0, 1)) or (path[-1] == "dx" and path[-2] in (2, 3))


def other(value: Any) -> Any:
    """A value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    if isinstance(value, str):
        return str(float(value) + 5) if value.replace(".", "").isdigit() else f"{value}x"
    return [1]


def spoilt_leaves(files: Files) -> Iterator[Mutation]:
    """Every value of both projects written anew in three ways: another of its kind, null or of another kind, gone."""
    for file in (LINES, BARS):
        project = project_in(files, file)
        axes = project["axesColl"][0]["type"]
        for turn, (path, value) in enumerate(leaves(project)):
            ways: dict[str, Callable[[Any, Any], None]] = {
                "other": lambda parent, key, value=value: parent.__setitem__(key, other(value)),
                "null": lambda parent, key: parent.__setitem__(key, None),
                "deleted": lambda parent, key: parent.__delitem__(key),
            }
            for way in ("other", ("null", "deleted")[turn % 2]):
                if way == "null" and value is None:
                    continue
                spoilt = changed_at(project, path, ways[way])
                same = unread(path, axes, way)
                # Axes that lie straight have the same values either way, but not the same reading error.
                tilt = path[-1] in ("noRotation", "isRotated") and way == "other"
                by = SEAL if same or tilt else READING
                name = f"{file}: {'.'.join(map(str, path))} {way}"
                changed: Files = {file: packed(file, spoilt)}
                where = file if by == READING else TABLE
                yield Mutation(name, f"leaf {way}", changed, where, noticed_by=by, same=same)


def project_in(files: Files, file: str) -> dict[str, Any]:
    raw = files[file] or b""
    if file == BARS:
        start = raw.index(b'{"version": [4, 2]')
        return json.JSONDecoder().raw_decode(raw[start:].decode("utf-8", "replace"))[0]
    return json.loads(raw)


def packed(file: str, project: dict[str, Any]) -> bytes:
    return saved(project, file.removesuffix(".tar")) if file == BARS else json.dumps(project).encode()


def broken_json(files: Files) -> Iterator[Mutation]:
    raw = files[LINES] or b""
    ways: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "not readable"), "cut off": (raw[:-30], "not readable"), "BOM": (b"\xef\xbb\xbf" + raw, "BOM"),
        "UTF-16": (raw.decode().encode("utf-16"), "not readable"), "two objects": (raw + raw, "Extra data"),
        "a list": (b"[" + raw + b"]", "is not a project"),
        "NaN": (raw.replace(b'"x": ', b'"x": NaN, "x2": ', 1), "NaN"),
        "infinite": (raw.replace(b'"px": ', b'"px": Infinity, "p": ', 1), "Infinity"),
        "huge integer": (raw.replace(b'"px": ', b'"px": 1' + b"0" * 400 + b', "p": ', 1), "has no pixel"),
        "endless integer": (raw.replace(b'"px": ', b'"px": 1' + b"0" * 5000 + b', "p": ', 1), "not readable"),
        "deep": (b"[" * 100_000, "not readable"), "single quotes": (raw.replace(b'"', b"'"), "not readable"),
        "key twice": (raw.replace(b'"px": ', b'"px": 5, "px": ', 1), "'px' is given twice"),
        "an image": (IMAGE, "not readable"), "format 3": (raw.replace(b"[4, 2]", b"[3, 8]"), "format version"),
        "format 6": (raw.replace(b"[4, 2]", b"[6, 0]"), "format version"),
    }  # fmt: skip
    for way, (changed, says) in ways.items():
        yield Mutation(f"JSON: {way}", "broken JSON", {LINES: changed}, LINES, says)


def consistent_lies(files: Files) -> Iterator[Mutation]:
    """Changes that agree with themselves, so that the recorded values cannot contradict them."""

    def silent(project: dict[str, Any]) -> dict[str, Any]:
        for dataset in project["datasetColl"]:
            for point in dataset["data"]:
                point.pop("value", None)
        return project

    moved = silent(project_in(files, LINES))
    moved["datasetColl"][0]["data"][0]["y"] -= 0.3
    yield Mutation("mark moved", "consistent lie", {LINES: packed(LINES, moved)}, TABLE, noticed_by=SEAL)
    scaled = silent(project_in(files, LINES))
    scaled["axesColl"][0]["calibrationPoints"][3]["dy"] = "121"
    yield Mutation("axis rescaled", "consistent lie", {LINES: packed(LINES, scaled)}, TABLE, noticed_by=SEAL)
    linear = silent(project_in(files, BARS))
    linear["axesColl"][0]["isLog"] = False
    yield Mutation(
        "log axis taken for linear", "consistent lie", {BARS: packed(BARS, linear)}, TABLE, noticed_by=SEAL
    )
    typed = project_in(files, LINES)
    typed["datasetColl"][0]["data"][0]["metadata"] = {"overrides": {"y": 50}}
    yield Mutation("typed over", "typed over", {LINES: packed(LINES, typed)}, TABLE, "'1: y 50' is typed over")
    typed = project_in(files, BARS)
    typed["datasetColl"][0]["data"][1]["metadata"] = {"label": "Bar1", "overrides": {"y": "90"}}
    yield Mutation("bar typed over", "typed over", {BARS: packed(BARS, typed)}, TABLE, "'2: value 90' is typed over")
    upside = silent(project_in(files, LINES))
    ends = upside["axesColl"][0]["calibrationPoints"]
    ends[2]["dy"], ends[3]["dy"] = ends[3]["dy"], ends[2]["dy"]
    yield Mutation("axis upside down", "consistent lie", {LINES: packed(LINES, upside)}, LINES, "lies below")
    short = silent(project_in(files, LINES))
    short["axesColl"][0]["calibrationPoints"][3].update(dy="36", py=short["datasetColl"][0]["data"][1]["y"])
    yield Mutation("short axis", "consistent lie", {LINES: packed(LINES, short)}, TABLE, "calibrated stretch")


def broken_archives(files: Files) -> Iterator[Mutation]:
    project = json.dumps(project_in(files, BARS)).encode()
    info = json.dumps({"version": [4, 0], "json": "wpd.json"}).encode()
    whole = [member("p/", kind=b"5"), member("p/info.json", info), member("p/wpd.json", project)]
    raw = joined(whole)
    ways: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "holds 0 files"), "the export": (project, "not readable as a tar"),
        "compressed": (gzip.compress(raw), "not readable as a tar"), "cut off": (raw.rstrip(b"\0")[:-99], "cut off"),
        "a byte of a header": (raw.replace(b"p/info", b"q/info", 1), "not readable as a tar"),
        "no project": (joined(whole[:2]), "holds 0 files wpd.json"),
        "no info": (joined(whole[2:]), "0 files info.json"),
        "two projects": (joined([*whole, member("q/wpd.json", project)]), "holds 2 files wpd.json"),
        "leading out": (joined([*whole, member("../x", b"x")]), "leads out"),
        "absolute": (joined([*whole, member("/x", b"x")]), "leads out"),
        "link": (joined([*whole, member("p/x", kind=b"2")]), "neither a file nor a folder"),
        "extended header": (joined([member("p/x", kind=b"x"), *whole]), "neither a file nor a folder"),
        "too large": (joined([*whole[:2], member("p/wpd.json", project, size=b"77777777777\0")]), "cut off"),
        "more behind": (raw + b"x", "something after its end"), "a zip": (b"PK\x03\x04" + raw[4:], "not readable"),
        "project cut off": (joined([*whole[:2], member("p/wpd.json", project[:-9])]), "not readable as UTF-8 JSON"),
    }  # fmt: skip
    for way, (changed, says) in ways.items():
        yield Mutation(f"archive: {way}", "broken archive", {BARS: changed}, BARS, says)
    for name, image in (("another image", b"other"), ("no image", b"")):
        changed = saved(project_in(files, BARS), "p", image)
        yield Mutation(f"archive: {name}", "image", {BARS: changed}, TABLE, noticed_by=SEAL,
                       same="the image is not read")  # fmt: skip


def other_files(files: Files) -> Iterator[Mutation]:
    """Files lost, and files that nobody asked for."""
    for file in (LINES, BARS):
        yield Mutation(f"{file} lost", "lost file", {file: None}, file, "the file is missing")
    strange: Files = {
        "other.json": files[LINES], "other.tar": files[BARS], "fig2.png": IMAGE, "points_old.csv": files[TABLE],
        "notes.docx": b"x", "fig2.tar.gz": b"x", "POINTS.CSV.bak": b"x",
    }  # fmt: skip
    for file, raw in strange.items():
        yield Mutation(f"stray {file}", "stray file", {file: raw}, file, "no row of")
    twice: Files = {BARS.replace(".tar", ".json"): json.dumps(project_in(files, BARS)).encode()}
    yield Mutation(
        "bars in both ways", "two of one name", twice, BARS.replace(".tar", ".json"), "two projects of one"
    )
    both: Files = {LINES.replace(".json", ".tar"): saved(project_in(files, LINES))}
    yield Mutation("lines in both ways", "two of one name", both, LINES, "two projects of one name")
    exchanged: Files = {LINES: files[BARS], BARS: files[LINES]}
    yield Mutation("projects exchanged", "two of one name", exchanged, LINES, "not readable as UTF-8 JSON")


def harmless(files: Files) -> Iterator[Mutation]:
    """Changes that nobody need notice: nothing that is read is another."""
    spelt = (files[TABLE] or b"").replace(b",0.75,", b",0.750,")
    quoted = io.StringIO()
    writer = csv.DictWriter(quoted, list(rows_of(files)[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows_of(files))
    described = (files[DESCRIPTOR] or b"").replace(b'"unit": "readings"', b'"unit": "times"')
    ways: dict[str, tuple[Files, str]] = {
        "a digit more": ({TABLE: spelt}, "0.750 is 0.75"),
        "every cell quoted": ({TABLE: quoted.getvalue().encode()}, "quotation marks of CSV are no part of a cell"),
        "another how-to": ({"README.md": b"other\n"}, "the README is not read"),
        "no how-to": ({"README.md": None}, "the README is not read"),
    }
    for way, (changed, reason) in ways.items():
        yield Mutation(f"harmless: {way}", "harmless", changed, noticed_by=NOTHING, same=reason)
    yield Mutation("another unit in the descriptor", "changed descriptor", {DESCRIPTOR: described}, DESCRIPTOR,
                   "unit was 'readings', is 'times'", noticed_by=SEAL, same="units are for readers")  # fmt: skip
