"""The command line of the evidence.

    python -m analysis check-data [folder]                 ask every check, print what each found
    python -m analysis seal --by NAME [--on DATE] [folder] confirm rows that were compared with their quotations
    python -m analysis catalogue --output FILE             every printable quantity with its proof
    python -m analysis trace KEY-OR-TEXT                   where a printed number comes from
    python -m analysis recompute [--output FILE]           every pooled result again, by other code
    python -m analysis figures [--width-mm 89] --output DIR the paper's figures as SVG and PDF

Exit status: 0 all is well, 1 something is open, 2 the command was not understood.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tabulate import tabulate

from analysis import data, figure_commands, ledger_commands
from analysis.checks.authors import author_result
from analysis.checks.findings import Result

CONFIGURATION = "_quarto.yml"
SHOWN_CHANGES = 30
COMMANDS = ledger_commands.COMMANDS | figure_commands.COMMANDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="Check the evidence, and prove what was printed."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check-data", help="ask every check of the data folder")
    sealing = commands.add_parser("seal", help="confirm rows that were compared with their quotations")
    sealing.add_argument("--by", required=True, help="who compared them")
    sealing.add_argument(
        "--on", type=date.fromisoformat, default=None, help="when, year-month-day; today if left out"
    )
    for command in (check, sealing):
        command.add_argument("folder", nargs="?", type=Path, default=data.DATA, help="the data folder")
    ledger_commands.add_commands(commands)
    figure_commands.add_commands(commands)
    options = parser.parse_args(arguments)
    try:
        if options.command == "seal":
            return seal(options.folder, options.by, options.on or date.today())
        if run := COMMANDS.get(options.command):
            return run(options)
        return check_data(options.folder)
    except data.DataError as error:
        print(error, file=sys.stderr)
        return 1


def check_data(folder: Path) -> int:
    """Print a table of all checks, then every explained oddity's number and every open problem."""
    results = list(data.examine(folder).results)
    if (folder.parent / CONFIGURATION).is_file():
        results.append(author_result(folder.parent / CONFIGURATION))
    print(table(results))
    problems = [problem for result in results for problem in result.open]
    for problem in problems:
        print(f"\n{problem}")
    explained = sum(len(result.explained) for result in results)
    print(f"\n{len(results)} checks, {explained} findings explained, {len(problems)} open")
    return 1 if problems else 0


def table(results: Sequence[Result]) -> str:
    """One line per check: what it asks, rows examined, findings, how many are explained and how many open."""
    heads = ("check", "question", "rows", "findings", "explained", "open")
    lines = [
        (r.check, r.asks, r.examined, len(r.explained) + len(r.open), len(r.explained), len(r.open)) for r in results
    ]
    return tabulate(lines, heads)


def seal(folder: Path, by: str, on: date) -> int:
    """Seal the folder and say which rows had changed."""
    changed = data.seal(folder, by, on)
    for problem in changed[:SHOWN_CHANGES]:
        place = f"{problem.file}, row {problem.row}, column {problem.column}" if problem.row else problem.file
        print(f"{place}: {problem.value!r} {problem.problem}")
    if len(changed) > SHOWN_CHANGES:
        print(f"and {len(changed) - SHOWN_CHANGES} more")
    print(f"sealed by {by} on {on}: {len(changed)} changes confirmed" if changed else "nothing had changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
