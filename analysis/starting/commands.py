"""The commands that begin another review, and add a table to one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUMMARY = "write the project of a new review, which renders at once with empty tables"
TABLE = "add a table that a review may have to its data, with its head and its part of the descriptor"


def add_commands(commands: Any) -> None:
    """Add it to the subparsers of ``python -m analysis``."""
    new = commands.add_parser("new", help=SUMMARY, description=SUMMARY)
    new.add_argument("folder", type=Path, help="where; the folder must be empty or not there")
    new.add_argument("--title", default="A new systematic review", help="title of the review")
    new.add_argument("--treatment", default="treatment", help="what the first arm is called in print")
    new.add_argument("--control", default="control", help="what the other arm is called in print")
    new.add_argument(
        "--outcome", action="append", metavar="NAME[:measured:UNIT]", help="an outcome, the primary one first"
    )

    table = commands.add_parser("table", help=TABLE, description=TABLE)
    table.add_argument("name", help="the table, as risk_of_bias")
    table.add_argument("--whole", action="store_true", help="with all columns that the table may have")


def table(options: argparse.Namespace) -> int:
    """Add the table and say where it is."""
    from analysis.evidence.load import DATA
    from analysis.starting.new import THEN_SEAL, CannotBegin, add_table, is_sealed

    try:
        path = add_table(DATA, options.name, options.whole)
    except CannotBegin as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{path} is written, and declared in {path.parent.name}/datapackage.json")
    if is_sealed(DATA):
        print(f"Read what is declared, {THEN_SEAL}")
    return 0


def new(options: argparse.Namespace) -> int:
    """Write the folder and say what to do next."""
    from analysis.starting.new import CannotBegin, asked, begin

    try:
        outcomes = [asked(text) for text in options.outcome or ["main outcome"]]
        written = begin(options.folder, options.title, options.treatment, options.control, outcomes)
    except CannotBegin as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"  {path}" for path in written))
    print(f"{len(written)} files in {options.folder}. Next: cd {options.folder} && make paper; then its README.md")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"new": new, "table": table}
