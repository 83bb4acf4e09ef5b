"""The pooled results for a reader who trusts R: the numbers of each outcome as CSV, and one script for metafor.

A row of a CSV is what one trial brings into an analysis: events and patients, means and SDs, or, where the report
gives no more, an effect with its standard error (of a ratio, the logarithm). The script computes each result from
such rows and shows it beside ours. The same results give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analysis.evidence.whole_file import write_whole
from analysis.proof.metafor import METHODS, TESTS
from analysis.proof.recompute import jobs
from analysis.results.crosschecks import Job
from analysis.results.tree import Review
from analysis.synthesis.entries import CountedEntry, Entry, MeasuredEntry
from analysis.synthesis.pooling import LEVEL

SCRIPT = "reproduce.R"
TEMPLATE = Path(__file__).with_name("reproduce.R")
NUMBERS = (
    *("events_treatment", "n_treatment", "events_control", "n_control"),
    *("mean_treatment", "sd_treatment", "mean_control", "sd_control", "effect", "se"),
)
#: of a CSV; those of the numbers that no row has are left out
COLUMNS = ("row", "trial", "result", "effect_measure", *NUMBERS)
#: measures that metafor computes from the means
FROM_MEANS = ("MD", "SMD", "ROM")
Cells = tuple[tuple[str, str], ...]


class NotExportable(ValueError):
    """A result that rests on a trial without an effect."""


@dataclass
class Data:
    """The rows of one CSV, each once, with their numbers."""

    rows: dict[Cells, int] = field(default_factory=dict)

    def number(self, cells: Cells) -> int:
        return self.rows.setdefault(cells, len(self.rows) + 1)

    def text(self) -> str:
        """The file: a head, then a line for each row."""
        used = {name for cells in self.rows for name, value in cells if value}
        names = [name for name in COLUMNS if name in used or name in ("row", "trial", "result")]
        written = io.StringIO()
        writer = csv.DictWriter(written, names, extrasaction="ignore", lineterminator="\n", restval="")
        writer.writeheader()
        for cells, number in self.rows.items():
            writer.writerow({"row": number, **dict(cells)})
        return written.getvalue()


@dataclass(frozen=True)
class Export:
    """``files``: name → text; ``computed``: keys of the results in the script; ``left_out``: key → method."""

    files: dict[str, str]
    computed: tuple[str, ...]
    left_out: dict[str, str]


def export(review: Review) -> Export:
    """Every pooled result of the tree, with what it was computed from. Raises ``NotExportable``."""
    data: dict[str, Data] = {}
    calls, computed, left_out = list[str](), list[str](), dict[str, str]()
    for job in jobs(review):
        method, test = model(job)
        if not method:
            left_out[job.key] = job.pooled.method
            continue
        outcome = outcome_of(review, job.key)
        numbers = [
            data.setdefault(outcome, Data()).number(cells(job.key, job.pooled.measure, entry))
            for entry in job.pooled.entries
        ]
        calls.append(call(job, outcome, numbers, method, test))
        computed.append(job.key)
    files = {file_of(outcome): found.text() for outcome, found in data.items()}
    files[SCRIPT] = script(data, calls, left_out)
    return Export(files, tuple(computed), left_out)


def write(review: Review, folder: Path) -> Export:
    """Write the files into ``folder``, each whole; others stay."""
    found = export(review)
    for name, text in found.files.items():
        write_whole(folder / name, text)
    return found


def outcome_of(review: Review, key: str) -> str:
    """The outcome that a result belongs to; of one that belongs to none, the first part of its key."""
    parts = key.split(".")
    return next((part for part in parts if part in review.outcomes), parts[0])


def file_of(outcome: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", outcome) + ".csv"


def model(job: Job) -> tuple[str, str]:
    """What metafor calls the method and the test; ("", "") for models of the counts, which are not asked of it."""
    if job.tau2:
        return ("EE", "z") if len(job.y) == 1 else (METHODS[job.tau2], TESTS[job.interval])
    if job.pooled.method.startswith("Mantel-Haenszel"):
        return "MH", "z"
    return ("Peto", "z") if job.pooled.method == "Peto" else ("", "")


def cells(key: str, measure: str, entry: Entry) -> Cells:
    """What a trial brings in. Raises ``NotExportable``."""
    found = {"trial": entry.trial, "result": ", ".join(filter(None, (entry.label, entry.altered)))}
    return tuple((found | dict(numbers(key, measure, entry))).items())


def numbers(key: str, measure: str, entry: Entry) -> Iterator[tuple[str, str]]:
    """Numbers of both arms where the measure can be had from them, else effect and standard error."""
    if isinstance(entry, CountedEntry):
        yield from zip(NUMBERS, map(str, entry.arms), strict=False)
        return
    one, other = (entry.treatment, entry.control) if isinstance(entry, MeasuredEntry) else (None, None)
    given = isinstance(entry, MeasuredEntry) and entry.difference is not None
    if one and other and measure in FROM_MEANS and not given:
        for arm, read in (("treatment", one), ("control", other)):
            yield f"n_{arm}", str(read.n)
            yield f"mean_{arm}", shown(read.mean)
            yield f"sd_{arm}", shown(read.sd)
        return
    effect = entry.effect(measure)
    if effect is None:
        raise NotExportable(f"{key} rests on {entry.trial}, which has no {measure}: {entry.why_not(measure)}")
    yield "effect_measure", measure
    yield "effect", shown(effect.yi)
    yield "se", shown(math.sqrt(effect.vi))


def shown(number: float | None) -> str:
    """A number with all its digits; "" where there is none."""
    return "" if number is None else repr(float(number))


def call(job: Job, outcome: str, rows: list[int], method: str, test: str) -> str:
    """The line of the script that computes a result and shows it beside ours."""
    pooled = job.pooled
    ours = ", ".join(shown(number) for number in (pooled.estimate, pooled.low, pooled.high))
    asked = ", ".join(map(quoted, (job.key, outcome, pooled.measure, method, test)))
    return f"compare({asked}, c({', '.join(map(str, rows))}), c({ours}))"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def script(data: dict[str, Data], calls: list[str], left_out: dict[str, str]) -> str:
    """The template, then what it reads, the calls, and what it does not compute."""
    read = [f"data[[{quoted(outcome)}]] <- read({quoted(file_of(outcome))})" for outcome in data]
    without = [f"left_out({quoted(key)}, {quoted(method)})" for key, method in left_out.items()]
    head = TEMPLATE.read_text(encoding="utf-8").replace("LEVEL", f"{100 * LEVEL:g}")
    return "\n".join([head, *read, "", *calls, "", *without, "", "finish()", ""])
