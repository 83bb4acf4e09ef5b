"""The worked examples of docs/adding-a-trial.md: the lines taken out of the guide, and entered into a copy of data/.

The guide's six trials are invented. What steps 1 to 3 ask for is made here from one pattern. The two figures are
drawn with the values of tests/reference/measured_outcomes_input.csv, and clicked by a reader who misses by as much as
asked.
"""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from data_copy import Copy
from drawn_figures import Drawing, FigureFolder, Point, Reader, exact

from analysis.evidence.load import DATA

GUIDE = DATA.parent / "docs" / "adding-a-trial.md"
REFERENCE = Path(__file__).parents[1] / "reference"
BLOCK = re.compile(r"^`(?P<table>[a-z_/]+)\.csv`\n\n```csv\n(?P<lines>.*?)^```$", re.M | re.S)
#: trial → patients randomised to treatment and to control
SIZES = {
    "invented1": (30, 29), "invented2": (24, 25), "invented3": (20, 21), "invented4": (41, 40), "invented5": (16, 15),
    "invented6": (27, 26),
}  # fmt: skip
#: of the others the guide cites a table, a figure or a page
ABSTRACTS = {"invented6"}
#: how the reference file calls the outcomes
MARKERS = {"marker A": "CRP", "marker B": "IL-6"}
ADDRESS = "https://example.org/invented"
BAR_CHART, LINE_CHART = "invented4-fig3a-ab.json", "invented5-fig2-ab.tar"
DPI = 300


def blocks() -> list[tuple[str, list[list[str]]]]:
    """Every block of the guide: the table that it belongs to, and its lines as cells."""
    found = BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))
    return [(match["table"], list(csv.reader(io.StringIO(match["lines"])))) for match in found]


def reference_rows() -> list[dict[str, str]]:
    """The invented example for which there are answers of R."""
    rows = []
    for name in ("measured_outcomes_input.csv", "measured_outcomes_further_input.csv"):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


def append(copy: Copy, table: str, added: list[list[str]]) -> None:
    """Lines at the end of a table. Each must have a cell for each column."""
    rows = copy.rows(table)
    for line in added:
        assert len(line) == len(rows[0]), (table, line)
    copy.write(table, rows + added)


def append_cells(copy: Copy, table: str, *added: dict[str, str]) -> None:
    """Rows given by their filled cells, at the end of a table."""
    names = copy.rows(table)[0]
    for cells in added:
        assert set(cells) <= set(names)
    append(copy, table, [[cells.get(name, "") for name in names] for cells in added])


def add_trials(copy: Copy) -> None:
    """Steps 1 to 3 for the six trials, and that deaths and serious adverse events are not reported."""
    number = max(int(row[1]) for row in copy.rows("records")[1:])
    for trial, (treatment, control) in SIZES.items():
        number += 1
        label = f"{trial[:-1].capitalize()} {trial[-1]}"
        title = f"{label}, a trial that nobody made"
        here = {"address": f"{ADDRESS}{trial[-1]}", "quotation": title}
        append_cells(
            copy,
            "bibliography",
            {"key": trial, "type": "article", "authors": "Doe, J.", "title": title, "year": "2025",
             "journal_or_publisher": "Journal of Examples", "verified_fields": "all"} | here,
        )  # fmt: skip
        append_cells(
            copy,
            "trials",
            here
            | {"row_id": trial, "label": label, "citation": trial, "year": "2025", "title": title,
               "registry_id": f"NCT9999999{trial[-1]}", "country": "Nowhere", "design": "randomised, double-blind",
               "randomised": "yes", "blinding": "double-blind or more", "comparator": "placebo (saline)",
               "comparator_class": "placebo", "severity": "severe", "intervention": "umbilical cord, IV",
               "intervention_class": "umbilical cord", "dose": "1 x 10^6 cells/kg",
               "randomised_treatment": str(treatment),
               "randomised_control": str(control), "eligibility": "eligible", "reason": "an example",
               "report_read": "abstract" if trial in ABSTRACTS else "article in part",
               "source": trial, "locator": "abstract", "obtained": "reported",
               "quotation": f"{treatment} patients were randomised to cells and {control} to saline"},
        )  # fmt: skip
        append_cells(
            copy,
            "records",
            {"row_id": f"record-{number}", "number": str(number), "address": here["address"], "title": title,
             "year": "2025", "kind": "trial report", "is_duplicate": "false", "decision": "include",
             "reason": "eligible trial", "trial": trial, "flow_box": "included study, main report",
             "used_as_source": "true", "identified_by": "other methods", "query": "an example"},
        )  # fmt: skip
        silent = {"serious adverse event": "sae"} | ({} if trial == "invented6" else {"death": "death"})
        append_cells(
            copy,
            "choices",
            *(
                {"row_id": f"choice-{short}-{trial}", "analysis": outcome, "trial": trial, "role": "listed",
                 "label": label, "reason": "not reported", "decided_on": "2026-11-22", "decided_by": "the project"}
                for outcome, short in silent.items()
            ),
        )  # fmt: skip


def set_aside(copy: Copy) -> None:
    """List what other trials give of the two outcomes, so that the results are those of the six trials."""
    names, *rows = copy.rows("choices")
    for row in rows:
        if row[names.index("analysis")] in MARKERS.values():
            row[names.index("role")], row[names.index("enters_as")] = "listed", ""
    copy.write("choices", [names, *rows])


def enter(copy: Copy, reader: Reader = exact) -> None:
    """The six trials with every line of the guide, and the project files of both figures as this reader made them."""
    set_aside(copy)
    add_trials(copy)
    for table, lines in blocks():
        append(copy, table, lines)
    (copy.folder / "figures" / BAR_CHART).write_bytes(bar_chart(reader))
    (copy.folder / "figures" / LINE_CHART).write_bytes(line_chart(reader))


def entered(into: Path, reader: Reader = exact) -> Copy:
    """A copy of data/ in a new folder with all of that, sealed."""
    copy = Copy(Path(shutil.copytree(DATA, into / "data")))
    enter(copy, reader)
    copy.seal()
    return copy


def drawn(trial: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Arm by arm the CRP that a figure of this trial shows: the numbers of the reference file."""
    for row in reference_rows():
        if (row["trial"], MARKERS[row["outcome"]]) == (trial, "CRP"):
            yield row["arm"], {name: float(row[name]) for name in ("centre", "low", "high", "se", "n") if row[name]}


def bar_chart(reader: Reader) -> bytes:
    """The project of a bar for each arm with its standard error."""
    drawing = Drawing(DPI, (0, 3), (0, 30))
    figure = FigureFolder(Path(), name=BAR_CHART)
    figure.add_axes(drawing.bar_axes(reader, 0, 30))
    for x, (_, shown) in enumerate(drawn("invented4"), start=1):
        drawing.axes.bar([x], [shown["centre"]], yerr=[shown["se"]])
        marks = [("centre", (x, shown["centre"])), ("upper whisker", (x, shown["centre"] + shown["se"]))]
        figure.add(reader, drawing, marks, dataset="CRP")
    return figure.saved()


def line_chart(reader: Reader) -> bytes:
    """The project of a curve for each arm, of which the points of day 7 were clicked with the ends of their CIs."""
    drawing = Drawing(DPI, (0, 14), (0, 100))
    figure = FigureFolder(Path(), name=LINE_CHART)
    figure.add_axes(drawing.xy_axes(reader, (0, 14), (0, 100)))
    for arm, shown in drawn("invented5"):
        drawing.axes.errorbar([7], [shown["centre"]], yerr=[(shown["high"] - shown["low"]) / 2])
        marks: list[tuple[str, Point]] = [
            (role, (7, shown[name]))
            for role, name in (("centre", "centre"), ("lower whisker", "low"), ("upper whisker", "high"))
        ]
        figure.add(reader, drawing, marks, dataset=arm)
    return figure.saved()


def sd_of(shown: dict[str, float]) -> float:
    """The SD behind a standard error, or behind a 95% CI, by the formulas of the Cochrane Handbook (6.5.2.2)."""
    from scipy.stats import t

    n = shown["n"]
    if "se" in shown:
        return shown["se"] * math.sqrt(n)
    return math.sqrt(n) * (shown["high"] - shown["low"]) / (2 * float(t.ppf(0.975, n - 1)))
