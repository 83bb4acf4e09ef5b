"""The command ``records``: searches brought in, sheets for two screeners, their decisions."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from analysis.evidence import load as evidence

SEAL = 'Compare them with the export, then run: python -m analysis seal --by "your name"'
CODEBOOK = "and: python -m analysis codebook"


def add_commands(commands: Any) -> None:
    """Add them to the subparsers of ``python -m analysis``."""
    summary = "bring searches of databases in, write sheets for two screeners, read their decisions"
    actions = commands.add_parser("records", help=summary, description=summary).add_subparsers(
        dest="action", required=True
    )
    bring = actions.add_parser("import", help="add what a search of a database or register exported")
    bring.add_argument("files", nargs="+", type=Path, help="all exported files of one search")
    bring.add_argument("--source", required=True, help="database or register, as the paper names it")
    bring.add_argument("--searched", required=True, type=date.fromisoformat, help="its day, year-month-day")
    bring.add_argument("--query", required=True, help="the query as it was typed")
    bring.add_argument("--kind", choices=("database", "register"), help="what it is; by the export if left out")
    bring.add_argument("--note", default="", help="a remark on the search: platform, limits, alerts")
    sheet = actions.add_parser("sheet", help="write the records that wait for screening, a sheet for each of two")
    sheet.add_argument("destination", type=Path, help="folder for the two sheets")
    both = actions.add_parser("screened", help="compare the two sheets, and write what they decide")
    both.add_argument("sheets", nargs=2, type=Path, metavar="sheet", help="the filled sheet of each screener")
    both.add_argument("--consensus", type=Path, help="the list of conflicts with a decision on each")
    both.add_argument("--conflicts", type=Path, help="where to list them; beside the first sheet if left out")
    for command in (bring, sheet, both):
        command.add_argument("--folder", type=Path, default=evidence.DATA, help="the data folder")


def bring_in(options: argparse.Namespace) -> int:
    """Bring a search in and say what became of its records, rule by rule."""
    from analysis.evidence.searching import importing
    from analysis.evidence.searching.duplicates import RULES

    kinds = {"database": importing.DATABASE, "register": importing.REGISTER, None: ""}
    searched = importing.Searched(options.source, options.searched, options.query, kinds[options.kind], options.note)
    found = importing.bring_in(options.folder, options.files, searched)
    for name, layout, encoding, records in found.files:
        print(f"{name}: {layout}, {encoding}, {counted(records)}")
    print(f"{found.search} ({found.kind}): {counted(found.records)}, {found.entries} of them entries of registers")
    for rule, words in RULES.items():
        print(f"  {found.by_rule.get(rule, 0):6} removed as copies by {rule} ({words})")
    copies = sum(found.by_rule.values())
    print(f"  {copies - found.within:6} of these copies were in the log before, {found.within} came with this search")
    print(f"  {found.new:6} wait for screening: python -m analysis records sheet FOLDER")
    for note in found.noted:
        print(note)
    print(f"The rows are new and not sealed. {SEAL}\n{CODEBOOK}")
    return 0


def write_sheets(options: argparse.Namespace) -> int:
    from analysis.evidence.searching.screening import DECISIONS, write_sheets

    paths, records = write_sheets(options.folder, options.destination)
    print(f"{counted(records)} to screen: {' and '.join(map(str, paths))}")
    print(
        f"Each screener fills the column decision ({' or '.join(DECISIONS)}; if in doubt, include), alone; then run:"
    )
    print(f"python -m analysis records screened {' '.join(map(str, paths))}")
    return 0


def screened(options: argparse.Namespace) -> int:
    """Print agreement and what is to be settled; 1 while there are conflicts."""
    from analysis.evidence.searching.screening import CONFLICTS, screened

    conflicts: Path = options.conflicts or options.sheets[0].with_name(CONFLICTS)
    found = screened(options.folder, tuple(options.sheets), options.consensus, conflicts)
    kappa = (
        "no kappa, as both decided alike throughout" if found.kappa is None else f"Cohen's kappa {found.kappa:.2f}"
    )
    print(f"{counted(found.both)} decided on by both, {found.agreed:.1%} alike, {kappa}, {found.conflicts} conflicts")
    if found.waiting:
        print(f"{counted(found.waiting)} still to be decided on")
    if found.open:
        print(f"{len(found.open)} conflicts to settle: fill the column decision of {conflicts}, then add")
        print(f"--consensus {conflicts}; nothing was written into the log of records")
        return 1
    print(
        f"written: {found.included} included (reports to be sought), {found.excluded} excluded on title and abstract"
    )
    print(f"The rows changed and are not sealed. {SEAL.replace('with the export', 'with the sheets')}\n{CODEBOOK}")
    return 0


def counted(records: int) -> str:
    return f"{records} {'record' if records == 1 else 'records'}"


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "import": bring_in,
    "sheet": write_sheets,
    "screened": screened,
}


def run(options: argparse.Namespace) -> int:
    return ACTIONS[options.action](options)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"records": run}
