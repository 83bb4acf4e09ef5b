"""A folder of digitised figures, and ways to spoil its table; those to spoil its projects: project_mutations.py.

The folder is sound and invented: a chart of lines exported as JSON with two series (mean with SD whiskers read twice,
a box) and a bar chart on a log axis, with SE whiskers, in the archive that the program saves. The catalogue is the
same on every machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from drawn_figures import Drawing, FigureFolder, exact

from analysis.evidence import digitised
from analysis.evidence.schema import DESCRIPTOR

Files = dict[str, bytes | None]
Rows = list[dict[str, str]]
LINES, BARS, TABLE = "invented2021-fig2.json", "invented2021-fig3.tar", "points.csv"
READING, SEAL, NOTHING = "reading", "the seal alone", "nothing"


@dataclass(frozen=True)
class Mutation:
    """A change of files, and who must notice it.

    file: where it must be found; says: words of the message; noticed_by: READING (a fault or an oddity), SEAL (the
    folder can be read, but is not what was sealed) or NOTHING; same: why every value read is the same nevertheless,
    "" where values may differ.
    """

    name: str
    group: str
    changed: Files
    file: str = ""
    says: str = ""
    noticed_by: str = READING
    same: str = ""


def originals(scratch: Path) -> Files:
    """The files of the sound folder. scratch: a folder that the drawings may use."""
    lines, bars = _lines(scratch), _bars(scratch)
    rows = [{key: "" if cell is None else str(cell) for key, cell in row.items()} for row in lines.rows + bars.rows]
    return {
        DESCRIPTOR: (digitised.FIGURES / DESCRIPTOR).read_bytes(),
        TABLE: table(rows),
        LINES: lines.saved(),
        BARS: bars.saved(),
        "README.md": b"how to\n",
    }


def _lines(scratch: Path) -> FigureFolder:
    drawing = Drawing(100, (0, 30), (0, 120))
    figure = FigureFolder(scratch, name=LINES)
    figure.add_axes(drawing.xy_axes(exact, (0, 30), (0, 120)))
    marks = (("centre", (7, 47.3)), ("lower whisker", (7, 34.4)), ("upper whisker", (7, 60.2)))
    figure.add(exact, drawing, marks, whisker="SD", dataset="mean", pixel_error="0.75")
    again = (("centre", (7, 47.4)), ("lower whisker", (7, 34.3)), ("upper whisker", (7, 60.1)))
    figure.add(exact, drawing, again, whisker="SD", dataset="mean", pixel_error="0.75", reading=2)
    box = (("q1", (14, 30)), ("median", (14, 40.2)), ("q3", (14, 50)))
    figure.add(exact, drawing, box, arm="control", day=14, n=25, dataset="box", series="crp-box")
    # A mark that was clicked and then not used.
    figure.project["datasetColl"][0]["data"].append(dict(figure.project["datasetColl"][0]["data"][0], value=None))
    return figure


def _bars(scratch: Path) -> FigureFolder:
    drawing = Drawing(100, (0, 2), (1, 1000), log_y=True)
    figure = FigureFolder(scratch, name=BARS)
    figure.add_axes(drawing.bar_axes(exact, 1, 1000))
    figure.add(exact, drawing, (("centre", (1, 80)), ("upper whisker", (1, 95))), whisker="SE", outcome="IL-6",
               unit="pg/mL", series="il6-d7", dataset="bars")  # fmt: skip
    return figure


def table(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def rows_of(files: Files) -> Rows:
    return list(csv.DictReader(io.StringIO((files[TABLE] or b"").decode())))


def cell(files: Files, number: int, column: str, text: str, group: str, **expected: str) -> Mutation:
    rows = rows_of(files)
    rows[number][column] = text
    where = expected.pop("file", TABLE)
    return Mutation(f"{group}, {column} of row {number + 1}", group, {TABLE: table(rows)}, where, **expected)


REQUIRED = (
    "series", "trial", "outcome", "unit", "arm", "reader", "reading", "project", "dataset", "point", "role",
    "address", "locator", "quotation",
)  # fmt: skip
SPELLING = {
    "series": ("CRP d7", "form required"), "trial": ("Invented 2021", "form required"),
    "outcome": ("=1+1", "formula"), "unit": ("mg/L ", "space"), "arm": ("MSC", "is not allowed"),
    "day": ("7.5", "is not an integer"), "n": ("0", "is below 1"), "whisker": ("SEM", "is not allowed"),
    "reader": ("a-b", "form required"), "reading": ("first", "is not an integer"),
    "project": ("../invented2021-fig2.json", "form required"), "role": ("tip", "is not allowed"),
    "value_axis": ("z", "is not allowed"), "pixel_error": ("0,75", "is not a number"),
    "source": ("x\ty", "control character"), "quotation": ("word " * 25 + "word", "has 26 words"),
}  # fmt: skip


def broken_cells(files: Files) -> Iterator[Mutation]:
    """A required cell empty, or one that cannot be what its column holds."""
    turn = count(3)
    last = len(rows_of(files))
    for column in REQUIRED:
        yield cell(files, next(turn) % last, column, "", "empty cell", says="is empty")
    for column, (text, says) in SPELLING.items():
        yield cell(files, next(turn) % last, column, text, "broken cell", says=says)
    yield cell(files, 0, "pixel_error", "0.4", "broken cell", says="is below 0.5")
    yield cell(files, 0, "pixel_error", "21", "broken cell", says="is above 20")
    yield cell(files, 0, "trial", "nobody2021", "dangling key", says="is no key of trials.csv")


def wrong_cells(files: Files) -> Iterator[Mutation]:
    """A cell of one row that is sound by itself."""
    differing = {"trial": "another2021", "outcome": "IL-6", "unit": "mg/dL", "arm": "control", "day": "8", "n": "21",
                 "whisker": "SE", "value_axis": "x", "source": "someone2021", "address": "https://example.org/other",
                 "locator": "Figure 3", "quotation": "other words"}  # fmt: skip
    for turn, (column, text) in enumerate(differing.items()):
        number = 1 + turn % 5
        yield cell(files, number, column, text, "differs within its series", says="of the same series")
    yield cell(files, 1, "series", "crp-d7", "wrong cell", says="make no series")
    yield cell(files, 1, "reader", "b", "wrong cell", says="make no series")
    yield cell(files, 0, "reading", "2", "wrong cell", says="repeats row")
    yield cell(files, 0, "role", "q1", "wrong cell", says="make no series")
    yield cell(files, 0, "role", "upper whisker", "wrong cell", says="repeats row")
    yield cell(files, 0, "project", "gone.json", "wrong cell", file="gone.json", says="the file is missing")
    yield cell(files, 0, "project", BARS, "wrong cell", file=BARS, says="is not in the project")
    yield cell(files, 0, "dataset", "box", "wrong cell", says="is used by row")
    yield cell(
        files, 0, "dataset", "Mean", "wrong cell", file=LINES, says="use one of those there are: 'mean', 'box'"
    )
    yield cell(files, 0, "point", "0", "wrong cell", file=LINES, says="use a number from 1 to 7")
    yield cell(files, 0, "point", "8", "wrong cell", file=LINES, says="is not in the dataset")
    yield cell(files, 0, "point", "2", "wrong cell", says="is used by row")
    yield cell(files, 9, "value_axis", "y", "wrong cell", says="of the same series")
    yield cell(files, 0, "point", "7", "another mark", noticed_by=SEAL,
               same="it is a second mark on the same pixel")  # fmt: skip
    yield cell(files, 3, "reading", "3", "reading renumbered", noticed_by=SEAL, same="readings are told apart only")
    yield cell(files, 0, "pixel_error", "0.8", "restated error", noticed_by=SEAL)
    yield cell(files, 2, "pixel_error", "", "restated error", noticed_by=SEAL)
    yield cell(files, 0, "note", "seen twice", "note", noticed_by=SEAL, same="a note is no value")
    swapped = rows_of(files)
    for first, second in ((0, 2), (3, 5)):
        swapped[first]["point"], swapped[second]["point"] = swapped[second]["point"], swapped[first]["point"]
    yield Mutation("marks swapped", "marks swapped", {TABLE: table(swapped)}, LINES, "lies below")


def wrong_series(files: Files) -> Iterator[Mutation]:
    """A cell that is wrong in every row of its series, as a slip when a series is described makes it."""
    changes = {"arm": "control", "day": "9", "n": "200", "unit": "mg/dL", "outcome": "IL-6", "whisker": "95% CI",
               "trial": "another2021", "source": "someone2021", "locator": "Figure 4", "quotation": "other words",
               "address": "https://example.org/x", "reader": "b"}  # fmt: skip
    for column, text in changes.items():
        rows = rows_of(files)
        for row in rows[:6]:
            row[column] = text
        by = {"noticed_by": SEAL}
        yield Mutation(f"wrong series, {column}", "wrong series", {TABLE: table(rows)}, TABLE, **by)
    for column, text, says in (("n", "1", "gives no mean and SD"), ("n", "", "give the participants"),
                               ("value_axis", "x", "a bar chart has one axis only")):  # fmt: skip
        rows = rows_of(files)
        for row in rows[9:]:
            row[column] = text
        file = BARS if column == "value_axis" else TABLE
        yield Mutation(f"wrong series, {column}", "wrong series", {TABLE: table(rows)}, file, says)
    rows = rows_of(files)
    for row in rows[:6]:
        row["value_axis"] = "x"
    yield Mutation("wrong series, axis", "wrong series", {TABLE: table(rows)}, LINES, "read as ")
    lost = rows_of(files)
    del lost[4], lost[1]
    yield Mutation("lost whisker", "lost rows", {TABLE: table(lost)}, TABLE, noticed_by=SEAL)
    yield Mutation("lost second reading", "lost rows", {TABLE: table(rows_of(files)[:3] + rows_of(files)[6:])}, TABLE,
                   noticed_by=SEAL)  # fmt: skip
    yield Mutation("lost series", "lost rows", {TABLE: table(rows_of(files)[:9])}, BARS, "no row of")


def broken_tables(files: Files) -> Iterator[Mutation]:
    raw = files[TABLE] or b""
    ways: dict[str, tuple[bytes | None, str]] = {
        "BOM": (b"\xef\xbb\xbf" + raw, "byte order mark"), "CRLF": (raw.replace(b"\n", b"\r\n"), "carriage return"),
        "UTF-16": (raw.decode().encode("utf-16-le"), "NUL byte"), "empty": (b"", "the file is empty"),
        "cut off": (raw[:-9], "does not end with a line end"), "missing": (None, "the file is missing"),
        "semicolons": (raw.replace(b",", b";"), "separated by semicolons, not by commas"),
        "renamed column": (raw.replace(b"pixel_error", b"error", 1), "missing column"),
        "blank line": (raw + b"\n", "blank row"), "header twice": (raw[: raw.index(b"\n") + 1] + raw, "row 1"),
        "doubled row": (raw + raw.split(b"\n")[1] + b"\n", "repeats row 1"),
    }  # fmt: skip
    for way, (changed, says) in ways.items():
        yield Mutation(f"table: {way}", "broken table", {TABLE: changed}, TABLE, says)
    header = raw[: raw.index(b"\n") + 1]
    yield Mutation("table: header only", "broken table", {TABLE: header}, LINES, "no row of")
    turned = rows_of(files)[::-1]
    yield Mutation("table: rows turned", "rows in another order", {TABLE: table(turned)}, TABLE, noticed_by=SEAL)
    descriptor = files[DESCRIPTOR] or b""
    yield Mutation("descriptor: no JSON", "descriptor", {DESCRIPTOR: b"{"}, DESCRIPTOR, "not readable as UTF-8 JSON")
    yield Mutation("descriptor: gone", "descriptor", {DESCRIPTOR: None}, DESCRIPTOR, "the file is missing")
    renamed = descriptor.replace(b'"name": "reader"', b'"name": "who"')
    yield Mutation(
        "descriptor: column renamed", "descriptor", {DESCRIPTOR: renamed}, DESCRIPTOR, "is no column of the table"
    )
