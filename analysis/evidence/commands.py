"""The commands of the evidence: check it, confirm it, and write what is made from it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tabulate import tabulate

from analysis.evidence import load as evidence
from analysis.evidence.checks.findings import Result

SHOWN_CHANGES = 30
SUMMARIES = {
    "check-data": "ask every check of the data folder",
    "confirm": "record that a person compared rows with the report, changed or not",
    "compare-extraction": "compare a second reader's copy of tables with the data folder, cell by cell",
    "seal": "confirm rows that were compared with their quotations",
    "codebook": "write data/README.md from the descriptor and the tables",
    "references": "write references.bib from data/bibliography.csv",
    "citations": "list all references and where each is cited",
}


def add_commands(commands: Any) -> None:
    """Add them to the subparsers of ``python -m analysis``."""
    for name, summary in SUMMARIES.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == "confirm":
            command.add_argument("what", nargs="+", help="names of tables, keys of trials, or ids of rows")
            command.add_argument("--in", dest="table", default="", metavar="TABLE", help="rows of this table only")
            command.add_argument("--from", dest="basis", required=True, help="what they were compared with")
            command.add_argument("--judgement", default="", help="what this assessor judged independently of others")
            command.add_argument("--folder", type=Path, default=evidence.DATA, help="the data folder")
        if name == "compare-extraction":
            command.add_argument("theirs", type=Path, help="a copy of a table, or a folder of copies")
        if name in ("seal", "confirm"):
            command.add_argument("--by", required=True, help="who compared them")
            command.add_argument(
                "--on", type=date.fromisoformat, default=None, help="when, year-month-day; today if left out"
            )
        if name != "confirm":
            command.add_argument("folder", nargs="?", type=Path, default=evidence.DATA, help="the data folder")


def check_data(options: argparse.Namespace) -> int:
    """Print a table of all checks, then every explained oddity's number and every open problem."""
    folder: Path = options.folder
    results = evidence.examine(folder).results
    print(table_of_checks(results))
    problems = [problem for result in results for problem in result.open]
    for problem in problems:
        print(f"\n{problem}")
    explained = sum(len(result.explained) for result in results)
    print(f"\n{len(results)} checks, {explained} findings explained, {len(problems)} open")
    return 1 if problems else 0


def table_of_checks(results: Sequence[Result]) -> str:
    """One line per check: what it asks, rows examined, findings, how many are explained and how many open."""
    heads = ("check", "question", "rows", "findings", "explained", "open")
    lines = [
        (r.check, r.asks, r.examined, len(r.explained) + len(r.open), len(r.explained), len(r.open)) for r in results
    ]
    return str(tabulate(lines, heads))


def seal(options: argparse.Namespace) -> int:
    """Seal the folder and say what had changed: of the descriptor, then which rows."""
    on = options.on or date.today()
    changed = evidence.seal(options.folder, options.by, on)
    for problem in changed[:SHOWN_CHANGES]:
        row = f"row {problem.row}, column " if problem.row else ""
        place = ", ".join(part for part in (problem.file, f"{row}{problem.column}") if part)
        print(f"{place}: {'' if problem.value is None else f'{problem.value!r} '}{problem.problem}")
    if len(changed) > SHOWN_CHANGES:
        print(f"and {len(changed) - SHOWN_CHANGES} more")
    said = f"sealed by {options.by} on {on}: {len(changed)} {'change' if len(changed) == 1 else 'changes'} confirmed"
    print(said if changed else "nothing had changed")
    return 0


def confirm(options: argparse.Namespace) -> int:
    """Record the confirmations and say how many rows of which tables they are."""
    from analysis.evidence.confirming import Signature, confirm

    signature = Signature(options.by, options.on or date.today(), options.basis, options.judgement)
    found = confirm(options.folder, options.what, options.table, signature)
    for table, number in found.rows.items():
        print(f"{table}: {number} {'row' if number == 1 else 'rows'}")
    for row_id, why in found.to_look_at.items():
        print(f"to be looked at: {row_id}, whose {why}. Remedy: give the reason that the {signature.basis} gives")
    print(f"confirmed by {signature.by} on {signature.on} from the {signature.basis}")
    return 0


def compare_extraction(options: argparse.Namespace) -> int:
    """Print the differences that are to be settled and how far the readers agree; 1 while there are differences."""
    from analysis.evidence.second_extraction import compare, lines

    found = compare(options.theirs, options.folder)
    differences = list(lines(found))
    if differences:
        print(f"{tabulate(differences, ('file', 'row', 'column', 'ours', 'theirs'), disable_numparse=True)}\n")
    for one in found:
        share = "" if one.agreement is None else f", {one.agreement:.1%} agree"
        print(
            f"{one.file}: {one.rows} rows of both, {one.cells} cells filled{share}, {len(one.differences)} to settle"
        )
    return 1 if differences else 0


def codebook(options: argparse.Namespace) -> int:
    from analysis.evidence.codebook import write_codebook

    print(f"{write_codebook(options.folder)} is written")
    return 0


def references(options: argparse.Namespace) -> int:
    from analysis.evidence.references import write_references

    print(f"{write_references(options.folder)} is written")
    return 0


def citations(options: argparse.Namespace) -> int:
    from analysis.evidence.citations import citations

    print(citations(evidence.load(options.folder), options.folder.parent))
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check-data": check_data,
    "seal": seal,
    "confirm": confirm,
    "compare-extraction": compare_extraction,
    "codebook": codebook,
    "references": references,
    "citations": citations,
}
