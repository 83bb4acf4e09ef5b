"""The command that draws the paper's figures as files of their own, for a page or for one column: ``figures``."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.evidence.rows_question import COUNTED
from analysis.evidence.whole_file import write_whole

#: ending of the file → options for it; a PDF without date is the same each time
FORMATS: dict[str, dict[str, Any]] = {"svg": {}, "pdf": {"metadata": {"CreationDate": None}}}
#: letters of a PDF as TrueType, which journals ask for and editors can open
PDF_LETTERS: Any = {"pdf.fonttype": 42}


def add_commands(commands: Any) -> None:
    """Add it to the subparsers of ``python -m analysis``."""
    summary = "draw the paper's figures as SVG and PDF, for a page (183 mm) or for one column (89 mm)"
    command = commands.add_parser("figures", help=summary, description=summary)
    command.add_argument("--width-mm", type=float, default=183, help="183 (the default) or 89")
    command.add_argument("--output", type=Path, required=True, help="the folder to write to")


def figures(options: argparse.Namespace) -> int:
    """Draw all, then write all, each file whole or not at all; 1 if the width or the folder will not do."""
    from analysis.figures import style

    width = options.width_mm / style.MM_PER_INCH
    try:
        style.laid_out(width, None, None)
        drawn = drawings(width)
        for name, content in drawn.items():
            write_whole(options.output / name, content)
    except style.UnsupportedWidth as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"the figures can't be written to {options.output}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{len(drawn)} files at {options.width_mm:g} mm in {options.output}")
    return 0


def drawings(width: float) -> dict[str, bytes]:
    """Name of the file → its content, for every figure of the paper in the order in which they stand there."""
    import matplotlib

    from analysis.figures import context, flow, forest, specification_curve
    from analysis.printing.printer import Printer
    from analysis.results.build import build

    printer = Printer(build())
    counted = [asked.key for asked in printer.tree.evidence.outcomes if asked.kind == COUNTED]
    first, *others = (key for key in counted if printer.tree.outcomes[key].k)
    files = {}
    for figure in (
        flow.flow(printer, width),
        forest.draw(printer, first, width),
        specification_curve.draw(printer, first, width),
        *(forest.draw(printer, key, width) for key in others),
        context.context(printer, first, width),
    ):
        for kind, options in FORMATS.items():
            stream = io.BytesIO()
            with matplotlib.rc_context(PDF_LETTERS):
                figure.canvas.print_figure(stream, format=kind, **options)
            files[f"{figure.get_gid()}.{kind}"] = stream.getvalue()
    return files


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"figures": figures}
