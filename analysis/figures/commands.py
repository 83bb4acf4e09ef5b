"""The command that draws all figures as files of their own, for a page or for one column: ``figures``."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.evidence.whole_file import write_whole

if TYPE_CHECKING:
    from analysis.figures.style import Sheet
    from analysis.printing.printer import Printer
    from analysis.results.tree import Review

#: ending of the file → options for it; a PDF without date is the same each time
FORMATS: dict[str, dict[str, Any]] = {"svg": {}, "pdf": {"metadata": {"CreationDate": None}}}
#: letters of a PDF as TrueType, which journals ask for and editors can open
PDF_LETTERS: Any = {"pdf.fonttype": 42}


def add_commands(commands: Any) -> None:
    """Add it to the subparsers of ``python -m analysis``."""
    summary = "draw all figures of the results as SVG and PDF, for a page (183 mm) or for one column (89 mm)"
    command = commands.add_parser("figures", help=summary, description=summary)
    command.add_argument("--width-mm", type=float, default=183, help="183 (the default) or 89")
    command.add_argument("--output", type=Path, required=True, help="the folder to write to")


def figures(options: argparse.Namespace) -> int:
    """Draw all, then write all, each file whole or not at all; 1 if the width or the folder will not do."""
    from analysis.figures import style

    width = options.width_mm / style.MM_PER_INCH
    try:
        style.laid_out(width, None, None)
        files = drawings(width)
        for name, content in files.items():
            write_whole(options.output / name, content)
    except style.UnsupportedWidth as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"the figures can't be written to {options.output}: {error.strerror}", file=sys.stderr)
        return 1
    names = list(dict.fromkeys(name.rpartition(".")[0] for name in files))
    print(f"{len(files)} files at {options.width_mm:g} mm in {options.output}: {', '.join(names)}")
    return 0


def drawings(width: float) -> dict[str, bytes]:
    """Name of the file → its content, for every figure that the results allow, those of a manuscript first."""
    import matplotlib

    from analysis.printing.printer import Printer
    from analysis.results.build import build

    files = {}
    for figure in drawn(Printer(build()), width):
        for kind, options in FORMATS.items():
            stream = io.BytesIO()
            with matplotlib.rc_context(PDF_LETTERS):
                figure.canvas.print_figure(stream, format=kind, **options)
            files[f"{figure.get_gid()}.{kind}"] = stream.getvalue()
    return files


def drawn(printer: Printer, width: float) -> Iterator[Sheet]:
    """Every figure of which there is something to draw."""
    from analysis.figures import bias, context, directions, flow, forest, harvest

    tree: Review = printer.tree
    shown = [asked.key for asked in tree.evidence.outcomes if asked.key in tree.outcomes]
    shown = [key for key in shown if tree.outcomes[key].k]
    yield flow.flow(printer, width)
    for key in shown:
        yield forest.draw(printer, key, width)
    for key in shown:
        if context.theirs(printer, key) and tree.outcomes[key].pooled is not None:
            yield context.context(printer, key, width)
            break
    if tree.evidence.risk_of_bias:
        yield bias.traffic_light(printer, width)
        yield bias.summary(printer, width)
    for key in shown:
        yield from of_outcome(printer, key, width)
    if tree.domains:
        yield directions.directions(printer, width)
    for key, domain in tree.domains.items():
        if harvest.compared(domain):
            yield harvest.draw(printer, key, width)


def of_outcome(printer: Printer, key: str, width: float) -> Iterator[Sheet]:
    """The further analyses of an outcome: its variants, models, small studies and groups."""
    from analysis.figures import (
        bubble,
        funnel,
        missing_contour,
        models,
        posterior,
        specification_curve,
        subgroups,
        variants,
    )

    tree: Review = printer.tree
    outcome = tree.outcomes[key]
    if key in tree.specifications:
        yield specification_curve.draw(printer, key, width)
    if outcome.pooled is not None:
        groups = tuple(group for group in ("leave_one_out", "sensitivity") if getattr(outcome, group))
        for some in (groups, ("cumulative",) if tree.cumulative.get(key) else ()):
            if some:
                yield variants.draw(printer, key, some, width)
    for found, draw in ((tree.measures, models), (tree.bayes, posterior), (tree.bounds, missing_contour)):
        if found.get(key):
            yield draw.draw(printer, key, width)
    if key in tree.small_studies:
        yield funnel.draw(printer, key, width)
    for characteristic in tree.moderators.get(key, {}):
        groups_found = subgroups.answered(printer, key, characteristic)
        number = bubble.answered(printer, key, characteristic)
        if groups_found is not None:
            yield subgroups.draw(printer, key, characteristic, groups_found, width)
        if number is not None:
            yield bubble.draw(printer, key, characteristic, number, width)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"figures": figures}
