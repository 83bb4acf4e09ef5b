"""The commands that show or export the proof of numbers: ``catalogue``, ``trace``, ``recompute``, ``export-r`` and
``claims``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis import PROJECT
from analysis.evidence.whole_file import write_json

#: relative deviations above this are shown by `recompute` even when they are within their tolerance
NOTABLE = 1e-6


def add_commands(commands: Any) -> None:
    """Add them to the subparsers of ``python -m analysis``."""
    for name, summary in (
        ("catalogue", "write every printable quantity with its proof as JSON"),
        ("recompute", "compute every pooled result again by other code, and by metafor where it is installed"),
    ):
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--output", type=Path, required=name == "catalogue", help="the file to write")
        if name == "catalogue":
            command.add_argument(
                "--only", type=Path, metavar="FILE", help="values and rows, no proof, of the keys in this JSON list"
            )
    summary = "show where a printed number comes from"
    tracing = commands.add_parser("trace", help=summary, description=summary)
    tracing.add_argument("asked", metavar="KEY-OR-TEXT", help='a key, or the text as printed: "0.80"')
    summary = "write the numbers of each outcome as CSV, and an R script that pools them again by metafor"
    exporting = commands.add_parser("export-r", help=summary, description=summary)
    exporting.add_argument("folder", type=Path, help="the folder to write to")
    summary = "list every claim, expression and cell of the documents that the present results do not bear"
    claiming = commands.add_parser("claims", help=summary, description=summary)
    claiming.add_argument("documents", nargs="*", type=Path, help="qmd files; all of the project if left out")


def catalogue(options: argparse.Namespace) -> int:
    from analysis.proof import catalogue
    from analysis.results.kept import results

    if options.only is None:
        write_json(options.output, catalogue.catalogue(results()))
        return 0
    try:
        keys = json.loads(options.only.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{options.only} can't be read as a JSON list of keys: {error}", file=sys.stderr)
        return 1
    write_json(options.output, catalogue.values(results(), frozenset(map(str, keys))))
    return 0


def trace(options: argparse.Namespace) -> int:
    from analysis.printing.quantities import UnknownKey
    from analysis.proof.trace import trace
    from analysis.results.build import build

    try:
        print(trace(build(), options.asked))
    except UnknownKey as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def recompute(options: argparse.Namespace) -> int:
    """Compare all results with their second and third computation; 1 when one deviates beyond its tolerance."""
    from analysis.proof import metafor
    from analysis.proof.recompute import computations, jobs
    from analysis.results.build import build

    tree = build()
    found = list(computations(tree))
    wanted = list(jobs(tree))
    r = metafor.available()
    found += metafor.computations(wanted) if r else []
    done = {one.key for one in found}
    without = [job.key for job in wanted if f"{job.key}.estimate" not in done]
    if options.output:
        content = {
            "computations": [
                {
                    "key": one.key,
                    "ours": float(one.ours),
                    "theirs": float(one.theirs),
                    "by": one.by,
                    "deviation": float(one.deviation),
                    "tolerance": one.tolerance,
                }
                for one in found
            ],
            "without": [{"key": key, "reason": "no second computation for its method"} for key in without],
        }
        write_json(options.output, content)
    wrong = [one for one in found if not one.deviation <= one.tolerance]
    for one in wrong or [one for one in found if one.deviation > NOTABLE]:
        ours, theirs = float(one.ours), float(one.theirs)
        print(f"{one.key}: {ours!r} here, {theirs!r} by {one.by}, relative deviation {one.deviation:.1e}")
    third = "and by metafor" if r else "metafor is not installed"
    print(f"{len(wanted)} pooled results, {len(found)} comparisons ({third}), {len(wrong)} beyond their tolerance")
    return 1 if wrong or without else 0


def export_r(options: argparse.Namespace) -> int:
    from analysis.proof import export_r
    from analysis.results.kept import results

    try:
        found = export_r.write(results(), options.folder)
    except (OSError, export_r.NotExportable) as error:
        print(f"{options.folder} can't be written: {error}", file=sys.stderr)
        return 1
    tables = len(found.files) - 1
    print(
        f"{options.folder}: {tables} CSV files and {export_r.SCRIPT}, which computes {len(found.computed)} results "
        f"({len(found.left_out)} by models of the counts are left to `recompute`). "
        f"Run it there: Rscript {export_r.SCRIPT}"
    )
    return 0


def claims(options: argparse.Namespace) -> int:
    """List what the documents say and the results do not bear; 1 if there is anything."""
    # Cells draw figures, and nobody looks at them here.
    os.environ.setdefault("MPLBACKEND", "Agg")
    from analysis.judgements.certainty import fallen
    from analysis.proof.dry_run import dry_run
    from analysis.results.build import build

    paths = options.documents or sorted(PROJECT.glob("*.qmd"))
    unread = [str(path) for path in paths if not path.is_file()]
    if unread:
        print(f"there is no document {', '.join(unread)}", file=sys.stderr)
        return 1
    try:
        review = build()
    except (ArithmeticError, LookupError, ValueError) as error:
        print(f"the results cannot be computed, so no claim can be asked: {error}", file=sys.stderr)
        return 1
    ratings = fallen(review)
    for sentence in ratings:
        print(f"{sentence}\n")
    found = [dry_run(review, path) for path in paths]
    faults = [fault for one in found for fault in one.unsupported]
    for fault in faults:
        print(f"{fault}\n")
    asked = f"{sum(one.claims for one in found)} claims, {sum(one.pieces for one in found)} expressions and cells"
    if ratings:
        print(f"{len(ratings)} ratings of certainty to be given anew; what prints them is among what follows")
    print(f"{len(found)} documents, {asked}: {len(faults)} to rewrite" if faults else f"{asked}: all can be printed")
    return 1 if faults or ratings else 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "catalogue": catalogue,
    "trace": trace,
    "recompute": recompute,
    "export-r": export_r,
    "claims": claims,
}
